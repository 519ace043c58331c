/* Values, operators and the functions of XPath and OpenRosa: the twin of values.py, operators.py and functions.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./days.js") : root.YizhanRules;
  const decimal = rules.decimal;
  const days = rules.days;

  const MANY = 1000;
  const NUMBER = /^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
  const EPOCH = days.ordinal({ year: 1970, month: 1, day: 1 });
  const ZONE_OFFSET_DAYS = 8 / 24;

  function isList(value) {
    return Array.isArray(value);
  }

  /* An answer as rules read it: nothing is empty text. */
  function valueOf(answer) {
    return answer === undefined || answer === null || (isList(answer) && answer.length === 0) ? "" : answer;
  }

  function characters(text) {
    return Array.from(text);
  }

  /* Plain decimals, shortest that read back the same; JavaScript itself writes very large and small ones with an exponent. */
  function numberText(number) {
    if (number !== number) return "NaN";
    if (number === Infinity || number === -Infinity) return number > 0 ? "Infinity" : "-Infinity";
    if (number === 0) return "0";
    const written = String(Math.abs(number)).split("e");
    const sign = number < 0 ? "-" : "";
    if (written.length === 1) return sign + written[0];
    const parts = written[0].split(".");
    const digits = parts[0] + (parts[1] || "");
    const point = parts[0].length + Number(written[1]);
    if (point <= 0) return sign + "0." + "0".repeat(-point) + digits;
    return sign + digits.padEnd(point, "0");
  }

  function text(value) {
    if (typeof value === "string") return value;
    if (typeof value === "boolean") return value ? "true" : "false";
    if (typeof value === "number") return numberText(value);
    return value.filter(function (one) { return one === null || typeof one !== "object" || isList(one); })
      .map(function (one) { return text(valueOf(one)); }).join(" ");
  }

  function number(value) {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "number") return value;
    const written = text(value).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    if (NUMBER.test(written)) return Number(written);
    const day = written.length === 10 ? days.parse(written) : null;
    return day === null ? NaN : days.ordinal(day) - EPOCH - ZONE_OFFSET_DAYS;
  }

  function boolean(value) {
    if (typeof value === "number") return value !== 0 && value === value;
    return isList(value) ? value.length > 0 : Boolean(value);
  }

  function exactNumber(value) {
    if (typeof value === "boolean" || isList(value)) return null;
    return decimal.parse(typeof value === "string" ? value : numberText(value));
  }

  function members(value) {
    if (isList(value)) return value.filter(function (one) { return one !== null && one !== undefined && one !== ""; }).map(valueOf);
    return value === "" ? [] : [value];
  }

  function each(value) {
    if (!isList(value)) return [value];
    return value.map(function (one) { return typeof one === "string" || typeof one === "boolean" ? one : text(one); });
  }

  function anyPair(a, b, test) {
    const right = each(b);
    return each(a).some(function (x) { return right.some(function (y) { return test(x, y); }); });
  }

  function equal(a, b) {
    if (isList(a) || isList(b)) return anyPair(a, b, equal);
    if (typeof a === "boolean" || typeof b === "boolean") return boolean(a) === boolean(b);
    if (typeof a === "number" || typeof b === "number") return number(a) === number(b);
    return a === b;
  }

  function unequal(a, b) {
    if (isList(a) || isList(b)) return anyPair(a, b, function (x, y) { return !equal(x, y); });
    return !equal(a, b);
  }

  const operators = {
    "=": equal,
    "!=": unequal,
    "<": function (a, b) { return number(a) < number(b); },
    "<=": function (a, b) { return number(a) <= number(b); },
    ">": function (a, b) { return number(a) > number(b); },
    ">=": function (a, b) { return number(a) >= number(b); },
    "+": function (a, b) { return number(a) + number(b); },
    "-": function (a, b) { return number(a) - number(b); },
    "*": function (a, b) { return number(a) * number(b); },
    "div": function (a, b) { return number(a) / number(b); },
    "mod": function (a, b) { return number(a) % number(b); }
  };

  function choices(chosen) {
    if (isList(chosen)) return members(chosen).map(text);
    return text(chosen).split(SPACES).filter(Boolean);
  }
  // What Python's split() takes for white space.
  const SPACES = /[ \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

  function place(at, length) {
    if (at !== at) return 0;
    if (at === Infinity || at === -Infinity) return at > 0 ? length : 0;
    const whole = Math.trunc(at);
    return Math.max(0, Math.min(length, at >= 0 ? whole : length + whole));
  }

  function substr(scope, value, start, end) {
    const whole = characters(text(value));
    return whole.slice(place(number(start), whole.length), place(end === undefined ? Infinity : number(end), whole.length)).join("");
  }

  function spread(values) {
    return [].concat.apply([], values.map(function (value) { return isList(value) ? members(value) : [value]; }));
  }

  function extreme(pick) {
    return function () {
      const numbers = spread(Array.prototype.slice.call(arguments, 1)).map(number);
      return numbers.length === 0 || numbers.some(function (one) { return one !== one; }) ? NaN : pick.apply(null, numbers);
    };
  }

  function whole(step) {
    return function (scope, value) { return step(number(value)); };
  }

  function truncated(scope, value) {
    const at = number(value);
    return at === Infinity || at === -Infinity ? NaN : Math.trunc(at);
  }

  function round(scope, value, places) {
    const at = number(value);
    const digits = places === undefined ? 0 : number(places);
    if (!isFinite(at) || !(Math.abs(digits) <= 20)) return at;
    return Number(decimal.toText(decimal.rounded(decimal.read(numberText(at)), Math.trunc(digits))));
  }

  const patterns = {};
  function pattern(source) {
    if (!Object.prototype.hasOwnProperty.call(patterns, source)) patterns[source] = new RegExp(source, "u");
    return patterns[source];
  }

  function translate(scope, value, from, to) {
    const old = characters(text(from));
    const fresh = characters(text(to));
    return characters(text(value)).map(function (one) {
      const at = old.indexOf(one);
      return at < 0 ? one : at < fresh.length ? fresh[at] : "";
    }).join("");
  }

  function before(scope, a, b) {
    const at = text(a).indexOf(text(b));
    return text(b) === "" || at < 0 ? "" : text(a).slice(0, at);
  }

  function after(scope, a, b) {
    const at = text(a).indexOf(text(b));
    return at < 0 ? "" : text(a).slice(at + text(b).length);
  }

  function endsWith(scope, a, b) {
    return text(a).endsWith(text(b));
  }

  function sum(scope, values) {
    return members(values).reduce(function (total, one) { return total + number(one); }, 0);
  }

  function join(scope, glue) {
    return spread(Array.prototype.slice.call(arguments, 2)).map(text).join(text(glue));
  }

  function concat() {
    return Array.prototype.slice.call(arguments, 1).map(text).join("");
  }

  function selectedAt(scope, chosen, where) {
    const found = choices(chosen);
    const at = number(where);
    return at >= 0 && at < found.length ? found[Math.trunc(at)] : "";
  }

  const functions = {
    "true": [0, 0, function () { return true; }],
    "false": [0, 0, function () { return false; }],
    "not": [1, 1, function (scope, a) { return !boolean(a); }],
    "boolean": [1, 1, function (scope, a) { return boolean(a); }],
    "boolean-from-string": [1, 1, function (scope, a) { return text(a) === "1" || text(a) === "true"; }],
    "number": [1, 1, function (scope, a) { return number(a); }],
    "string": [1, 1, function (scope, a) { return text(a); }],
    "today": [0, 0, function (scope) { return days.toText(scope.today); }],
    "concat": [0, MANY, concat],
    "join": [1, MANY, join],
    "coalesce": [2, 2, function (scope, a, b) { return text(a) !== "" ? a : b; }],
    "contains": [2, 2, function (scope, a, b) { return text(a).indexOf(text(b)) >= 0; }],
    "starts-with": [2, 2, function (scope, a, b) { return text(a).startsWith(text(b)); }],
    "ends-with": [2, 2, endsWith],
    "substr": [2, 3, substr],
    "substring-before": [2, 2, before],
    "substring-after": [2, 2, after],
    "string-length": [1, 1, function (scope, a) { return characters(text(a)).length; }],
    "translate": [3, 3, translate],
    "regex": [2, 2, function (scope, a, b) { return pattern(text(b)).test(text(a)); }],
    "selected": [2, 2, function (scope, a, b) { return choices(a).indexOf(text(b)) >= 0; }],
    "selected-at": [2, 2, selectedAt],
    "count-selected": [1, 1, function (scope, a) { return choices(a).length; }],
    "count": [1, 1, function (scope, a) { return isList(a) ? a.length : a === "" ? 0 : 1; }],
    "count-non-empty": [1, 1, function (scope, a) { return members(a).length; }],
    "sum": [1, 1, sum],
    "min": [1, MANY, extreme(Math.min)],
    "max": [1, MANY, extreme(Math.max)],
    "abs": [1, 1, function (scope, a) { return Math.abs(number(a)); }],
    "int": [1, 1, truncated],
    "floor": [1, 1, whole(Math.floor)],
    "ceiling": [1, 1, whole(Math.ceil)],
    "round": [1, 2, round]
  };

  rules.values = {
    valueOf: valueOf, text: text, number: number, boolean: boolean, numberText: numberText, exactNumber: exactNumber,
    members: members, isList: isList, characters: characters
  };
  rules.operators = operators;
  rules.functions = functions;

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
