// Small parts that are drawn in several places.
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";

const PATHS = {
  again: "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  download: "M12 4v11m-5-4 5 5 5-5M5 20h14",
  heart: "M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.6L12 7.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.6 5.6L12 16.8",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v6",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2",
};

export const Icon = ({ name }) => html`
  <svg class="drawn" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>
`;

// A share of one, as people write it: 73 %, 0.4 %, < 0.1 %.
export function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return share < 0.1 ? `${(100 * share).toFixed(1)} %` : `${Math.round(100 * share)} %`;
}

// Whether a name has a word that is too long for its place in the usual size.
const LONG = 17;
export const isLong = (name) => name.split(" ").some((word) => word.length > LONG);

// How plausible a name is, among real ones.
export const Plausibility = ({ value }) => html`
  <span class="plausibility">
    <span class="bar" aria-hidden="true"><span style=${{ width: `${100 * (value ?? 0)}%` }}></span></span>
    <span class="figure">${value === undefined ? "…" : percent(value)}</span>
  </span>
`;

export const Field = ({ label, hint, fault, id, children }) => html`
  <div class="field">
    <label for=${id}>${label}</label>
    ${children}
    ${fault
      ? html`<p class="fault" id=${`${id}-note`} role="alert">${fault}</p>`
      : hint && html`<p class="hint" id=${`${id}-note`}>${hint}</p>`}
  </div>
`;

// What may be wider than the screen: it fades at an edge behind which there is more.
export function Scroll({ children, ...said }) {
  const box = useRef(null);
  const look = () => {
    if (!box.current) return; // it is gone, and its size was still to be told
    const { scrollLeft, scrollWidth, clientWidth, classList } = box.current;
    classList.toggle("before", scrollLeft > 1);
    classList.toggle("beyond", scrollLeft < scrollWidth - clientWidth - 1);
  };
  useEffect(look);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return html`<div class="scroll" ref=${box} tabindex="0" role="group" onScroll=${look} ...${said}>${children}</div>`;
}

export const counted = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
