// What concerns the whole page: a service that does not answer, one that asks for a key, and what
// was just done.
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { problem } from "./drawing.js";
import { chosen } from "./models.js";
import { answers, askAgain, giveKey, needsKey } from "./service.js";
import { change } from "./settings.js";
import { said } from "./taking.js";

const typed = signal("");

const AskForKey = () => html`
  <form
    class="notice card"
    role="region"
    aria-label="Key"
    onSubmit=${(e) => {
      e.preventDefault();
      giveKey(typed.value.trim());
    }}
  >
    <label for="key"><b>This service asks for a key.</b> It is kept until this tab is closed.</label>
    <div class="row">
      <input id="key" type="password" autocomplete="off" value=${typed.value} onInput=${(e) => (typed.value = e.target.value)} />
      <button class="primary" disabled=${!typed.value.trim()}>Use it</button>
    </div>
  </form>
`;

const Silent = () => html`
  <div class="notice card" role="alert">
    <p><b>The service does not answer.</b> What you see is from before; the page goes on by itself when it does.</p>
    <button class="quiet" onClick=${askAgain}>Try now</button>
  </div>
`;

// Too much in work, or a fault of the service's: neither is for whoever moves the controls to mend.
const Failed = ({ problem }) => html`
  <div class="notice card" role="alert">
    <p><b>That did not work.</b> ${problem.message}</p>
    <button class="quiet" onClick=${askAgain}>Try again</button>
  </div>
`;

// A link from where there are other models, or a word that somebody mistyped.
const NoSuchList = () => html`
  <div class="notice card" role="alert">
    <p><b>There is no list “${chosen.value}” here.</b></p>
    <button class="quiet" onClick=${() => change({ model: "" })}>Use the usual list</button>
  </div>
`;

export const Notices = () => html`
  ${!answers.value && html`<${Silent} />`}
  ${needsKey.value && html`<${AskForKey} />`}
  ${answers.value && problem.value?.status === 404 && html`<${NoSuchList} />`}
  ${answers.value && problem.value?.status >= 500 && html`<${Failed} problem=${problem.value} />`}
  <p class=${`toast ${said.value ? "shown" : ""}`} role="status">${said.value}</p>
`;
