/* Turns a rule tree into a function of a scope: the twin of evaluate.py. The trees are described in __init__.py.
   A scope is {answers, form, today, parameters, answer}. In a browser this is the global YizhanRules, in Node a module. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./county_functions.js") : root.YizhanRules;
  const valueOf = rules.values.valueOf;
  const boolean = rules.values.boolean;
  const number = rules.values.number;
  const has = Object.prototype.hasOwnProperty;

  const MAX_DEPTH = 60;
  const OF_SEVERAL = ["count", "count-non-empty", "sum"];

  function own(mapping, name) {
    return has.call(mapping, name) ? mapping[name] : undefined;
  }

  function rowsOf(value) {
    if (!rules.values.isList(value)) return [];
    return value.filter(function (row) { return row !== null && typeof row === "object" && !rules.values.isList(row); });
  }

  function reader(part) {
    return function (parts) {
      const name = parts[0];
      return function (scope) { return valueOf(own(scope[part], name)); };
    };
  }

  const special = {
    "num": [1, 1, function (parts) {
      const literal = number(parts[0]);
      return function () { return literal; };
    }],
    "field": [1, 1, reader("answers")],
    "form": [1, 1, reader("form")],
    "param": [1, 1, reader("parameters")],
    "self": [0, 0, function () { return function (scope) { return valueOf(scope.answer); }; }],
    "if": [3, 3, function (parts, depth) {
      const test = compile(parts[0], depth);
      const then = compile(parts[1], depth);
      const otherwise = compile(parts[2], depth);
      return function (scope) { return boolean(test(scope)) ? then(scope) : otherwise(scope); };
    }],
    "and": [1, 1000, function (parts, depth) {
      const tests = parts.map(function (part) { return compile(part, depth); });
      return function (scope) { return tests.every(function (test) { return boolean(test(scope)); }); };
    }],
    "or": [1, 1000, function (parts, depth) {
      const tests = parts.map(function (part) { return compile(part, depth); });
      return function (scope) { return tests.some(function (test) { return boolean(test(scope)); }); };
    }],
    "neg": [1, 1, function (parts, depth) {
      const value = compile(parts[0], depth);
      return function (scope) { return -number(value(scope)); };
    }],
    "where": [2, 2, function (parts, depth) {
      const rows = compile(parts[0], depth);
      const test = compile(parts[1], depth);
      return function (scope) {
        return rowsOf(rows(scope)).filter(function (row) {
          return boolean(test({ answers: row, form: scope.form, today: scope.today, parameters: scope.parameters, answer: "" }));
        });
      };
    }],
    "column": [2, 2, function (parts, depth) {
      const rows = compile(parts[0], depth);
      const name = parts[1];
      return function (scope) {
        return rowsOf(rows(scope)).map(function (row) { return valueOf(own(row, name)); })
          .filter(function (cell) { return cell !== ""; });
      };
    }]
  };

  function counted(parts, fewest, most) {
    if (parts.length < fewest || parts.length > most) throw new Error("argument_count");
  }

  function compile(tree, above) {
    const depth = (above || 0) + 1;
    if (depth > MAX_DEPTH + 1) throw new Error("too_deep");
    if (typeof tree === "string" || typeof tree === "number") return function () { return tree; };
    if (!rules.values.isList(tree) || typeof tree[0] !== "string") throw new Error("not_a_node");
    const head = tree[0];
    const parts = tree.slice(1);
    if (has.call(special, head)) {
      counted(parts, special[head][0], special[head][1]);
      return special[head][2](parts, depth);
    }
    const values = parts.map(function (part) { return compile(part, depth); });
    if (has.call(rules.operators, head)) {
      counted(parts, 2, 2);
      const operator = rules.operators[head];
      return function (scope) { return operator(values[0](scope), values[1](scope)); };
    }
    if (!has.call(rules.functions, head)) throw new Error("unknown_function");
    counted(parts, rules.functions[head][0], rules.functions[head][1]);
    if (OF_SEVERAL.indexOf(head) >= 0 && (!rules.values.isList(parts[0]) || parts[0][0] === "num")) throw new Error("not_several");
    const call = rules.functions[head][2];
    return function (scope) {
      const given = [scope];
      for (let at = 0; at < values.length; at += 1) given.push(values[at](scope));
      return call.apply(null, given);
    };
  }

  rules.compile = function (tree) { return compile(tree, 0); };
  /* The value of a tree. `scope.today` may be text here. */
  rules.evaluate = function (tree, scope) {
    const answers = scope.answers || {};
    return rules.compile(tree)({
      answers: answers,
      form: scope.form || answers,
      today: typeof scope.today === "string" ? rules.days.parse(scope.today) : scope.today,
      parameters: scope.parameters || {},
      answer: scope.answer
    });
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
