/* Reads JSON lines, evaluates each with the browser's engine, writes JSON lines. Run by engines.py:
   node run_engine.js SCRIPT.js PACKAGE.json... < LINES
   The one concatenated script is run as a browser runs it: no module, one global. */
"use strict";

const fs = require("fs");
const vm = require("vm");

const window = vm.createContext({});
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), window);
const rules = window.YizhanRules;
const forms = process.argv.slice(3).map(function (path) { return rules.prepare(JSON.parse(fs.readFileSync(path, "utf8"))); });

function told(value) {
  if (typeof value === "number") return { number: rules.values.numberText(value) };
  return { value: value };
}

/* A value in each of the three kinds. */
function inAllKinds(line) {
  const scope = Object.assign({}, line.scope, { zone: rules.zones.of(line.zone) });
  const value = rules.evaluate(line.tree, scope, true);
  const number = rules.values.numberText(rules.values.number(value, scope.zone));
  return { string: rules.values.text(value), number: number, boolean: rules.values.boolean(value) };
}

const acts = {
  kinds: inAllKinds,
  tree: function (line) { return told(rules.evaluate(line.tree, line.scope)); },
  calculate: function (line) { return { value: rules.kinds.calculated(line.kind, rules.evaluate(line.tree, line.scope)) }; },
  fault: function (line) { return { value: rules.kinds.formFault(line.value, line.field, line.around) }; },
  written: function (line) { return { value: rules.kinds.written(line.kind, line.value) }; },
  state: function (line) { return { value: rules.formState(forms[line.form], line.answers, line.today, line.attached) }; },
  options: function (line) { return { value: rules.options(forms[line.form], line.answers, line.today, line.place) }; },
  initial: function (line) { return { value: rules.initialAnswers(forms[line.form], line.today) }; }
};

const lines = fs.readFileSync(0, "utf8").split("\n").filter(Boolean);
process.stdout.write(lines.map(function (line) {
  const asked = JSON.parse(line);
  try {
    return JSON.stringify(acts[asked.act](asked));
  } catch (error) {
    return JSON.stringify({ error: error.message });
  }
}).join("\n"));
