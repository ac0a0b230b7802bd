// Why a name is as plausible as it is: a strip with each letter's surprise, and the letters that the
// model preferred in its place.
import { html } from "./html.js";
import { percent } from "./parts.js";

const ODD = 20; // times as likely as a letter its favourite has to be, for the letter to be odd
const HOTTEST = 3; // powers of ten between favourite and letter, from which on it is as hot as can be

export const END = "";
export const shown = (character) => (character === END ? "end" : character === " " ? "␣" : character);

// How many times likelier the model's favourite was than what came: 1 where it came.
const doubt = (place) => place.preferred[0].probability / place.probability;
export const heat = (place) => Math.min(1, Math.log10(doubt(place)) / HOTTEST);

// A result as its parts: a name of one part is its own.
export const partsOf = (result) => result.parts ?? [result];

// The place that speaks most against a name, if any does.
export function oddPlace(part) {
  const { places, weakest } = part.explanation;
  return doubt(places[weakest]) >= ODD ? weakest : undefined;
}

const listed = (preferred) =>
  preferred.map((each) => `${shown(each.character)} ${percent(each.probability)}`).join(", ");

function Place({ place, odd }) {
  const { character, probability, preferred, rank } = place;
  const label = `${character === END ? "the end" : character}: ${percent(probability)}, `;
  const said = rank === 1 ? "as the model expected" : `the model preferred ${listed(preferred)}`;
  return html`
    <li class=${`place ${odd ? "odd" : ""}`}>
      <span class="sr">${label + said}</span>
      <span class="letter" aria-hidden="true" style=${{ "--heat": `${100 * heat(place)}%` }}>
        ${character === END ? html`<span class="end">end</span>` : shown(character)}
      </span>
      <span class="probability" aria-hidden="true">${percent(probability)}</span>
      <span class="preferred" aria-hidden="true">
        ${preferred.map(
          (each) => html`<span key=${each.character} class=${each.character === character ? "came" : ""}>
            <b>${shown(each.character)}</b> ${percent(each.probability)}
          </span>`,
        )}
      </span>
    </li>
  `;
}

function real({ known, parts }) {
  if (!known) return "";
  return parts ? "Both parts are real names: the model learned from each. " : "A real name: the model learned from it. ";
}

export function Explanation({ result }) {
  return html`
    <div class="explanation">
      ${partsOf(result).map(
        (part, i) => html`<ol class="strip" key=${i} aria-label=${`Each letter of ${part.name}`}>
          ${part.explanation.places.map(
            (place, at) => html`<${Place} key=${at} place=${place} odd=${at === oddPlace(part)} />`,
          )}
        </ol>`,
      )}
      <p class="hint">
        ${real(result)}Under each letter its
        probability, and what the model would rather have had there.
      </p>
    </div>
  `;
}
