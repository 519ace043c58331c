/* Dates and times of rules: the twin of moments.py. A moment is {ms, zone, blank}, made here alone. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./zones.js") : root.YizhanRules;
  const MS_PER_DAY = rules.zones.MS_PER_DAY;

  const FARTHEST = 8640000000000000;
  const DATE = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]([^]*))?$/;
  const MONTH = /^[0-9]{4}-[0-9]{2}$/;
  const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[-+][0-9]{2}:?[0-9]{2})?$/;
  const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,3})?([-+])([0-9]{2}):([0-9]{2})$/;
  const COUNT = /^(-?[0-9]{1,15})(?:\.[0-9]+)?$/;
  const FORMAT = /^(?:[^%]|%[%YymnbdeHhMS3a])*$/u;
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const WEEKDAYS = "Thu Fri Sat Sun Mon Tue Wed".split(" ");

  function Moment(ms, zone, blank) {
    this.ms = ms;
    this.zone = zone;
    this.blank = Boolean(blank);
  }

  function whole(a, b) {
    return Math.floor(a / b);
  }

  function rest(a, b) {
    return a - whole(a, b) * b;
  }

  function dayNumber(year, month, day) {
    const shifted = month <= 2 ? year - 1 : year;
    const era = whole(shifted, 400);
    const ofEra = rest(shifted, 400);
    const ofYear = whole(153 * ((month + 9) % 12) + 2, 5) + day - 1;
    return era * 146097 + ofEra * 365 + whole(ofEra, 4) - whole(ofEra, 100) + ofYear - 719468;
  }

  /* [year, month, day] */
  function dateOfDay(number) {
    const era = whole(number + 719468, 146097);
    const ofEra = rest(number + 719468, 146097);
    const years = whole(ofEra - whole(ofEra, 1460) + whole(ofEra, 36524) - whole(ofEra, 146096), 365);
    const ofYear = ofEra - (365 * years + whole(years, 4) - whole(years, 100));
    const shifted = whole(5 * ofYear + 2, 153);
    const day = ofYear - whole(153 * shifted + 2, 5) + 1;
    const month = shifted < 10 ? shifted + 3 : shifted - 9;
    return [years + era * 400 + (month <= 2 ? 1 : 0), month, day];
  }

  function realDay(year, month, day) {
    if (month < 1 || month > 12 || day < 1 || day > 31) return null;
    const number = dayNumber(year, month, day);
    return dateOfDay(number)[2] === day ? number : null;
  }

  function clipped(ms) {
    return Math.abs(ms) <= FARTHEST ? Math.floor(ms + 0.5) : NaN;
  }

  function local(moment) {
    const ms = moment.ms + moment.zone.offset(moment.ms);
    return [whole(ms, MS_PER_DAY), rest(ms, MS_PER_DAY)];
  }

  function ahead(written) {
    if (written === "Z") return 0;
    const minutes = Number(written.slice(1, 3)) * 60 + Number(written.slice(-2));
    return (written[0] === "+" ? minutes : -minutes) * 60000;
  }

  function withTime(midnight, time, zone) {
    const match = TIME.exec(time);
    if (match === null) return NaN;
    const hour = Number(match[1]);
    const minute = Number(match[2]);
    const second = Number(match[3] || 0);
    const ms = Number(((match[4] || "") + "000").slice(0, 3));
    if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && (minute || second || ms))) return NaN;
    const at = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    return match[5] === undefined ? zone.utc(at) : at - ahead(match[5]);
  }

  function msOfText(text, zone) {
    const match = text[4] === "-" ? DATE.exec(text) : null;
    if (match === null) return NaN;
    const number = realDay(Number(match[1]), Number(match[2]), Number(match[3]));
    if (number === null) return NaN;
    return match[4] === undefined ? zone.utc(number * MS_PER_DAY) : withTime(number * MS_PER_DAY, match[4], zone);
  }

  function ofDays(days, zone) {
    return new Moment(clipped(days * 24 * 60 * 60 * 1000), zone);
  }

  function ofText(text, zone) {
    if (text === "") return new Moment(NaN, zone, true);
    const count = COUNT.exec(text);
    if (count !== null) return ofDays(Number(count[1]), zone);
    return new Moment(clipped(msOfText(MONTH.test(text) ? text + "-01" : text, zone)), zone);
  }

  function padded(number, length) {
    return String(number).padStart(length, "0");
  }

  function parts(ms) {
    return [whole(ms, 3600000), whole(ms, 60000) % 60, whole(ms, 1000) % 60, ms % 1000];
  }

  function dateText(date) {
    const year = date[0] >= 0 && date[0] <= 9999 ? padded(date[0], 4) : (date[0] < 0 ? "-" : "+") + padded(Math.abs(date[0]), 6);
    return year + "-" + padded(date[1], 2) + "-" + padded(date[2], 2);
  }

  function toText(moment) {
    if (moment.ms !== moment.ms) return moment.blank ? "" : "Invalid Date";
    const own = local(moment);
    const date = dateText(dateOfDay(own[0]));
    if (own[1] === 0) return date;
    const minutes = Math.floor(moment.zone.offset(moment.ms) / 60000);
    const zone = (minutes < 0 ? "-" : "+") + padded(Math.floor(Math.abs(minutes) / 60), 2) + ":" + padded(Math.abs(minutes) % 60, 2);
    const time = parts(own[1]);
    return date + "T" + padded(time[0], 2) + ":" + padded(time[1], 2) + ":" + padded(time[2], 2) + "." + padded(time[3], 3) + zone;
  }

  /* As Python's format writes a year: the minus counts among the four. */
  function longYear(year) {
    return year < 0 ? "-" + padded(-year, 3) : padded(year, 4);
  }

  function formatted(moment, form) {
    if (moment.ms !== moment.ms) return "";
    const own = local(moment);
    const date = dateOfDay(own[0]);
    const time = parts(own[1]);
    const year = longYear(date[0]);
    const signs = {
      "%": "%", Y: year, y: year.slice(2), m: padded(date[1], 2), n: String(date[1]), b: MONTHS[date[1] - 1],
      d: padded(date[2], 2), e: String(date[2]), H: padded(time[0], 2), h: String(time[0]), M: padded(time[1], 2),
      S: padded(time[2], 2), 3: padded(time[3], 3), a: WEEKDAYS[rest(own[0], 7)]
    };
    return form.replace(/%([^]?)/gu, function (all, sign) {
      return Object.prototype.hasOwnProperty.call(signs, sign) ? signs[sign] : all;
    });
  }

  function partOfDay(text, today, zone) {
    const match = CLOCK.exec(text);
    if (match === null) return NaN;
    const found = [1, 2, 3, 5, 6].map(function (place) { return Number(match[place]); });
    if (found[0] > 23 || found[1] > 59 || found[2] > 59 || found[3] > 23 || found[4] > 59) return NaN;
    const away = (found[3] * 60 + found[4]) * 60000;
    const utc = today * MS_PER_DAY + ((found[0] * 60 + found[1]) * 60 + found[2]) * 1000 - (match[4] === "+" ? away : -away);
    const time = parts(local(new Moment(utc, zone))[1]);
    return (time[2] / 3600 + time[1] / 60 + time[0]) / 24;
  }

  rules.moments = {
    Moment: Moment, dayNumber: dayNumber, clipped: clipped, msOfText: msOfText, ofDays: ofDays, ofText: ofText, toText: toText,
    formatted: formatted, isFormat: function (form) { return FORMAT.test(form); }, partOfDay: partOfDay
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
