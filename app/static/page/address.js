// The settings in the address, behind the # that browsers do not send: whoever follows the link has
// the same settings, and so the same names.
import { effect } from "@preact/signals";
import { DEFAULTS, LONGEST, TABS, newSeed, settings } from "./settings.js";

const wholeFrom = (least, most) => (text) => {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
};
const text = (value) => value.slice(0, 100);
const truth = (value) => (value === "true" ? true : undefined);
const not = (value) => (value === "false" ? false : undefined);

// How each setting is read; undefined for what is not one of its values, which is passed over.
const READERS = {
  tab: (value) => (TABS.includes(value) ? value : undefined),
  model: text,
  surname: truth,
  temperature: (value) => (value !== "" && value >= 0 && value <= 5 ? Number(value) : undefined),
  min_length: wholeFrom(1, LONGEST),
  max_length: wholeFrom(1, LONGEST),
  starts_with: text,
  ends_with: text,
  contains: text,
  pattern: text,
  novel: truth,
  unique: not,
  n: wholeFrom(1, 200),
  seed: (value) => (/^\d{1,19}$/.test(value) ? value : undefined),
  offset: wholeFrom(0, Number.MAX_SAFE_INTEGER),
  locked: truth,
  full: truth,
};

const PAUSE = 350; // milliseconds: Safari lets an address change a hundred times in half a minute
const KEPT = /^(\d{1,3}):(.{1,99})$/su;

// The settings of an address's fragment; what it does not say is as it is by default.
export function read(fragment) {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const found = { ...DEFAULTS };
  for (const [name, reader] of Object.entries(READERS)) {
    const value = said.has(name) ? reader(said.get(name)) : undefined;
    if (value !== undefined) found[name] = value;
  }
  found.min_length = Math.min(found.min_length, found.max_length);
  const kept = said.getAll("kept").map((each) => KEPT.exec(each)).filter(Boolean);
  found.kept = kept.map(([, place, name]) => [Number(place), name]);
  found.seed ||= newSeed();
  return found;
}

// The fragment of some settings: those that differ from the default, and always the seed.
export function write(values) {
  const said = new URLSearchParams();
  for (const name of Object.keys(READERS)) {
    if (values[name] !== DEFAULTS[name]) said.append(name, values[name]);
  }
  for (const [place, name] of values.kept) said.append("kept", `${place}:${name}`);
  return `#${said}`;
}

// The address that brings the same names to somebody else.
export const link = () => new URL(write(settings.value), location.href).href;

// Keep the address and the settings the same, whichever changes.
export function follow() {
  settings.value = read(location.hash);
  addEventListener("hashchange", () => (settings.value = read(location.hash)));
  let written = -PAUSE;
  let timer;
  const put = () => {
    written = performance.now();
    history.replaceState(null, "", link());
  };
  effect(() => {
    settings.value;
    clearTimeout(timer);
    const wait = written + PAUSE - performance.now();
    if (wait > 0) timer = setTimeout(put, wait);
    else put();
  });
  addEventListener("pagehide", put);
}
