// The names of the settings, asked for whenever these change; the latest answer wins.
import { computed, effect, signal } from "@preact/signals";
import { asked } from "./models.js";
import { Problem, ask, attempt, latest, query } from "./service.js";
import { change, setting, settings } from "./settings.js";

const PAUSE = 25; // milliseconds in which a sliding control may move on

export const drawn = signal([]); // {name, plausibility}
export const problem = signal(null);
export const drawing = signal(true);
export const complete = signal(true);
export const made = signal(null); // by which model, checkpoint and sampler

const scored = signal(new Map()); // of kept names: the model's opinion, by name

// The names in their places; a kept one stands where it stood.
export const names = computed(() => {
  const rows = drawn.value.map((each) => ({ ...each, kept: false }));
  for (const [place, name] of setting.kept.value) {
    if (place < rows.length || drawing.value) {
      rows[place] = { name, plausibility: scored.value.get(name), kept: true };
    }
  }
  return rows.filter(Boolean);
});

export function keep(place, name, kept) {
  const others = settings.value.kept.filter(([each]) => each !== place);
  change({ kept: kept ? [...others, [place, name]] : others });
}

function parameters(values) {
  const { n, seed, offset, temperature, min_length, max_length } = values;
  const { starts_with, ends_with, contains, pattern, novel, unique } = values;
  const filters = { starts_with, ends_with, contains, pattern, novel, unique };
  const shape = { temperature, min_length, max_length };
  return { n, seed, offset, ...shape, ...filters, case: "title", scores: true };
}

const draw = latest(async (signal, url) => {
  drawing.value = true;
  try {
    const answer = await ask(url, { signal });
    drawn.value = answer.names.map((name, i) => ({ name, ...answer.scores[i] }));
    complete.value = answer.complete !== false;
    made.value = answer;
    problem.value = null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.value = error;
    if (error.status === 422 || error.status === 404) drawn.value = [];
  }
  drawing.value = false;
}, PAUSE);

const score = latest(async (signal, names, model) => {
  const body = model ? { names, model } : { names };
  const { results } = await ask("score", { signal, body });
  scored.value = new Map(names.map((name, i) => [name, results[i].plausibility]));
}, PAUSE);

export function follow() {
  const wanted = computed(() => {
    const model = asked.value;
    if (model.startsWith("+")) return ""; // the default is not known yet
    return `names?${query({ ...parameters(settings.value), model })}`;
  });
  effect(() => {
    attempt.value;
    if (wanted.value) draw(wanted.value);
  });
  effect(() => {
    attempt.value;
    const kept = setting.kept.value.map(([, name]) => name);
    if (kept.length && !asked.value.startsWith("+")) score(kept, asked.value);
  });
}
