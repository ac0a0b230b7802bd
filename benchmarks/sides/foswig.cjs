// foswig, order 3, as its README uses it; no limit on attempts, real names allowed.
//
//   foswig.cjs PEERS NAMES [FILE]    with a file: ten million names, as lines of it
const { closeSync, openSync, readFileSync, writeSync } = require("fs");
const { createInterface } = require("readline");
const Foswig = require(process.argv[2] + "/node_modules/foswig").default;

const names = readFileSync(process.argv[3], "utf8").trim().split("\n");
const chain = new Foswig(3, names);
const how = { minLength: 1, maxLength: 31, allowDuplicates: true, maxAttempts: 0 };
function make(n) {
  const made = [];
  for (let i = 0; i < n; i++) made.push(chain.generate(how));
  return made;
}
function writeLines(n, path) {
  const file = openSync(path, "w");
  for (let first = 0; first < n; first += 10000) writeSync(file, make(10000).join("\n") + "\n");
  closeSync(file);
}
const file = process.argv[4];
console.log(JSON.stringify(make(1000)));
createInterface({ input: process.stdin }).on("line", () => {
  const started = performance.now();
  file ? writeLines(10000000, file) : make(100000);
  console.log((performance.now() - started) / 1000);
});
