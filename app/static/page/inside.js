// What is inside a model, drawn from the service's own data.
import { computed, effect, signal } from "@preact/signals";
import { html } from "./html.js";
import { ModelChoice } from "./controls.js";
import { HeatMap } from "./heatmap.js";
import { chosen, models, ordered, titleOf } from "./models.js";
import { EmbeddingMap, Lengths } from "./plots.js";
import { Problem, ask, attempt, latest } from "./service.js";
import { change } from "./settings.js";
import { Steps } from "./steps.js";
import { Scroll, counted } from "./parts.js";

const inside = signal(null);
const problem = signal(null);

const look = latest(async (signal, model) => {
  try {
    inside.value = await ask(`models/${encodeURIComponent(model)}/inside`, { signal });
    problem.value = null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.value = error;
    if (error.status === 404) inside.value = null;
  }
}, 0);

effect(() => {
  attempt.value;
  if (chosen.value) look(chosen.value);
});

const withEmbedding = computed(() => models.value.filter((each) => each.architecture === "mlp"));
const choose = (model) => change({ model: model.default ? "" : model.name });

const NoEmbedding = () => html`
  <p class="hint">
    This model is a table, and has no embedding.
    ${withEmbedding.value.map(
      (model) => html`<button key=${model.name} class="quiet" onClick=${() => choose(model)}>Look at ${model.name}</button>`,
    )}
  </p>
`;

// By the word for it, and by the name that a program asks for, where that is another.
function called(model) {
  const title = titleOf(model);
  return title.toLowerCase() === model.name ? title : `${title} (${model.name})`;
}

const Models = () => html`
  <section class="card" aria-labelledby="models">
    <h2 id="models">The models</h2>
    <p class="hint">Loss in nats per prediction, on names that were held out: lower is better.</p>
    <${Scroll} aria-labelledby="models">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th><th scope="col">Kind</th><th scope="col">List</th>
            <th scope="col" class="right">Names</th><th scope="col" class="right">States</th>
            <th scope="col" class="right">Loss</th>
          </tr>
        </thead>
        <tbody>
          ${ordered.value.map(
            (model) => html`<tr key=${model.name} class=${model.name === chosen.value ? "chosen" : ""}>
              <th scope="row">${called(model)}</th>
              <td>${model.architecture}</td><td>${model.data.file}</td>
              <td class="right">${model.data.names.toLocaleString("en")}</td>
              <td class="right">${model.states.toLocaleString("en")}</td>
              <td class="right">${model.losses.test.toFixed(4)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    <//>
  </section>
`;

const Plots = ({ inside }) => html`
  <section class="card" aria-labelledby="pairs">
    <h2 id="pairs">Which letter follows which</h2>
    <p class="hint">
      ${inside.pairs.counted_in === "list"
        ? "Counted in the list that it learned from."
        : `Counted in ${counted(inside.drawn, "name")} that it made.`}
      ${" "}A row for each letter, a column for the one after it; ■ is where names begin and end.
    </p>
    <${HeatMap} tokens=${inside.tokens} counts=${inside.pairs.counts} />
  </section>
  <div class="halves">
    <section class="card" aria-labelledby="lengths">
      <h2 id="lengths">How long names are</h2>
      <p class="hint">Of ${counted(inside.drawn, "name")} that it made, the share with each number of letters.</p>
      <${Lengths} lengths=${inside.lengths} />
    </section>
    <section class="card" aria-labelledby="embedding">
      <h2 id="embedding">Where letters are</h2>
      ${inside.embedding
        ? html`<p class="hint">
              The network has ${inside.embedding.dimensions} numbers for each letter; these two directions
              show ${Math.round(100 * inside.embedding.share)} % of how they differ. Letters near each other are treated alike.
            </p>
            <${EmbeddingMap} tokens=${inside.tokens} points=${inside.embedding.points} />`
        : html`<${NoEmbedding} />`}
    </section>
  </div>
`;

export const Inside = () => html`
  <div class="stack">
    <section class="card">
      <${ModelChoice} choices=${ordered.value} chosen=${chosen.value} choose=${choose} name="Model to look into" />
    </section>
    ${problem.value && problem.value.status !== 404 && html`<p class="notice" role="alert">${problem.value.message}</p>`}
    <${Steps} model=${chosen.value} />
    ${inside.value && html`<${Plots} inside=${inside.value} />`}
    <${Models} />
  </div>
`;
