// The table of letter pairs, each cell as dark as it is frequent. It is a table, so that a screen
// reader and a keyboard can go through it; what is pointed at is said below it.
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { Scroll } from "./parts.js";

const BOUNDARY = "■";
const pointed = signal("");

const shown = (token) => (token === "" ? BOUNDARY : token === " " ? "␣" : token);

// Counts differ by powers of ten, and so do shades.
const shade = (count, most) => (count ? Math.log1p(count) / Math.log1p(most) : 0);

function sentence(first, second, count) {
  const times = `${count.toLocaleString("en")} time${count === 1 ? "" : "s"}`;
  if (first === "") return `A name begins with ${shown(second)} ${times}`;
  return second === "" ? `A name ends with ${shown(first)} ${times}` : `${shown(second)} follows ${shown(first)} ${times}`;
}

export function HeatMap({ tokens, counts }) {
  const most = Math.max(...counts.flat());
  const point = (event) => {
    const { row, column } = event.target.dataset;
    if (row) pointed.value = sentence(tokens[row], tokens[column], counts[row][column]);
  };
  return html`
    <${Scroll} aria-labelledby="pairs">
      <table class="heatmap" onMouseOver=${point} onClick=${point}>
        <thead>
          <tr>
            <td></td>
            ${tokens.map((token) => html`<th key=${token} scope="col">${shown(token)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${counts.map(
            (row, first) => html`<tr key=${first}>
              <th scope="row">${shown(tokens[first])}</th>
              ${row.map(
                (count, second) => html`<td
                  key=${second}
                  data-row=${first}
                  data-column=${second}
                  title=${sentence(tokens[first], tokens[second], count)}
                  style=${{ "--heat": `${100 * shade(count, most)}%` }}
                >
                  <span class="sr">${count}</span>
                </td>`,
              )}
            </tr>`,
          )}
        </tbody>
      </table>
    <//>
    <p class="pointed" role="status">${pointed.value || "Point at a cell for its count."}</p>
  `;
}
