// HTML in templates, as Preact draws it. Values are text, and never markup: a name of
// <img onerror=...> is shown as just that.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
