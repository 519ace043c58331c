/* Powers, trigonometry and areas: the twin of math_functions.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./date_functions.js") : root.YizhanRules;
  const precise = rules.precise;
  const values = rules.values;
  const EARTH = 6378100;

  function ofNumber(calculate) {
    return function (scope, value) { return calculate(values.number(value, scope.zone)); };
  }

  /* [latitude, longitude] of one point, or null. */
  function point(written) {
    const numbers = values.trimmed(written).split(" ").slice(0, 4).map(function (part, place) {
      return part === "" && place > 1 ? 0 : values.number(part);
    });
    if (numbers.length < 2 || !(Math.abs(numbers[0]) <= 90) || !(Math.abs(numbers[1]) <= 180)) return null;
    if (numbers.slice(2).some(Number.isNaN) || (numbers.length === 4 && numbers[3] < 0)) return null;
    return [numbers[0], numbers[1]];
  }

  function points(value) {
    const several = values.isList(value) && value.length > 1;
    const found = (several ? values.members(value).map(values.text) : values.text(value).split(";")).map(point);
    return found.indexOf(null) < 0 ? found : null;
  }

  function radians(angle) {
    return angle * Math.PI / 180;
  }

  function hundredths(size) {
    return Math.abs(values.halfUp(size * 100)) / 100;
  }

  function area(scope, value) {
    const ring = points(value);
    if (ring === null) return NaN;
    let total = 0;
    ring.forEach(function (a, at) {
      const b = ring[(at + 1) % ring.length];
      total += radians(b[1] - a[1]) * (2 + precise.sin(radians(a[0])) + precise.sin(radians(b[0])));
    });
    return ring.length > 2 ? hundredths(total * EARTH * EARTH / 2) : 0;
  }

  function between(a, b) {
    const turn = radians(a[1] - b[1]);
    const south = radians(a[0]);
    const north = radians(b[0]);
    const cosine = precise.sin(south) * precise.sin(north) + precise.cos(south) * precise.cos(north) * precise.cos(turn);
    return precise.acos(Math.max(-1, Math.min(1, cosine))) * EARTH;
  }

  function distance(scope, value) {
    const line = points(value);
    if (line === null) return NaN;
    let total = 0;
    for (let at = 1; at < line.length; at += 1) total += between(line[at - 1], line[at]);
    return hundredths(total);
  }

  Object.assign(rules.functions, {
    "pi": [0, 0, function () { return Math.PI; }],
    "pow": [2, 2, function (scope, a, b) { return precise.power(values.number(a, scope.zone), values.number(b, scope.zone)); }],
    "sqrt": [1, 1, ofNumber(Math.sqrt)],
    "exp": [1, 1, ofNumber(precise.exp)],
    "exp10": [1, 1, ofNumber(function (value) { return precise.power(10, value); })],
    "log": [1, 1, ofNumber(precise.log)],
    "log10": [1, 1, ofNumber(precise.log10)],
    "sin": [1, 1, ofNumber(precise.sin)],
    "cos": [1, 1, ofNumber(precise.cos)],
    "tan": [1, 1, ofNumber(precise.tan)],
    "area": [1, 1, area],
    "distance": [1, 1, distance]
  });

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
