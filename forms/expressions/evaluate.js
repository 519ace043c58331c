/* Turns a rule tree into a function of a scope: the twin of evaluate.py. The trees are described in __init__.py.
   A scope is {answers, form, today, parameters, answer} and, where they matter, {now, zone, row}.
   In a browser this is the global YizhanRules, in Node a module. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./math_functions.js") && require("./county_functions.js") : root.YizhanRules;
  const isList = rules.values.isList;
  const valueOf = rules.values.valueOf;
  const boolean = rules.values.boolean;
  const number = rules.values.number;
  const equal = rules.operators["="];
  const has = Object.prototype.hasOwnProperty;

  const MAX_DEPTH = 60;
  const MANY = 1000;
  const OF_SEVERAL = ["count", "count-non-empty", "sum"];
  const FORMATS = ["format-date", "format-date-time"];
  const SEVERAL = ["field", "form", "self", "param", "where", "column", "if"];
  const NAMED = ["num", "field", "form", "param", "column"];

  function own(mapping, name) {
    return has.call(mapping, name) ? mapping[name] : undefined;
  }

  function rowsOf(value) {
    if (!isList(value)) return [];
    return value.filter(function (row) { return row !== null && typeof row === "object" && !isList(row); });
  }

  function constant(value) {
    return function () { return value; };
  }

  function reader(part) {
    return function (parts) {
      const name = parts[0];
      return function (scope) { return valueOf(own(scope[part], name)); };
    };
  }

  /* `and` ends at the first part that fails, `or` at the first that holds. */
  function junction(ends) {
    return function (parts, depth, patient) {
      const tests = parts.map(function (one) { return part(one, depth, patient); });
      return function (scope) {
        for (let at = 0; at < tests.length; at += 1) if (boolean(tests[at](scope)) === ends) return ends;
        return !ends;
      };
    };
  }

  /* A part of `and` or `or` that may never be asked: a patient compiler leaves what is wrong with it to its evaluation. */
  function part(tree, depth, patient) {
    if (!patient) return compile(tree, depth, patient);
    try {
      return compile(tree, depth, patient);
    } catch (error) {
      return function () { throw error; };
    }
  }

  function condition(parts, depth, patient) {
    const test = compile(parts[0], depth, patient);
    const then = compile(parts[1], depth, patient);
    const otherwise = compile(parts[2], depth, patient);
    return function (scope) { return boolean(test(scope)) ? then(scope) : otherwise(scope); };
  }

  function negation(parts, depth, patient) {
    const value = compile(parts[0], depth, patient);
    return function (scope) { return -number(value(scope), scope.zone); };
  }

  function where(parts, depth, patient) {
    const rows = compile(parts[0], depth, patient);
    const test = compile(parts[1], depth, patient);
    return function (scope) {
      const inner = {
        answers: null, form: scope.form, today: scope.today, parameters: scope.parameters, answer: "", now: scope.now, zone: scope.zone, row: 0
      };
      return rowsOf(rows(scope)).filter(function (row) {
        inner.answers = row;
        inner.row += 1;
        return boolean(test(inner));
      });
    };
  }

  function column(parts, depth, patient) {
    const rows = compile(parts[0], depth, patient);
    const name = parts[1];
    return function (scope) {
      return rowsOf(rows(scope)).map(function (row) { return valueOf(own(row, name)); })
        .filter(function (cell) { return cell !== ""; });
    };
  }

  const special = {
    "num": [1, 1, function (parts) { return constant(number(parts[0])); }],
    "field": [1, 1, reader("answers")],
    "form": [1, 1, reader("form")],
    "param": [1, 1, reader("parameters")],
    "self": [0, 0, function () { return function (scope) { return valueOf(scope.answer); }; }],
    "if": [3, 3, condition],
    "and": [1, MANY, junction(false)],
    "or": [1, MANY, junction(true)],
    "neg": [1, 1, negation],
    "where": [2, 2, where],
    "column": [2, 2, column]
  };

  function limits(head) {
    if (has.call(special, head)) return special[head];
    if (has.call(rules.operators, head)) return [2, 2];
    return has.call(rules.functions, head) ? rules.functions[head] : null;
  }

  /* Refuses one node that no engine takes; its arguments are not looked at. */
  function checkNode(tree) {
    if (typeof tree === "string") return;
    if (typeof tree === "number") {
      if (!Number.isSafeInteger(tree)) throw new Error("not_a_number");
      return;
    }
    if (!isList(tree) || typeof tree[0] !== "string") throw new Error("not_a_node");
    const head = tree[0];
    const parts = tree.slice(1);
    const most = limits(head);
    if (most === null) throw new Error("unknown_function");
    if (parts.length < most[0] || parts.length > most[1]) throw new Error("argument_count");
    if (NAMED.indexOf(head) >= 0 && typeof parts[parts.length - 1] !== "string") throw new Error("name_not_text");
    if (head === "num" && Number.isNaN(number(parts[0]))) throw new Error("not_a_number");
    if (head === "regex" && typeof parts[1] !== "string") throw new Error("pattern_not_literal");
    if (FORMATS.indexOf(head) >= 0 && typeof parts[1] === "string" && !rules.moments.isFormat(parts[1])) throw new Error("date_format");
    if (OF_SEVERAL.indexOf(head) >= 0 && !(isList(parts[0]) && SEVERAL.indexOf(parts[0][0]) >= 0)) throw new Error("not_several");
  }

  /* The commonest rule of all, without the detour over its parts. */
  function fieldIs(name, wanted) {
    return function (scope) {
      const value = valueOf(own(scope.answers, name));
      return value === wanted || equal(value, wanted, scope.zone);
    };
  }

  function called(call, values) {
    if (values.length === 1) return function (scope) { return call(scope, values[0](scope)); };
    if (values.length === 2) return function (scope) { return call(scope, values[0](scope), values[1](scope)); };
    return function (scope) {
      const given = [scope];
      for (let at = 0; at < values.length; at += 1) given.push(values[at](scope));
      return call.apply(null, given);
    };
  }

  function compile(tree, depth, patient) {
    if (depth > MAX_DEPTH) throw new Error("too_deep");
    checkNode(tree);
    if (!isList(tree)) return constant(tree);
    const head = tree[0];
    const parts = tree.slice(1);
    if (has.call(special, head)) return special[head][2](parts, depth + 1, patient);
    if (head === "=" && isList(parts[0]) && parts[0][0] === "field" && typeof parts[1] === "string") {
      checkNode(parts[0]);
      return fieldIs(parts[0][1], parts[1]);
    }
    const values = parts.map(function (one) { return compile(one, depth + 1, patient); });
    if (!has.call(rules.operators, head)) return called(rules.functions[head][2], values);
    const operator = rules.operators[head];
    const left = values[0];
    const right = values[1];
    return function (scope) { return operator(left(scope), right(scope), scope.zone); };
  }

  rules.compile = function (tree) { return compile(tree, 0, false); };
  /* The value of a tree. `scope.today` may be text here; with `patient`, a wrong part of `and` and `or` matters only when asked. */
  rules.evaluate = function (tree, scope, patient) {
    const answers = scope.answers || {};
    return compile(tree, 0, Boolean(patient))({
      answers: answers,
      form: scope.form || answers,
      today: typeof scope.today === "string" ? rules.days.parse(scope.today) : scope.today,
      parameters: scope.parameters || {},
      answer: scope.answer,
      now: scope.now,
      zone: scope.zone || rules.zones.county,
      row: scope.row
    });
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
