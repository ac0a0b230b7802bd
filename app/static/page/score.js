// A box of names, one per line, and how plausible each is; the odd letter of each is marked.
import { computed, effect, signal } from "@preact/signals";
import { html } from "./html.js";
import { END, oddPlace, partsOf, shown } from "./explanation.js";
import { FULL, asked, chosen, hasFull, scorers, takesSurname } from "./models.js";
import { ModelChoice, Surname } from "./controls.js";
import { Icon, Plausibility, Scroll, counted, isLong, percent } from "./parts.js";
import { Problem, ask, attempt, latest } from "./service.js";
import { change, setting } from "./settings.js";
import { download } from "./taking.js";

const MOST = 1000; // names at a time: what a person can look through
const PAUSE = 150; // milliseconds between keys
const EXAMPLES = ["Ava", "Elisabth", "Saoirse", "Xqzt", "R2D2"].join("\n");

const typed = signal("");
const results = signal([]); // {line, typed, result}
const problem = signal(null);
const order = signal({ by: "line", down: false });

const lines = computed(() => typed.value.split("\n").filter((line) => line.trim()));

const score = latest(async (signal, names, model) => {
  try {
    const answers = names.length
      ? await ask("score", { signal, body: { names, explain: true, ...(model && { model }) } })
      : { results: [] };
    results.value = answers.results.map((result, line) => ({ line, typed: names[line], result }));
    problem.value = null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.value = error;
  }
}, PAUSE);

const isFull = computed(() => setting.full.value && hasFull.value);
const choose = (model) =>
  change(model === FULL ? { full: true } : { full: false, model: model.default ? "" : model.name });

export const follow = () =>
  effect(() => {
    attempt.value;
    const model = isFull.value ? FULL.name : asked.value;
    if (!model.startsWith("+")) score(lines.value.slice(0, MOST), model);
  });

// What rows are sorted by; those that could not be scored come last.
const VALUES = {
  line: (row) => row.line,
  name: (row) => (row.result.name ?? row.typed).toLowerCase(),
  plausibility: (row) => row.result.plausibility,
};

const sorted = computed(() => {
  const { by, down } = order.value;
  const [value, sign] = [VALUES[by], down ? -1 : 1];
  return [...results.value].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
    return sign * (typeof x === "string" ? x.localeCompare(y) : x - y) || a.line - b.line;
  });
});

function sortBy(by) {
  const { by: before, down } = order.value;
  order.value = { by, down: by === before && !down };
}

function Heading({ by, label }) {
  const { by: now, down } = order.value;
  const sort = now === by ? (down ? "descending" : "ascending") : "none";
  return html`<th scope="col" aria-sort=${sort}>
    <button class="sort" onClick=${() => sortBy(by)}>
      ${label} <span aria-hidden="true">${sort === "none" ? "↕" : down ? "↓" : "↑"}</span>
    </button>
  </th>`;
}

// A part of a name with its odd letter marked, as it was typed where it is the same letters; an odd
// end is marked behind the last one.
function Marked({ part, typed }) {
  const odd = oddPlace(part);
  const letters = [...(typed.trim().toLowerCase() === part.name ? typed.trim() : part.name)];
  return html`${letters.map((letter, i) => (i === odd ? html`<mark>${letter}</mark>` : letter))}
  ${odd === letters.length ? html`<mark class="end" title="It ends too soon">·</mark>` : ""}`;
}

function why(result) {
  if (result.error) return result.error.detail;
  for (const part of partsOf(result)) {
    const odd = oddPlace(part);
    if (odd !== undefined) {
      const { character, preferred } = part.explanation.places[odd];
      const [{ character: favourite, probability }] = preferred;
      const here = character === END ? "ends here" : `${shown(character)} here`;
      return `${here}, where ${favourite === END ? "an end" : shown(favourite)} was likelier (${percent(probability)})`;
    }
  }
  if (!result.known) return "";
  return result.parts ? "both parts are in the lists it learned from" : "in the list it learned from";
}

function Row({ row }) {
  const { line, typed, result } = row;
  const words = result.parts ? typed.trim().split(/\s+/) : [typed];
  return html`
    <tr class=${result.error ? "unscored" : ""}>
      <td class="number">${line + 1}</td>
      <th scope="row" class=${isLong(typed) ? "name long" : "name"}>
        ${result.error ? typed : partsOf(result).map((part, i) => html`${i ? " " : ""}<${Marked} part=${part} typed=${words[i] ?? ""} />`)}
      </th>
      <td>${!result.error && html`<${Plausibility} value=${result.plausibility} />`}</td>
      <td class="why">${why(result)}</td>
    </tr>
  `;
}

const rows = () => [
  ["name", "plausibility", "known", "why"],
  ...sorted.value.map(({ typed, result }) => [typed, result.plausibility, result.known, why(result)]),
];

const Table = () => html`
  <div class="card scored">
    <div class="row">
      <h2>${counted(results.value.length, "name")}</h2>
      <button class="quiet" onClick=${() => download("scores.csv", rows())}><${Icon} name="download" /> CSV</button>
    </div>
    <${Scroll} aria-label="Table of scores">
      <table>
        <thead>
          <tr>
            <${Heading} by="line" label="Line" />
            <${Heading} by="name" label="Name" />
            <${Heading} by="plausibility" label="Plausibility" />
            <th scope="col">What is odd</th>
          </tr>
        </thead>
        <tbody>
          ${sorted.value.map((row) => html`<${Row} key=${row.line} row=${row} />`)}
        </tbody>
      </table>
    <//>
  </div>
`;

const Empty = () => html`
  <div class="empty card">
    <h2>Which of these are names?</h2>
    <p>
      Type or paste some, one per line. Each is held against real names: at 50 % it is as typical as
      the median of them, and below 1 %, as unlikely as one real name in a hundred.
    </p>
    <button class="primary" onClick=${() => (typed.value = EXAMPLES)}>Try some examples</button>
  </div>
`;

export const Score = () => html`
  <div class="columns">
    <form class="controls card" aria-label="What to score" onSubmit=${(e) => e.preventDefault()}>
      <fieldset>
        <legend>Held against</legend>
        <${ModelChoice}
          choices=${hasFull.value ? [...scorers.value, FULL] : scorers.value}
          chosen=${isFull.value ? FULL.name : chosen.value}
          choose=${choose}
          name="List"
        />
        ${takesSurname.value && !isFull.value && html`<${Surname} />`}
      </fieldset>
      <div class="field">
        <label for="typed">Names, one per line</label>
        <textarea
          id="typed"
          rows="8"
          spellcheck=${false}
          autocomplete="off"
          value=${typed.value}
          placeholder=${EXAMPLES}
          aria-describedby="typed-note"
          onInput=${(e) => (typed.value = e.target.value)}
        ></textarea>
        <p class="hint" id="typed-note">
          ${lines.value.length > MOST ? `The first ${MOST} are scored.` : "They are sent to this service, and not kept."}
        </p>
      </div>
    </form>
    <section class="results" aria-label="Scores" aria-live="polite">
      ${problem.value?.status === 422 && html`<p class="notice" role="alert">${problem.value.message}</p>`}
      ${results.value.length ? html`<${Table} />` : html`<${Empty} />`}
    </section>
  </div>
`;
