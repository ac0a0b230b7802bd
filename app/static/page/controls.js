// The panel of controls: whose names, how wild, how long, and what they have to have in them.
import { useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { best, chosen, models, others, takesSurname, titleOf } from "./models.js";
import { problem } from "./drawing.js";
import { DEFAULTS, LONGEST, change, setting, settings } from "./settings.js";
import { Field, counted } from "./parts.js";

const PLAIN_MOST = 2; // of temperatures: beyond, names are noise

// A choice among models, as buttons of which one is pressed.
export const ModelChoice = ({ choices, chosen, choose, name }) => html`
  <div class="chips" role="radiogroup" aria-label=${name}>
    ${choices.map(
      (model) => html`<label key=${model.name} class="choice">
        <input type="radio" name=${name} checked=${model.name === chosen} onChange=${() => choose(model)} />
        <span>${titleOf(model)}</span>
      </label>`,
    )}
  </div>
`;

const chooseModel = (model) => change({ model: model.default ? "" : model.name });

export const Surname = () => html`
  <label class="check">
    <input type="checkbox" checked=${setting.surname.value} onChange=${(e) => change({ surname: e.target.checked })} />
    with a surname
  </label>
`;

function Lists() {
  const model = models.value.find((each) => each.name === chosen.value);
  const choice = { chosen: chosen.value, choose: chooseModel };
  return html`
    <fieldset>
      <legend>Names like those of</legend>
      <${ModelChoice} ...${choice} choices=${best.value} name="List" />
      ${takesSurname.value && html`<${Surname} />`}
      ${others.value.length > 0 &&
      html`<details open=${others.value.some((each) => each.name === chosen.value)}>
        <summary>Simpler models</summary>
        <${ModelChoice} ...${choice} choices=${others.value} name="Simpler model" />
      </details>`}
      ${model && html`<p class="hint">Learned from ${counted(model.data.names, "name")}.</p>`}
    </fieldset>
  `;
}

function Temperature() {
  const value = setting.temperature.value;
  return html`
    <div class="field">
      <div class="row">
        <label for="temperature">Temperature</label>
        <output for="temperature">${value.toFixed(2)}</output>
      </div>
      <input
        id="temperature"
        type="range"
        min="0"
        max=${Math.max(PLAIN_MOST, value)}
        step="0.05"
        value=${value}
        onInput=${(e) => change({ temperature: Number(e.target.value) })}
      />
      <div class="row ends" aria-hidden="true"><span>familiar</span><span>wild</span></div>
    </div>
  `;
}

// Two sliders; the one that is moved takes the other with it.
function Lengths() {
  const [least, most] = [setting.min_length.value, setting.max_length.value];
  const slider = (id, label, value, set) => html`
    <div class="field">
      <div class="row">
        <label for=${id}>${label}</label>
        <output for=${id}>${counted(value, "letter")}</output>
      </div>
      <input id=${id} type="range" min="1" max=${LONGEST} value=${value} onInput=${(e) => set(Number(e.target.value))} />
    </div>
  `;
  return html`
    ${slider("min_length", "At least", least, (length) =>
      change({ min_length: length, max_length: Math.max(length, most) }),
    )}
    ${slider("max_length", "At most", most, (length) =>
      change({ max_length: length, min_length: Math.min(length, least) }),
    )}
  `;
}

export const LABELS = { starts_with: "Begins with", ends_with: "Ends with", contains: "Has in it", pattern: "Pattern" };
const LITERAL = ["starts_with", "ends_with", "contains"]; // each of their characters is one of a name

// What is wrong with a text: most often a character that the list's names are not written with.
function faultOf(name) {
  const fault = problem.value?.faults?.[name];
  if (!fault || !LITERAL.includes(name)) return fault;
  const alphabet = models.value.find((each) => each.name === chosen.value)?.alphabet;
  const text = setting[name].value.normalize("NFC").toLowerCase();
  const lacking = alphabet && [...text].find((each) => !alphabet.includes(each));
  return lacking ? `This list has no ${lacking.trim() || "space"}.` : fault;
}

function Text({ name, placeholder, hint }) {
  const fault = faultOf(name);
  return html`
    <${Field} id=${name} label=${LABELS[name]} hint=${hint} fault=${fault}>
      <input
        id=${name}
        type="text"
        value=${setting[name].value}
        placeholder=${placeholder}
        maxlength="100"
        autocomplete="off"
        autocapitalize="none"
        spellcheck=${false}
        aria-invalid=${Boolean(fault)}
        aria-describedby=${fault || hint ? `${name}-note` : undefined}
        onInput=${(e) => change({ [name]: e.target.value })}
      />
    <//>
  `;
}

const Check = ({ name, label, hint }) => html`
  <div>
    <label class="check">
      <input
        type="checkbox"
        checked=${setting[name].value}
        aria-describedby=${hint ? `${name}-note` : undefined}
        onChange=${(e) => change({ [name]: e.target.checked })}
      />
      ${label}
    </label>
    ${hint && html`<p class="hint" id=${`${name}-note`}>${hint}</p>`}
  </div>
`;

const SHAPE = ["min_length", "max_length", "starts_with", "ends_with", "contains", "pattern", "novel", "unique"];

// As they are where nobody has moved them.
export const clearShape = () =>
  change(Object.fromEntries(SHAPE.map((name) => [name, DEFAULTS[name]])));

const isShaped = () => SHAPE.some((name) => settings.value[name] !== DEFAULTS[name]);

// Beside the names there is room for the controls; above them they are folded, so that names are seen.
const WIDE = matchMedia("(min-width: 60rem)");
const wide = signal(WIDE.matches);
WIDE.addEventListener("change", () => (wide.value = WIDE.matches));

export function Controls() {
  const [shapedAtFirst] = useState(isShaped);
  return html`
    <form class="controls card" aria-label="What names to make" onSubmit=${(e) => e.preventDefault()}>
      <details class="fold" open=${wide.value}>
        <summary>Whose names, and how wild</summary>
        <div class="controls">
          <${Lists} />
          <${Temperature} />
          <details open=${wide.value || shapedAtFirst}>
            <summary>Length and letters</summary>
            <div class="stack">
              <${Lengths} />
              <div class="pair">
                <${Text} name="starts_with" placeholder="ma" />
                <${Text} name="ends_with" placeholder="lyn" />
              </div>
              <${Text} name="contains" placeholder="an" />
              <${Text} name="pattern" placeholder="[^aeiou][aeiou].*" hint="For all of a name: . is any letter, [aeiou] one of these." />
              <${Check} name="novel" label="Only new names" hint="Those it did not learn from; some may still be real." />
              <${Check} name="unique" label="Each name once" />
              ${isShaped() && html`<button type="button" class="quiet" onClick=${clearShape}>Clear these</button>`}
            </div>
          </details>
        </div>
      </details>
    </form>
  `;
}
