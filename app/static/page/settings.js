// What the controls say: one object, replaced when one of them moves.
import { computed, signal } from "@preact/signals";

export const LONGEST = 31; // characters of a name
export const TABS = ["make", "score", "inside"];

export const DEFAULTS = {
  tab: "make",
  model: "", // the service's default
  surname: false,
  temperature: 1,
  min_length: 1,
  max_length: LONGEST,
  starts_with: "",
  ends_with: "",
  contains: "",
  pattern: "",
  novel: false,
  unique: true,
  n: 20,
  seed: "", // digits: it may be more than a number of JavaScript's holds
  offset: 0,
  locked: false, // whether new names are the next ones of this seed
  full: false, // whether full names of anybody are scored, whatever the list
  kept: [], // [place in the list, name]
};

export const settings = signal(DEFAULTS);
export const change = (more) => (settings.value = { ...settings.value, ...more });

// A setting by itself: whoever reads it is drawn again only where that one has changed.
export const setting = Object.fromEntries(
  Object.keys(DEFAULTS).map((name) => [name, computed(() => settings.value[name])]),
);

// Short enough to be read out to somebody.
export const newSeed = () => String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000);

// Other names: those of another seed, or the next ones of a locked one.
export function drawAnew() {
  const { locked, offset, n } = settings.value;
  change(locked ? { offset: offset + n } : { seed: newSeed(), offset: 0 });
}
