/* The date functions of OpenRosa: the twin of date_functions.py. Today and now are given with the scope. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./functions.js") : root.YizhanRules;
  const moments = rules.moments;
  const text = rules.values.text;

  function zoneOf(scope) {
    return scope.zone || rules.zones.county;
  }

  function today(scope) {
    return moments.dayNumber(scope.today.year, scope.today.month, scope.today.day);
  }

  function now(scope) {
    const given = scope.now !== undefined && scope.now !== null;
    return new moments.Moment(given ? scope.now : zoneOf(scope).utc(today(scope) * rules.zones.MS_PER_DAY), zoneOf(scope));
  }

  function moment(scope, value) {
    if (rules.values.isMoment(value)) return value;
    if (typeof value === "boolean") return new moments.Moment(NaN, zoneOf(scope));
    return typeof value === "number" ? moments.ofDays(value, zoneOf(scope)) : moments.ofText(text(value), zoneOf(scope));
  }

  function days(scope, value) {
    if (typeof value === "number") return value;
    const ms = rules.values.isMoment(value) ? value.ms : moments.msOfText(text(value), zoneOf(scope));
    return ms / rules.zones.MS_PER_DAY;
  }

  function partOfDay(scope, value) {
    return typeof value === "number" ? NaN : moments.partOfDay(text(value), today(scope), zoneOf(scope));
  }

  function formatted(scope, value, form) {
    return moments.formatted(moment(scope, value), text(form));
  }

  Object.assign(rules.functions, {
    "today": [0, 0, function (scope) { return rules.days.toText(scope.today); }],
    "now": [0, 0, now],
    "date": [1, 1, moment],
    "date-time": [1, 1, moment],
    "format-date": [2, 2, formatted],
    "format-date-time": [2, 2, formatted],
    "decimal-date-time": [1, 1, days],
    "decimal-time": [1, 1, partOfDay]
  });

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
