// Questions to the service, and what can go wrong with them.
import { signal } from "@preact/signals";

// What went wrong: `status` is 0 where the service did not answer at all; `faults` says what is
// wrong with each parameter, by its name.
export class Problem extends Error {
  constructor(status, detail, errors = []) {
    super(detail);
    this.status = status;
    this.faults = Object.fromEntries(errors.map((each) => [each.parameter, each.detail]));
  }
}

// Whether the service answers, and whether it asks for a key that we do not have.
export const answers = signal(true);
export const needsKey = signal(false);

// Raised when what failed is worth asking again; whoever asks reads it, and so asks again.
export const attempt = signal(0);
export const askAgain = () => attempt.value++;

const KEY = "namewright.key"; // kept until the tab is closed
const RETRY = 2000;
const PATIENCE = 10_000; // milliseconds, after which a service that took a question has no answer

export function giveKey(key) {
  sessionStorage.setItem(KEY, key);
  needsKey.value = false;
  askAgain();
}

// The answer to a question, parsed; a body makes it a POST. Throws Problem, and AbortError where
// `signal` says that nobody waits for it any more.
export async function ask(path, { signal, body } = {}) {
  const headers = { accept: "application/json" };
  const key = sessionStorage.getItem(KEY);
  if (key) headers.authorization = `Bearer ${key}`;
  const limit = AbortSignal.timeout(PATIENCE);
  const how = { signal: signal ? AbortSignal.any([signal, limit]) : limit, headers };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    Object.assign(how, { method: "POST", body: JSON.stringify(body) });
  }
  let response, answer;
  try {
    response = await fetch(path, how);
    answer = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    waitForService();
    throw new Problem(0, "The service does not answer.");
  }
  answers.value = true;
  if (response.ok) return answer;
  if (response.status === 401) needsKey.value = true;
  throw new Problem(response.status, answer.detail, answer.errors);
}

// Ask for its health until it answers; then ask again whatever had failed.
let waiting = false;
async function waitForService() {
  answers.value = false;
  if (waiting) return;
  waiting = true;
  while (!answers.value) {
    await new Promise((resolve) => setTimeout(resolve, RETRY));
    const signal = AbortSignal.timeout(PATIENCE);
    answers.value = await fetch("healthz", { signal }).then((response) => response.ok, () => false);
  }
  waiting = false;
  askAgain();
}

// Run a task a moment after it was last asked for: the latest alone, and those before it are
// aborted, even where they are under way.
export function latest(task, pause) {
  let controller = new AbortController();
  let timer;
  return (...values) => {
    controller.abort();
    controller = new AbortController();
    clearTimeout(timer);
    const { signal } = controller;
    timer = setTimeout(async () => {
      try {
        await task(signal, ...values);
      } catch (error) {
        if (error.name !== "AbortError" && !(error instanceof Problem)) throw error; // notices say it
      }
    }, pause);
  };
}

// A query of what is said; what is empty or false is left out.
export function query(values) {
  const said = Object.entries(values).filter(([, value]) => value !== "" && value !== false);
  return new URLSearchParams(said).toString();
}
