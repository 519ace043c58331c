/* Time zones: the twin of zones.py. A county keeps UTC+8 without summer time; other zones are for comparisons only. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./precise.js") : root.YizhanRules;

  const MS_PER_DAY = 86400000;
  const MINUTE = 60000;
  const FIRST = -62000000000000;
  const LAST = 253000000000000;

  function fixed(minutes) {
    const ahead = minutes * MINUTE;
    return { offset: function () { return ahead; }, utc: function (local) { return local - ahead; } };
  }

  /* A zone of the browser's own table. */
  function tabled(name) {
    const clock = new Intl.DateTimeFormat("en-US", {
      timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric"
    });

    function offset(utc) {
      const second = Math.floor(Math.min(Math.max(utc, FIRST), LAST) / 1000) * 1000;
      const shown = {};
      clock.formatToParts(new Date(second)).forEach(function (part) { shown[part.type] = Number(part.value); });
      const local = new Date(0);
      local.setUTCFullYear(shown.year, shown.month - 1, shown.day);
      local.setUTCHours(shown.hour, shown.minute, shown.second);
      return Math.trunc((local.getTime() - second) / MINUTE) * MINUTE;
    }

    return {
      offset: offset,
      utc: function (local) {
        const before = offset(local - MS_PER_DAY);
        const after = offset(local + MS_PER_DAY);
        return offset(local - before) !== before && offset(local - after) === after ? local - after : local - before;
      }
    };
  }

  const county = fixed(8 * 60);
  const known = new Map([["Asia/Shanghai", county], ["UTC", fixed(0)]]);

  rules.zones = {
    MS_PER_DAY: MS_PER_DAY,
    county: county,
    of: function (name) {
      if (!known.has(name)) known.set(name, tabled(name));
      return known.get(name);
    }
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
