/* Calendar days and numbers with a check digit: the twin of days.py and checks.py. A day is {year, month, day}. No clock. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./decimal.js") : root.YizhanRules;

  const PROVINCES = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 ";
  const KINDS = ["视力", "听力", "言语", "肢体", "智力", "精神", "多重"];
  const LEVELS = ["一级", "二级", "三级", "四级"];
  const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

  function monthLength(year, month) {
    if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
    return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  }

  function realDay(year, month, day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return null;
    return { year: year, month: month, day: day };
  }

  function parse(text) {
    const match = /^([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?$/.exec(text);
    return match ? realDay(Number(match[1]), Number(match[2]), match[3] === undefined ? 1 : Number(match[3])) : null;
  }

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function toText(day) {
    return day === null ? "" : String(day.year).padStart(4, "0") + "-" + two(day.month) + "-" + two(day.day);
  }

  /* Days since 1 January of the year 1, which is day 1. */
  function ordinal(day) {
    const before = day.year - 1;
    let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + day.day;
    for (let month = 1; month < day.month; month += 1) days += monthLength(day.year, month);
    return days;
  }

  function fullYears(born, on) {
    const before = on.month < born.month || (on.month === born.month && on.day < born.day);
    return on.year - born.year - (before ? 1 : 0);
  }

  function monthsLater(day, months) {
    const count = day.year * 12 + day.month - 1 + months;
    const year = Math.floor(count / 12);
    const month = count - year * 12 + 1;
    if (year < 1 || year > 9999) return null;
    return { year: year, month: month, day: Math.min(day.day, monthLength(year, month)) };
  }

  function idCheckCharacter(first17) {
    let sum = 0;
    for (let at = 0; at < 17; at += 1) sum += Number(first17[at]) * ID_WEIGHTS[at];
    return "10X98765432"[sum % 11];
  }

  function birthIn(number) {
    return realDay(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)));
  }

  /* [code, facts] of what is wrong with a citizen number, or null. Source: GB 11643-1999. */
  function idFault(text, today) {
    const number = text.toUpperCase();
    if (/^[0-9]{15}$/.test(number)) return ["id_15", { upgraded: upgradedId(number, today) }];
    if (!/^[0-9]{17}[0-9X]$/.test(number)) return ["id_length", {}];
    if (PROVINCES.indexOf(" " + number.slice(0, 2) + " ") < 0) return ["id_province", {}];
    const born = birthIn(number);
    if (born === null || born.year < 1900) return ["id_date", {}];
    if (ordinal(born) > ordinal(today)) return ["id_future", {}];
    return idCheckCharacter(number.slice(0, 17)) === number[17] ? null : ["id_check", {}];
  }

  function upgradedId(old, today) {
    const first17 = old.slice(0, 6) + "19" + old.slice(6);
    const number = first17 + idCheckCharacter(first17);
    return idFault(number, today) === null ? number : null;
  }

  function birthInId(number, today) {
    return idFault(number, today) === null ? birthIn(number) : null;
  }

  function genderInId(number, today) {
    if (idFault(number, today) !== null) return "";
    return Number(number[16]) % 2 ? "男" : "女";
  }

  /* Source: GB 32100-2015, weights 3^(i-1) mod 31. */
  function isCreditCode(code) {
    if (code.length !== 18) return false;
    let sum = 0;
    let weight = 1;
    for (let at = 0; at < 18; at += 1) {
      const value = CREDIT_ALPHABET.indexOf(code[at]);
      if (value < 0) return false;
      if (at < 17) sum += value * weight;
      weight = (weight * 3) % 31;
    }
    return CREDIT_ALPHABET[(31 - (sum % 31)) % 31] === code[17];
  }

  function disabilityParts(card, today) {
    if (!/^[0-9]{17}[0-9X][1-7][1-4]$/.test(card) || idFault(card.slice(0, 18), today) !== null) return null;
    return [KINDS[Number(card[18]) - 1], LEVELS[Number(card[19]) - 1]];
  }

  function disabilityNumber(number, kind, level, today) {
    const k = KINDS.indexOf(kind);
    const l = LEVELS.indexOf(level);
    return idFault(number, today) !== null || k < 0 || l < 0 ? "" : number + (k + 1) + (l + 1);
  }

  rules.days = {
    parse: parse, toText: toText, ordinal: ordinal, fullYears: fullYears, monthsLater: monthsLater
  };
  rules.checks = {
    idFault: idFault, birthInId: birthInId, genderInId: genderInId, isCreditCode: isCreditCode,
    disabilityParts: disabilityParts, disabilityNumber: disabilityNumber
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
