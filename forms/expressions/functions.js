/* Values, operators and the functions of XPath and OpenRosa: the twin of values.py, operators.py and functions.py.
   An operator takes two values and the zone, a function the scope and its arguments. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./moments.js") && require("./days.js") : root.YizhanRules;
  const decimal = rules.decimal;
  const moments = rules.moments;
  const county = rules.zones.county;
  const MS_PER_DAY = rules.zones.MS_PER_DAY;

  const MANY = 1000;
  const NUMBER = /^-?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|Infinity)$/;

  function isList(value) {
    return Array.isArray(value);
  }

  function isMoment(value) {
    return value instanceof moments.Moment;
  }

  function isRow(value) {
    return value !== null && typeof value === "object" && !isList(value) && !isMoment(value);
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
    if (isMoment(value)) return moments.toText(value);
    if (isRow(value)) return "";
    return value.filter(function (one) { return !isRow(one); }).map(function (one) { return text(valueOf(one)); }).join(" ");
  }

  function trimmed(text) {
    return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  }

  /* A value as a number; text that writes none is NaN, a date counts days since 1970 in the zone. */
  function number(value, zone) {
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return value ? 1 : 0;
    if (isMoment(value)) return value.ms / MS_PER_DAY;
    const written = trimmed(text(value));
    return NUMBER.test(written) ? Number(written) : moments.msOfText(written, zone || county) / MS_PER_DAY;
  }

  function boolean(value) {
    if (typeof value === "number") return value !== 0 && value === value;
    if (isMoment(value)) return value.ms === value.ms;
    return isList(value) ? value.length > 0 : Boolean(value);
  }

  function exactNumber(value) {
    if (typeof value !== "string" && typeof value !== "number") return null;
    return decimal.parse(typeof value === "string" ? value : numberText(value));
  }

  function members(value) {
    if (isList(value)) return value.filter(function (one) { return one !== null && one !== undefined && one !== ""; }).map(valueOf);
    return value === "" ? [] : [value];
  }

  function each(value) {
    if (!isList(value)) return [value];
    return value.filter(function (one) { return !isRow(one); })
      .map(function (one) { return typeof one === "string" || typeof one === "boolean" ? one : text(valueOf(one)); });
  }

  function anyPair(a, b, test) {
    const right = each(b);
    return each(a).some(function (x) { return right.some(function (y) { return test(x, y); }); });
  }

  function equal(a, b, zone) {
    if (typeof a === "string" && typeof b === "string") return a === b || sameDay(a, b, zone);
    if (isList(a) || isList(b)) return anyPair(a, b, function (x, y) { return equal(x, y, zone); });
    if (typeof a === "boolean" || typeof b === "boolean") return boolean(a) === boolean(b);
    return number(a, zone) === number(b, zone);
  }

  /* Whether one moment is written in two ways. */
  function sameDay(a, b, zone) {
    return a[4] === "-" && b[4] === "-" && moments.msOfText(a, zone) === moments.msOfText(b, zone);
  }

  function unequal(a, b, zone) {
    if (isList(a) || isList(b)) return anyPair(a, b, function (x, y) { return !equal(x, y, zone); });
    return !equal(a, b, zone);
  }

  function ordered(compare) {
    return function (a, b, zone) {
      if (isList(a) || isList(b)) return anyPair(a, b, function (x, y) { return compare(number(x, zone), number(y, zone)); });
      return compare(number(a, zone), number(b, zone));
    };
  }

  function arithmetic(calculate) {
    return function (a, b, zone) { return calculate(number(a, zone), number(b, zone)); };
  }

  const operators = {
    "=": equal,
    "!=": unequal,
    "<": ordered(function (a, b) { return a < b; }),
    "<=": ordered(function (a, b) { return a <= b; }),
    ">": ordered(function (a, b) { return a > b; }),
    ">=": ordered(function (a, b) { return a >= b; }),
    "+": arithmetic(function (a, b) { return a + b; }),
    "-": arithmetic(function (a, b) { return a - b; }),
    "*": arithmetic(function (a, b) { return a * b; }),
    "div": arithmetic(function (a, b) { return a / b; }),
    "mod": arithmetic(function (a, b) { return a % b; })
  };

  function choices(chosen) {
    return isList(chosen) ? members(chosen).map(text) : text(chosen).split(" ");
  }

  function selected(scope, chosen, wanted) {
    return choices(chosen).indexOf(isList(chosen) ? text(wanted) : trimmed(text(wanted))) >= 0;
  }

  function place(at, length) {
    if (at !== at) return 0;
    if (at === Infinity || at === -Infinity) return at > 0 ? length : 0;
    const whole = Math.trunc(at);
    return Math.max(0, Math.min(length, whole >= 0 ? whole : length + whole));
  }

  function substr(scope, value, start, end) {
    const whole = characters(text(value));
    const last = end === undefined ? Infinity : number(end, scope.zone);
    return whole.slice(place(number(start, scope.zone), whole.length), place(last, whole.length)).join("");
  }

  /* The nearest whole number, halves towards plus infinity; what is none stays. */
  function halfUp(at) {
    const below = Math.floor(at);
    return isFinite(at) ? below + (at - below >= 0.5 ? 1 : 0) : at;
  }

  function substring(scope, value, start, length) {
    const first = halfUp(number(start, scope.zone));
    const end = length === undefined ? Infinity : first + halfUp(number(length, scope.zone));
    return characters(text(value)).filter(function (one, at) { return at + 1 >= first && at + 1 < end; }).join("");
  }

  function spread(values) {
    return [].concat.apply([], values.map(function (value) { return isList(value) ? members(value) : [value]; }));
  }

  function extreme(pick) {
    return function (scope) {
      const numbers = spread(Array.prototype.slice.call(arguments, 1)).map(function (one) { return number(one, scope.zone); });
      return numbers.length === 0 || numbers.some(function (one) { return one !== one; }) ? NaN : pick.apply(null, numbers);
    };
  }

  function whole(step) {
    return function (scope, value) { return step(number(value, scope.zone)); };
  }

  function round(scope, value, places) {
    const at = number(value, scope.zone);
    const digits = places === undefined ? 0 : number(places, scope.zone);
    if (!isFinite(digits)) return NaN;
    if (!isFinite(at) || Math.abs(digits) > 20) return at;
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
    return members(values).reduce(function (total, one) { return total + number(one, scope.zone); }, 0);
  }

  function join(scope, glue) {
    return spread(Array.prototype.slice.call(arguments, 2)).map(text).join(text(glue));
  }

  function concat() {
    return Array.prototype.slice.call(arguments, 1).map(text).join("");
  }

  function selectedAt(scope, chosen, where) {
    const found = choices(chosen);
    const at = number(where, scope.zone);
    return found.length && at > -1 && at < found.length ? found[Math.trunc(at)] : "";
  }

  function coalesce(scope, a, b) {
    const found = text(a) !== "" ? a : b;
    return isList(found) ? found : text(found);
  }

  /* The one argument; without it, the answer that the rule is about. */
  function ofSelf(scope, value) {
    return value === undefined ? valueOf(scope.answer) : value;
  }

  function trueText(scope, value) {
    return typeof value === "number" ? value > 0 && value % 1 === 0 : text(value) === "1" || text(value) === "true";
  }

  const functions = {
    "true": [0, 0, function () { return true; }],
    "false": [0, 0, function () { return false; }],
    "not": [1, 1, function (scope, a) { return !boolean(a); }],
    "boolean": [1, 1, function (scope, a) { return boolean(a); }],
    "boolean-from-string": [1, 1, trueText],
    "number": [0, 1, function (scope, a) { return number(ofSelf(scope, a), scope.zone); }],
    "string": [0, 1, function (scope, a) { return text(ofSelf(scope, a)); }],
    "concat": [0, MANY, concat],
    "join": [1, MANY, join],
    "coalesce": [2, 2, coalesce],
    "contains": [2, 2, function (scope, a, b) { return text(a).indexOf(text(b)) >= 0; }],
    "starts-with": [2, 2, function (scope, a, b) { return text(a).startsWith(text(b)); }],
    "ends-with": [2, 2, endsWith],
    "substr": [2, 3, substr],
    "substring": [2, 3, substring],
    "substring-before": [2, 2, before],
    "substring-after": [2, 2, after],
    "string-length": [0, 1, function (scope, a) { return characters(text(ofSelf(scope, a))).length; }],
    "normalize-space": [0, 1, function (scope, a) { return trimmed(text(ofSelf(scope, a)).replace(/[ \t\r\n]+/g, " ")); }],
    "translate": [3, 3, translate],
    "regex": [2, 2, function (scope, a, b) { return pattern(text(b)).test(text(a)); }],
    "selected": [2, 2, selected],
    "selected-at": [2, 2, selectedAt],
    "count-selected": [1, 1, function (scope, a) { return choices(a).filter(Boolean).length; }],
    "count": [1, 1, function (scope, a) { return isList(a) ? a.length : a === "" ? 0 : 1; }],
    "count-non-empty": [1, 1, function (scope, a) { return members(a).length; }],
    "position": [0, 0, function (scope) { return scope.row || 1; }],
    "sum": [1, 1, sum],
    "min": [0, MANY, extreme(Math.min)],
    "max": [0, MANY, extreme(Math.max)],
    "abs": [1, 1, whole(Math.abs)],
    "int": [1, 1, whole(Math.trunc)],
    "floor": [1, 1, whole(Math.floor)],
    "ceiling": [1, 1, whole(Math.ceil)],
    "round": [1, 2, round]
  };

  rules.values = {
    valueOf: valueOf, text: text, number: number, boolean: boolean, numberText: numberText, exactNumber: exactNumber,
    members: members, isList: isList, isMoment: isMoment, characters: characters, halfUp: halfUp, trimmed: trimmed
  };
  rules.operators = operators;
  rules.functions = functions;

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
