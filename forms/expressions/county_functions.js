/* Our own functions, prefix `yz:`: the twin of county_functions.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./functions.js") : root.YizhanRules;
  const decimal = rules.decimal;
  const days = rules.days;
  const checks = rules.checks;
  const text = rules.values.text;
  const exactNumber = rules.values.exactNumber;
  const members = rules.values.members;

  const MANY = 1000;
  const PERSON = /^(?:[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*|[A-Za-z]+(?:[ .'-][A-Za-z]+)*)$/;
  const CHINESE = /^[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*$/;

  function dateOf(scope, value) {
    const written = text(value);
    return days.parse(written) || checks.birthInId(written, scope.today);
  }

  function age(scope, value, on) {
    const born = dateOf(scope, value);
    const at = on === undefined ? scope.today : days.parse(text(on));
    return born === null || at === null ? "" : days.fullYears(born, at);
  }

  function elapsedDays(scope, value) {
    const day = days.parse(text(value));
    return day === null ? "" : days.ordinal(scope.today) - days.ordinal(day);
  }

  function integer(value) {
    const exactly = exactNumber(value);
    const found = exactly === null ? NaN : Number(decimal.toText(exactly));
    return Math.abs(found) <= 100000 ? Math.trunc(found) : null;
  }

  function addMonths(scope, value, months) {
    const day = days.parse(text(value));
    const count = integer(months);
    return day === null || count === null ? "" : days.toText(days.monthsLater(day, count));
  }

  function monthsUnder3(scope, value, year) {
    const born = dateOf(scope, value);
    const inYear = integer(year);
    if (born === null || inYear === null) return "";
    let count = 0;
    for (let month = 1; month <= 12; month += 1) {
      const old = (inYear - born.year) * 12 + month - born.month;
      if (old >= 0 && old < 36) count += 1;
    }
    return count;
  }

  function yearsBegun(scope, start, end) {
    const a = days.parse(text(start));
    const b = days.parse(text(end));
    if (a === null || b === null || days.ordinal(b) < days.ordinal(a)) return "";
    return Math.ceil(((b.year - a.year) * 12 + b.month - a.month) / 12);
  }

  function agreesWithId(scope, value, idNumber, part) {
    const id = text(idNumber);
    const found = part === "gender" ? checks.genderInId(id, scope.today) : days.toText(checks.birthInId(id, scope.today));
    return found === "" || text(value) === found;
  }

  function disability(part) {
    return function (scope, card) {
      const parts = checks.disabilityParts(text(card), scope.today);
      return parts === null ? "" : parts[part];
    };
  }

  /* By code points, as Python compares; UTF-16 units would order astral characters otherwise. */
  function compareText(a, b) {
    const x = Array.from(a);
    const y = Array.from(b);
    for (let at = 0; at < Math.min(x.length, y.length); at += 1) {
      if (x[at] !== y[at]) return x[at].codePointAt(0) < y[at].codePointAt(0) ? -1 : 1;
    }
    return x.length === y.length ? 0 : x.length < y.length ? -1 : 1;
  }

  function order(scope, a, b) {
    const left = text(a);
    const right = text(b);
    if (left === "" || right === "") return "";
    const x = exactNumber(a);
    const y = exactNumber(b);
    return x !== null && y !== null ? decimal.compare(x, y) : compareText(left, right);
  }

  function numbers(values) {
    return [].concat.apply([], values.map(members)).map(exactNumber).filter(function (one) { return one !== null; });
  }

  function sum() {
    return decimal.toText(numbers(Array.prototype.slice.call(arguments, 1)).reduce(decimal.add, decimal.zero));
  }

  function minus(scope, first) {
    const start = exactNumber(first);
    return start === null ? "" : decimal.toText(numbers(Array.prototype.slice.call(arguments, 2)).reduce(decimal.subtract, start));
  }

  function product(scope, a, b) {
    const x = exactNumber(a);
    const y = exactNumber(b);
    return x === null || y === null ? "" : decimal.toText(decimal.multiply(x, y));
  }

  function share(scope, amount, count) {
    const a = exactNumber(amount);
    const b = exactNumber(count);
    const ratio = a === null || b === null ? null : decimal.ratioInCents(a, b);
    return ratio === null ? "" : decimal.toText(ratio);
  }

  function cents(scope, amount) {
    const a = exactNumber(amount);
    return a === null ? "" : decimal.toText(decimal.rounded(a, 2));
  }

  function within(scope, a, b, tolerance) {
    const x = exactNumber(a);
    const y = exactNumber(b);
    const room = exactNumber(tolerance);
    if (x === null || y === null || room === null) return false;
    return decimal.compare(decimal.absolute(decimal.subtract(x, y)), room) <= 0;
  }

  function distinct(scope, values) {
    const texts = members(values).map(text);
    return new Set(texts).size === texts.length;
  }

  function lookup(scope, value) {
    const wanted = text(value);
    for (let at = 2; at + 1 < arguments.length; at += 2) {
      if (text(arguments[at]) === wanted) return arguments[at + 1];
    }
    return "";
  }

  function length(value) {
    return rules.values.characters(value).length;
  }

  function isName(pattern, most) {
    return function (scope, value) {
      const name = text(value);
      return length(name) >= 2 && length(name) <= most && pattern.test(name);
    };
  }

  Object.assign(rules.functions, {
    "yz:gb11643": [1, 1, function (scope, a) { return checks.idFault(text(a), scope.today) === null; }],
    "yz:gb32100": [1, 1, function (scope, a) { return checks.isCreditCode(text(a)); }],
    "yz:person_name": [1, 1, isName(PERSON, 50)],
    "yz:chinese_name": [1, 1, isName(CHINESE, 15)],
    "yz:gender": [1, 1, function (scope, a) { return checks.genderInId(text(a), scope.today); }],
    "yz:birth": [1, 1, function (scope, a) { return days.toText(checks.birthInId(text(a), scope.today)); }],
    "yz:date": [1, 1, function (scope, a) { return days.toText(dateOf(scope, a)); }],
    "yz:age": [1, 2, age],
    "yz:elapsed_days": [1, 1, elapsedDays],
    "yz:add_months": [2, 2, addMonths],
    "yz:months_under_3": [2, 2, monthsUnder3],
    "yz:years_begun": [2, 2, yearsBegun],
    "yz:agrees_with_id": [3, 3, agreesWithId],
    "yz:disability_kind": [1, 1, disability(0)],
    "yz:disability_level": [1, 1, disability(1)],
    "yz:disability_no": [3, 3, function (scope, id, kind, level) {
      return checks.disabilityNumber(text(id), text(kind), text(level), scope.today);
    }],
    "yz:order": [2, 2, order],
    "yz:sum": [0, MANY, sum],
    "yz:minus": [1, MANY, minus],
    "yz:product": [2, 2, product],
    "yz:share": [2, 2, share],
    "yz:cents": [1, 1, cents],
    "yz:within": [3, 3, within],
    "yz:distinct": [1, 1, distinct],
    "yz:lookup": [1, MANY, lookup],
    "yz:stage": [1, 1, function () { return false; }]
  });
  rules.compareText = compareText;

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
