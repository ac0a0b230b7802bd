// Taking names away: copied, as a CSV, as a link. What was done is said for a moment.
import { signal } from "@preact/signals";
import { link } from "./address.js";

export const said = signal("");
let timer;

export function say(text) {
  said.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (said.value = ""), 2500);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    say("The browser does not let this page copy"); // over plain HTTP, but for localhost
  }
}

export const copyLink = () => copy(link(), "Link");

const field = (value) => {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csv = (rows) => rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";

export function download(name, rows) {
  const url = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
  say(`${name} downloaded`);
}
