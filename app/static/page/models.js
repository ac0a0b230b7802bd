// The models that the service has, and which of them people are likely to want.
import { computed, effect, signal } from "@preact/signals";
import { ask, attempt } from "./service.js";
import { settings } from "./settings.js";

export const models = signal([]);
export const defaultModel = computed(() => models.value.find((each) => each.default)?.name ?? "");

const TITLES = { girls: "Girls", boys: "Boys", surnames: "Surnames", world: "World" };
const SURNAMES = "surnames";
const WORLD = "world";
export const FULL = { name: `${WORLD}+${WORLD}`, title: "Full names" }; // of anybody, to score by

// The model that the settings name.
export const chosen = computed(() => settings.value.model || defaultModel.value);

// Of each list the model that predicts it best; the others are for whoever is curious.
export const best = computed(() => {
  const byList = new Map();
  for (const model of models.value) {
    const rival = byList.get(model.data.sha256);
    const better = !rival || model.default || (!rival.default && model.losses.test < rival.losses.test);
    if (better) byList.set(model.data.sha256, model);
  }
  return [...byList.values()].sort((a, b) => b.default - a.default);
});
export const others = computed(() => models.value.filter((each) => !best.value.includes(each)));
// All, in the order in which every tab has them.
export const ordered = computed(() => [...best.value, ...others.value]);
// Those to score by: the best, and whichever is chosen.
export const scorers = computed(() =>
  ordered.value.filter((each) => best.value.includes(each) || each.name === chosen.value),
);

export const titleOf = (model) =>
  model.title ?? TITLES[model.name] ?? (model.default && model.data.file === "names.txt" ? "Everyone" : model.name);

export const hasFull = computed(() => models.value.some((each) => each.name === WORLD));

// Whether a surname can stand behind the names of a model.
export const takesSurname = computed(
  () => chosen.value !== SURNAMES && models.value.some((each) => each.name === SURNAMES),
);

// What the service is asked for: a model, or a model and surnames.
export const asked = computed(() => {
  const { model, surname } = settings.value;
  const wanted = surname && chosen.value !== SURNAMES;
  return wanted ? `${model || defaultModel.value}+${SURNAMES}` : model;
});

export const follow = () =>
  effect(() => {
    attempt.value;
    ask("models").then(
      (answer) => (models.value = answer.models),
      () => {}, // the notices say so
    );
  });
