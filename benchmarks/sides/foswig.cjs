// foswig, order 3, as its README uses it; no limit on attempts, real names allowed.
const { readFileSync } = require("fs");
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
console.log(JSON.stringify(make(1000)));
createInterface({ input: process.stdin }).on("line", () => {
  const started = performance.now();
  make(100000);
  console.log((performance.now() - started) / 1000);
});
