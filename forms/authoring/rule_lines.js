/* Values of rule trees, one JSON line for each line: run in Node with the browser's own scripts, by `catalogue rules`.
   node rule_lines.js SCRIPT… < LINES      {"tree", "scope", "zone", "kind"} → {"value"} or {"number"} or {"error"} */
"use strict";

const fs = require("fs");
const vm = require("vm");

const page = vm.createContext({});
process.argv.slice(2).forEach(function (path) { vm.runInContext(fs.readFileSync(path, "utf8"), page, { filename: path }); });
const rules = page.YizhanRules;

function told(asked) {
  const zone = rules.zones.of(asked.zone);
  const value = rules.evaluate(asked.tree, Object.assign({ zone: zone }, asked.scope), true);
  if (asked.kind === "boolean") return { value: rules.values.boolean(value) };
  if (asked.kind === "string") return { value: rules.values.text(value) };
  return { number: rules.values.numberText(rules.values.number(value, zone)) };
}

function answered(line) {
  try {
    return JSON.stringify(told(JSON.parse(line)));
  } catch (error) {
    return JSON.stringify({ error: error.message });
  }
}

process.stdout.write(fs.readFileSync(0, "utf8").split("\n").filter(Boolean).map(answered).join("\n"));
