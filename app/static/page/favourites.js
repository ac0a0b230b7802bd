// Names that somebody likes. They are kept in this browser, and the service never hears of them.
import { effect, signal } from "@preact/signals";
import { html } from "./html.js";
import { Icon } from "./parts.js";
import { copy, download } from "./taking.js";

const KEY = "namewright.favourites";

function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
  } catch {
    return []; // the browser keeps nothing, or something else wrote there
  }
}

export const favourites = signal(stored());

export function toggle(name) {
  const there = favourites.value;
  favourites.value = there.includes(name) ? there.filter((each) => each !== name) : [...there, name];
}

export function follow() {
  addEventListener("storage", () => (favourites.value = stored())); // another tab
  effect(() => {
    const text = JSON.stringify(favourites.value);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // it keeps nothing: they last as long as the page
    }
  });
}

export function Favourites() {
  const names = favourites.value;
  return html`
    <section class="favourites card" aria-labelledby="favourites">
      <div class="row">
        <h2 id="favourites">Favourites ${names.length > 0 && html`<span class="count">${names.length}</span>`}</h2>
        ${names.length > 0 &&
        html`<div class="actions">
          <button class="quiet" onClick=${() => copy(names.join("\n"), `${names.length} favourites`)}>
            <${Icon} name="copy" /> Copy
          </button>
          <button class="quiet" onClick=${() => download("favourites.csv", [["name"], ...names.map((each) => [each])])}>
            <${Icon} name="download" /> CSV
          </button>
        </div>`}
      </div>
      ${names.length === 0
        ? html`<p class="hint">The heart beside a name keeps it here, in this browser only.</p>`
        : html`<ul class="chips">
            ${names.map(
              (name) => html`<li key=${name} class="chip">
                <span class="name">${name}</span>
                <button class="icon" aria-label=${`Remove ${name} from favourites`} onClick=${() => toggle(name)}>
                  <${Icon} name="close" />
                </button>
              </li>`,
            )}
          </ul>`}
    </section>
  `;
}
