/* Exact decimals, as text: the twin of exact.py. A number is {negative, digits, places}: digits × 10^-places. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? {} : (root.YizhanRules = root.YizhanRules || {});
  const NUMERIC = /^-?[0-9]{1,30}(?:\.[0-9]{1,20})?$/;
  const LIMB = 7;

  function bare(digits) {
    const found = digits.replace(/^0+/, "");
    return found === "" ? "0" : found;
  }

  function make(negative, digits, places) {
    const own = bare(digits);
    return { negative: negative && own !== "0", digits: own, places: places };
  }

  function compareDigits(a, b) {
    if (a.length !== b.length) return a.length < b.length ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function addDigits(a, b) {
    const length = Math.max(a.length, b.length);
    const x = a.padStart(length, "0");
    const y = b.padStart(length, "0");
    let carry = 0;
    let out = "";
    for (let at = length - 1; at >= 0; at -= 1) {
      const sum = Number(x[at]) + Number(y[at]) + carry;
      out = String(sum % 10) + out;
      carry = sum > 9 ? 1 : 0;
    }
    return bare(carry ? "1" + out : out);
  }

  /* a - b where a is not less than b. */
  function subtractDigits(a, b) {
    const y = b.padStart(a.length, "0");
    let borrow = 0;
    let out = "";
    for (let at = a.length - 1; at >= 0; at -= 1) {
      let rest = Number(a[at]) - Number(y[at]) - borrow;
      borrow = rest < 0 ? 1 : 0;
      if (borrow) rest += 10;
      out = String(rest) + out;
    }
    return bare(out);
  }

  function limbs(digits) {
    const found = [];
    for (let end = digits.length; end > 0; end -= LIMB) found.push(Number(digits.slice(Math.max(0, end - LIMB), end)));
    return found;
  }

  function multiplyDigits(a, b) {
    const x = limbs(a);
    const y = limbs(b);
    const out = new Array(x.length + y.length + 1).fill(0);
    for (let i = 0; i < x.length; i += 1) {
      for (let j = 0; j < y.length; j += 1) {
        out[i + j] += x[i] * y[j];
        out[i + j + 1] += Math.floor(out[i + j] / 1e7);
        out[i + j] %= 1e7;
      }
    }
    return bare(out.reverse().map(function (limb) { return String(limb).padStart(LIMB, "0"); }).join(""));
  }

  /* Floor of a ÷ b for digit strings, b not zero. */
  function divideDigits(a, b) {
    let rest = "0";
    let out = "";
    for (let at = 0; at < a.length; at += 1) {
      rest = bare(rest + a[at]);
      let times = 0;
      while (compareDigits(rest, b) >= 0) {
        rest = subtractDigits(rest, b);
        times += 1;
      }
      out += String(times);
    }
    return bare(out);
  }

  function scaled(number, places) {
    return number.digits + "0".repeat(places - number.places);
  }

  function parse(text) {
    return NUMERIC.test(text) ? read(text) : null;
  }

  /* The number that plain decimals of any length write. */
  function read(text) {
    const negative = text[0] === "-";
    const parts = (negative ? text.slice(1) : text).split(".");
    const fraction = parts.length > 1 ? parts[1] : "";
    return make(negative, parts[0] + fraction, fraction.length);
  }

  function write(number, places) {
    const digits = number.digits.padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places);
    const sign = number.negative ? "-" : "";
    return sign + whole + (places ? "." + digits.slice(digits.length - places) : "");
  }

  function toText(number) {
    const text = write(number, number.places);
    return number.places ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  }

  function add(a, b) {
    const places = Math.max(a.places, b.places);
    const x = scaled(a, places);
    const y = scaled(b, places);
    if (a.negative === b.negative) return make(a.negative, addDigits(x, y), places);
    const order = compareDigits(bare(x), bare(y));
    if (order === 0) return make(false, "0", places);
    return order > 0 ? make(a.negative, subtractDigits(bare(x), bare(y)), places) : make(b.negative, subtractDigits(bare(y), bare(x)), places);
  }

  function negated(number) {
    return make(!number.negative, number.digits, number.places);
  }

  function subtract(a, b) {
    return add(a, negated(b));
  }

  function multiply(a, b) {
    return make(a.negative !== b.negative, multiplyDigits(a.digits, b.digits), a.places + b.places);
  }

  function compare(a, b) {
    const rest = subtract(a, b);
    return rest.digits === "0" ? 0 : rest.negative ? -1 : 1;
  }

  /* To so many places (negative: tens, hundreds …), halves away from zero. */
  function rounded(number, places) {
    if (places >= number.places) return make(number.negative, scaled(number, places), places);
    const divisor = "1" + "0".repeat(number.places - places);
    const half = divideDigits(addDigits(addDigits(number.digits, number.digits), divisor), addDigits(divisor, divisor));
    return places >= 0 ? make(number.negative, half, places) : make(number.negative, half + "0".repeat(-places), 0);
  }

  /* a ÷ b to the cent, halves away from zero; null when b is zero. */
  function ratioInCents(a, b) {
    if (b.digits === "0") return null;
    const places = Math.max(a.places, b.places);
    const x = multiplyDigits(bare(scaled(a, places)), "200");
    const y = bare(scaled(b, places));
    return make(a.negative !== b.negative, divideDigits(addDigits(x, y), addDigits(y, y)), 2);
  }

  function moneyText(number) {
    const cents = rounded(number, 2);
    return write(cents, 2);
  }

  rules.decimal = {
    parse: parse, read: read, toText: toText, add: add, subtract: subtract, multiply: multiply, compare: compare, rounded: rounded,
    ratioInCents: ratioInCents, moneyText: moneyText,
    zero: make(false, "0", 0),
    absolute: function (number) { return make(false, number.digits, number.places); }
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
