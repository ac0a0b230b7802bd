// The names themselves: each can be looked into, kept in its place, liked and copied.
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { LABELS, clearShape } from "./controls.js";
import { complete, drawing, drawn, keep, names, problem } from "./drawing.js";
import { Explanation } from "./explanation.js";
import { favourites, toggle } from "./favourites.js";
import { asked } from "./models.js";
import { Icon, Plausibility, isLong } from "./parts.js";
import { ask, latest, query } from "./service.js";
import { change, drawAnew, setting } from "./settings.js";
import { copy, copyLink, download } from "./taking.js";

const COUNTS = [10, 20, 50, 100];

// The name that is looked into, by its place, and what the service says of it.
const opened = signal(null);

const explain = latest(async (signal, place, name) => {
  const answer = await ask(`score?${query({ name, model: asked.value, explain: true })}`, { signal });
  opened.value = { place, name, result: answer.results[0] };
}, 0);

function open(place, name) {
  const same = opened.value?.place === place && opened.value.name === name;
  opened.value = same ? null : { place, name };
  if (!same) explain(place, name);
}

function Name({ row, place }) {
  const { name, plausibility, kept } = row;
  const isOpen = opened.value?.place === place && opened.value.name === name;
  const liked = favourites.value.includes(name);
  return html`
    <li class=${`card name-card ${kept ? "kept" : ""} ${isOpen ? "open" : ""}`}>
      <button class=${isLong(name) ? "name long" : "name"} aria-expanded=${isOpen} aria-label=${`${name}: why?`} onClick=${() => open(place, name)}>
        ${name}
      </button>
      <${Plausibility} value=${plausibility} />
      <span class="tools">
        <button class="icon" aria-pressed=${kept} aria-label=${`Keep ${name} in its place`} title="Keep in its place" onClick=${() => keep(place, name, !kept)}>
          <${Icon} name="pin" />
        </button>
        <button class="icon" aria-pressed=${liked} aria-label=${`Favourite ${name}`} title="Favourite" onClick=${() => toggle(name)}>
          <${Icon} name="heart" />
        </button>
        <button class="icon" aria-label=${`Copy ${name}`} title="Copy" onClick=${() => copy(name, name)}>
          <${Icon} name="copy" />
        </button>
      </span>
      ${isOpen && opened.value.result && html`<${Explanation} result=${opened.value.result} />`}
    </li>
  `;
}

function Seed() {
  const { value } = setting.seed;
  const locked = setting.locked.value;
  return html`
    <div class="seed">
      <label for="seed">Seed</label>
      <input
        id="seed"
        inputmode="numeric"
        pattern="[0-9]{1,19}"
        value=${value}
        autocomplete="off"
        onChange=${(e) => {
          if (/^\d{1,19}$/.test(e.target.value)) change({ seed: e.target.value, offset: 0 });
          else e.target.value = value;
        }}
      />
      <button class="icon" aria-pressed=${locked} aria-label="Lock the seed" title="Locked: new names are the next ones of this seed" onClick=${() => change({ locked: !locked })}>
        <${Icon} name=${locked ? "lock" : "unlock"} />
      </button>
    </div>
  `;
}

const rows = () => [
  ["name", "plausibility"],
  ...names.value.map((each) => [each.name, each.plausibility]),
];

const Toolbar = () => html`
  <div class="toolbar">
    <button class="primary" onClick=${drawAnew}><${Icon} name="again" /> New names</button>
    <${Seed} />
    <label class="many">
      <span class="sr">How many names</span>
      <select value=${setting.n.value} onChange=${(e) => change({ n: Number(e.target.value) })}>
        ${[...new Set([...COUNTS, setting.n.value])].map(
          (n) => html`<option key=${n} value=${n}>${n} names</option>`,
        )}
      </select>
    </label>
    <div class="actions">
      <button class="quiet" onClick=${() => copy(names.value.map((each) => each.name).join("\n"), `${names.value.length} names`)}>
        <${Icon} name="copy" /> Copy all
      </button>
      <button class="quiet" onClick=${() => download("names.csv", rows())}><${Icon} name="download" /> CSV</button>
      <button class="quiet" onClick=${copyLink}><${Icon} name="link" /> Share</button>
    </div>
  </div>
`;

// Where there are no names: why, and what would help.
function Nothing({ problem }) {
  const label = LABELS[Object.keys(problem.faults)[0]];
  return html`
    <div class="empty card" role="status">
      <h2>No names like that</h2>
      <p>${label ? `What is wrong is said below “${label}”.` : problem.message}</p>
      <button class="primary" onClick=${clearShape}>Clear length and letters</button>
    </div>
  `;
}

export function Names() {
  const unmet = problem.value?.status === 422 ? problem.value : null;
  const waits = drawing.value && drawn.value.length === 0;
  return html`
    <section class="results" aria-label="Names" aria-busy=${drawing.value}>
      <${Toolbar} />
      ${unmet && drawn.value.length === 0 && html`<${Nothing} problem=${unmet} />`}
      <ol class="names">
        ${waits
          ? Array.from({ length: setting.n.value }, (_, i) => html`<li key=${i} class="card name-card waiting"></li>`)
          : names.value.map((row, place) => html`<${Name} key=${place} row=${row} place=${place} />`)}
      </ol>
      ${!complete.value && !problem.value && html`<p class="hint">There are no more different names like that.</p>`}
    </section>
  `;
}
