// The page: its three tabs, and what follows what.
import { render } from "preact";
import { signal } from "@preact/signals";
import * as address from "./address.js";
import { Controls } from "./controls.js";
import * as drawing from "./drawing.js";
import * as favourites from "./favourites.js";
import { html } from "./html.js";
import * as models from "./models.js";
import { Names } from "./names.js";
import { Notices } from "./notices.js";
import * as score from "./score.js";
import { TABS, change, setting } from "./settings.js";

const TITLES = { make: "Make", score: "Score", inside: "Inside" };

const Make = () => html`
  <div class="columns">
    <div><${Controls} /></div>
    <div class="results">
      <${Names} />
      <${favourites.Favourites} />
    </div>
  </div>
`;

// The third tab is loaded when it is first opened, and the plots with it.
const inside = signal(null);
function Inside() {
  if (!inside.value) import("./inside.js").then((loaded) => (inside.value = loaded.Inside));
  return inside.value ? html`<${inside.value} />` : html`<p class="hint">One moment …</p>`;
}

const PANELS = { make: Make, score: score.Score, inside: Inside };

// As the pattern for tabs has it: arrow keys go from one to the next.
function move(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = TABS.at((TABS.indexOf(setting.tab.value) + step) % TABS.length);
  change({ tab: next });
  document.getElementById(`tab-${next}`).focus();
}

const Tabs = () => html`
  <div class="tabs" role="tablist" aria-label="What to do" onKeyDown=${move}>
    ${TABS.map((tab) => {
      const chosen = setting.tab.value === tab;
      return html`<button
        key=${tab}
        id=${`tab-${tab}`}
        role="tab"
        aria-selected=${chosen}
        aria-controls="panel"
        tabindex=${chosen ? 0 : -1}
        onClick=${() => change({ tab })}
      >
        ${TITLES[tab]}
      </button>`;
    })}
  </div>
`;

const Page = () => html`
  <header class="masthead">
    <div>
      <h1 class="wordmark">Namewright</h1>
      <p class="tagline">New names like real ones</p>
    </div>
    <${Tabs} />
  </header>
  <main>
    <${Notices} />
    <div id="panel" role="tabpanel" aria-labelledby=${`tab-${setting.tab.value}`}>
      <${PANELS[setting.tab.value]} />
    </div>
  </main>
  <footer>
    <p>Names are drawn by chance, so some of them are real. A link brings the same ones to anybody. <a href="docs">For programs</a></p>
  </footer>
`;

address.follow();
for (const module of [models, drawing, favourites, score]) module.follow();
const page = document.getElementById("page");
page.replaceChildren();
render(html`<${Page} />`, page);
