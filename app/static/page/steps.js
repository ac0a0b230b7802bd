// A name on its way through the automaton: which state it is in, what that remembers, and what it
// expects. One step at a time, by buttons or by arrow keys.
import { effect, signal } from "@preact/signals";
import { html } from "./html.js";
import { percent } from "./parts.js";
import { Problem, ask, attempt, latest, query } from "./service.js";

const SHOWN = 6; // of the likeliest characters

const typed = signal("Annabel");
const followed = signal(null);
const fault = signal("");
const at = signal(0);
const model = signal("");

const follow = latest(async (signal, model, name) => {
  try {
    const path = `models/${encodeURIComponent(model)}/steps?${query({ name })}`;
    const answer = name ? await ask(path, { signal }) : null;
    at.value = Math.min(at.value, (answer?.steps.length ?? 1) - 1);
    followed.value = answer;
    fault.value = "";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fault.value = error.status === 422 ? error.message : "";
    if (error.status) followed.value = null; // what was drawn is of another name
  }
}, 100);

effect(() => {
  attempt.value;
  if (model.value) follow(model.value, typed.value.trim());
});

const go = (to) => (at.value = Math.max(0, Math.min(to, followed.value.steps.length - 1)));
const shown = (character) => (character === "" ? "end" : character === " " ? "␣" : character);

function Track({ steps }) {
  const keys = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    go(at.value + step);
    event.currentTarget.children[at.value].querySelector("button").focus();
  };
  return html`
    <ol class="track" onKeyDown=${keys}>
      ${steps.map(
        (step, i) => html`<li key=${i}>
          <button class="state" aria-current=${i === at.value ? "step" : undefined} onClick=${() => go(i)}>
            <span class="sr">State</span>
            <span class="remembers">${step.from_start ? "▸" : ""}${step.remembers || (step.from_start ? "" : "·")}</span>
            <span class="number">${step.state.toLocaleString("en")}</span>
          </button>
          <span class="arrow"><b>${shown(step.character)}</b><span>${percent(step.probability)}</span></span>
        </li>`,
      )}
    </ol>
  `;
}

function Expectation({ step, tokens }) {
  const likeliest = step.probabilities
    .map((probability, token) => ({ character: tokens[token], probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN);
  const past = step.remembers ? `“${step.remembers}”` : "nothing";
  const from = step.from_start ? " and that the name began there" : "";
  return html`
    <div class="expectation" role="status">
      <p>
        State <b>${step.state.toLocaleString("en")}</b> remembers ${past}${from}. It gives
        ${" "}<b>${shown(step.character)}</b>, which came, ${percent(step.probability)}.
      </p>
      <ul>
        ${likeliest.map(
          (each) => html`<li key=${each.character} class=${each.character === step.character ? "came" : ""}>
            <span>${shown(each.character)}</span>
            <span class="bar" aria-hidden="true"><span style=${{ width: `${100 * each.probability}%` }}></span></span>
            <span class="figure">${percent(each.probability)}</span>
          </li>`,
        )}
      </ul>
    </div>
  `;
}

export function Steps({ model: name }) {
  model.value = name;
  const found = followed.value;
  return html`
    <section class="card" aria-labelledby="steps">
      <h2 id="steps">A name, step by step</h2>
      <p class="hint">
        Every model is served as a table: a state says what may come, and each letter leads to the next
        state. ▸ is the beginning of the name.
      </p>
      <div class="field short">
        <label for="followed">Name</label>
        <input id="followed" value=${typed.value} maxlength="60" autocomplete="off" spellcheck=${false} aria-invalid=${Boolean(fault.value)} aria-describedby="followed-note" onInput=${(e) => (typed.value = e.target.value)} />
        <p class="fault" id="followed-note" role="alert">${fault.value}</p>
      </div>
      ${found && html`<${Track} steps=${found.steps} /><${Expectation} step=${found.steps[at.value]} tokens=${found.tokens} />`}
    </section>
  `;
}
