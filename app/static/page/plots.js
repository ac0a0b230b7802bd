// Plots by Chart.js, in the page's own colours. Each is a picture to a screen reader, with a sentence
// that says what is to be seen.
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import "./chart.umd.min.js";

const { Chart } = globalThis; // it is no module
const DARK = matchMedia("(prefers-color-scheme: dark)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function options(more) {
  const axis = (title) => ({
    title: { display: true, text: title, color: colour("ink-soft") },
    ticks: { color: colour("ink-soft") },
    grid: { color: colour("line") },
    border: { color: colour("line") },
  });
  return {
    animation: STILL.matches ? false : { duration: 250 },
    maintainAspectRatio: false,
    plugins: { legend: { display: false }, ...more.plugins },
    scales: { x: { ...axis(more.x), ...more.scale }, y: { ...axis(more.y), ...more.scale } },
  };
}

// `make` gives what Chart.js is to draw, with the colours of now; it is asked again when they change.
function Plot({ make, label, facts }) {
  const canvas = useRef(null);
  useEffect(() => {
    let chart = new Chart(canvas.current, make());
    const again = () => {
      chart.destroy();
      chart = new Chart(canvas.current, make());
    };
    DARK.addEventListener("change", again);
    return () => {
      DARK.removeEventListener("change", again);
      chart.destroy();
    };
  }, facts);
  return html`<div class="plot"><canvas ref=${canvas} role="img" aria-label=${label}></canvas></div>`;
}

export function Lengths({ lengths }) {
  const longest = lengths.findLastIndex((share) => share > 0) + 1;
  const shares = lengths.slice(0, longest).map((share) => 100 * share);
  const commonest = shares.indexOf(Math.max(...shares)) + 1;
  const make = () => ({
    type: "bar",
    data: {
      labels: shares.map((_, i) => i + 1),
      datasets: [{ data: shares, backgroundColor: colour("accent"), borderRadius: 3 }],
    },
    options: options({
      x: "letters",
      y: "% of names",
      plugins: { tooltip: { callbacks: { label: (item) => `${item.parsed.y.toFixed(2)} % of names` } } },
    }),
  });
  const label = `Most names have ${commonest} letters, the longest ${longest}.`;
  return html`<${Plot} make=${make} label=${label} facts=${[lengths]} />`;
}

const VOWELS = "aeiou";

// The letters are written at their points.
const letters = {
  id: "letters",
  afterDatasetsDraw(chart) {
    const { ctx } = chart;
    ctx.save();
    Object.assign(ctx, { font: "500 17px Fraunces, serif", textAlign: "center", textBaseline: "middle" });
    chart.data.datasets.forEach((set, i) => {
      ctx.fillStyle = set.ink;
      chart.getDatasetMeta(i).data.forEach(({ x, y }, j) => ctx.fillText(set.data[j].token, x, y));
    });
    ctx.restore();
  },
};

export function EmbeddingMap({ tokens, points }) {
  const all = tokens.map((token, i) => ({ x: points[i][0], y: points[i][1], token: token || "■" }));
  const isVowel = (each) => VOWELS.includes(each.token);
  const sets = () => [
    { data: all.filter(isVowel), ink: colour("odd-ink") },
    { data: all.filter((each) => !isVowel(each)), ink: colour("ink") },
  ];
  const make = () => ({
    type: "scatter",
    data: { datasets: sets().map((set) => ({ ...set, pointRadius: 0, pointHitRadius: 12 })) },
    options: options({
      x: "first direction",
      y: "second direction",
      scale: { ticks: { display: false } },
      plugins: { tooltip: { callbacks: { label: ({ raw }) => raw.token } } },
    }),
    plugins: [letters],
  });
  const label = "The letters as points; vowels are in another colour.";
  return html`<${Plot} make=${make} label=${label} facts=${[points]} />`;
}
