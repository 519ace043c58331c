/* Whole numbers of any size, for browsers that have none: {negative, limbs}, the limbs of 24 bits, the lowest first. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./decimal.js") : root.YizhanRules;
  const BASE = 16777216;
  const BITS = 24;

  function make(negative, limbs) {
    let length = limbs.length;
    while (length > 0 && limbs[length - 1] === 0) length -= 1;
    return { negative: negative && length > 0, limbs: length === limbs.length ? limbs : limbs.slice(0, length) };
  }

  /* Of a number without a fraction, as large as a double may be. */
  function of(number) {
    const limbs = [];
    for (let rest = Math.abs(number); rest > 0; rest = Math.floor(rest / BASE)) limbs.push(rest % BASE);
    return make(number < 0, limbs);
  }

  function bitLength(one) {
    const count = one.limbs.length;
    return count === 0 ? 0 : (count - 1) * BITS + (32 - Math.clz32(one.limbs[count - 1]));
  }

  function compareSizes(a, b) {
    if (a.length !== b.length) return a.length < b.length ? -1 : 1;
    for (let at = a.length - 1; at >= 0; at -= 1) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
    return 0;
  }

  function compare(a, b) {
    if (a.negative !== b.negative) return a.negative ? -1 : 1;
    return compareSizes(a.limbs, b.limbs) * (a.negative ? -1 : 1);
  }

  function sumOfSizes(a, b) {
    const out = [];
    for (let at = 0, carry = 0; at < Math.max(a.length, b.length) || carry; at += 1) {
      const sum = (a[at] || 0) + (b[at] || 0) + carry;
      out.push(sum % BASE);
      carry = sum >= BASE ? 1 : 0;
    }
    return out;
  }

  /* a - b, a not less than b. */
  function differenceOfSizes(a, b) {
    const out = [];
    for (let at = 0, borrow = 0; at < a.length; at += 1) {
      const rest = a[at] - (b[at] || 0) - borrow;
      borrow = rest < 0 ? 1 : 0;
      out.push(borrow ? rest + BASE : rest);
    }
    return out;
  }

  function negated(one) {
    return make(!one.negative, one.limbs);
  }

  function add(a, b) {
    if (a.negative === b.negative) return make(a.negative, sumOfSizes(a.limbs, b.limbs));
    if (compareSizes(a.limbs, b.limbs) >= 0) return make(a.negative, differenceOfSizes(a.limbs, b.limbs));
    return make(b.negative, differenceOfSizes(b.limbs, a.limbs));
  }

  function multiply(a, b) {
    const out = new Array(a.limbs.length + b.limbs.length).fill(0);
    a.limbs.forEach(function (x, i) {
      let carry = 0;
      b.limbs.forEach(function (y, j) {
        const sum = out[i + j] + x * y + carry;
        carry = Math.floor(sum / BASE);
        out[i + j] = sum - carry * BASE;
      });
      out[i + b.limbs.length] = carry;
    });
    return make(a.negative !== b.negative, out);
  }

  function shiftedUp(limbs, bits) {
    const factor = Math.pow(2, bits % BITS);
    const out = new Array(Math.floor(bits / BITS)).fill(0);
    let carry = 0;
    limbs.forEach(function (limb) {
      const sum = limb * factor + carry;
      carry = Math.floor(sum / BASE);
      out.push(sum - carry * BASE);
    });
    return carry ? out.concat(carry) : out;
  }

  function shiftedDown(limbs, bits) {
    const factor = Math.pow(2, bits % BITS);
    const kept = limbs.slice(Math.floor(bits / BITS));
    return kept.map(function (limb, at) { return Math.floor(limb / factor) + (((kept[at + 1] || 0) % factor) * BASE) / factor; });
  }

  /* × 2^bits; with bits below zero, rounded down. */
  function shift(one, bits) {
    if (bits >= 0) return make(one.negative, shiftedUp(one.limbs, bits));
    const found = make(one.negative, shiftedDown(one.limbs, -bits));
    if (!one.negative || compareSizes(make(false, shiftedUp(found.limbs, -bits)).limbs, one.limbs) === 0) return found;
    return add(make(true, found.limbs), of(-1));
  }

  function dividedByOne(a, limb) {
    const out = new Array(a.length);
    let rest = 0;
    for (let at = a.length - 1; at >= 0; at -= 1) {
      const part = rest * BASE + a[at];
      out[at] = Math.floor(part / limb);
      rest = part - out[at] * limb;
    }
    return [out, [rest]];
  }

  /* [quotient, rest] of sizes. Source: Knuth, The Art of Computer Programming, 4.3.1, algorithm D. */
  function dividedSizes(a, b) {
    if (compareSizes(a, b) < 0) return [[], a];
    if (b.length === 1) return dividedByOne(a, b[0]);
    const up = BITS - (32 - Math.clz32(b[b.length - 1]));
    const divisor = make(false, shiftedUp(b, up)).limbs;
    const rest = shiftedUp(a, up).concat(0);
    while (rest.length <= a.length) rest.push(0);
    const count = divisor.length;
    const out = new Array(rest.length - count).fill(0);
    for (let at = rest.length - count - 1; at >= 0; at -= 1) out[at] = nextDigit(rest, divisor, at, count);
    return [out, shiftedDown(make(false, rest).limbs, up)];
  }

  function nextDigit(rest, divisor, at, count) {
    const top = rest[at + count] * BASE + rest[at + count - 1];
    let digit = Math.min(Math.floor(top / divisor[count - 1]), BASE - 1);
    while (digit * divisor[count - 2] > (top - digit * divisor[count - 1]) * BASE + rest[at + count - 2]) digit -= 1;
    if (takeAway(rest, divisor, at, count, digit) < 0) {
      digit -= 1;
      for (let place = 0, carry = 0; place <= count; place += 1) {
        const sum = rest[at + place] + (place < count ? divisor[place] : 0) + carry;
        carry = sum >= BASE ? 1 : 0;
        rest[at + place] = sum % BASE;
      }
    }
    return digit;
  }

  /* rest - digit × divisor at a place; below zero when that was too much. */
  function takeAway(rest, divisor, at, count, digit) {
    let borrow = 0;
    for (let place = 0; place <= count; place += 1) {
      const less = rest[at + place] - borrow - (place < count ? digit * divisor[place] : 0);
      borrow = less < 0 ? Math.ceil(-less / BASE) : 0;
      rest[at + place] = less + borrow * BASE;
    }
    return -borrow;
  }

  /* [quotient, rest], the quotient rounded down, as Python's divmod for a divisor above zero. */
  function divided(a, b) {
    const parts = dividedSizes(a.limbs, b.limbs);
    const quotient = make(a.negative !== b.negative, parts[0]);
    const rest = make(a.negative, parts[1]);
    if (rest.limbs.length === 0 || a.negative === b.negative) return [quotient, rest];
    return [add(make(true, parts[0]), of(-1)), add(rest, b)];
  }

  function power(one, exponent) {
    let found = of(1);
    let square = one;
    for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2) found = multiply(found, square);
      if (rest > 1) square = multiply(square, square);
    }
    return found;
  }

  function squareRoot(one) {
    if (one.limbs.length === 0) return one;
    let found = shift(of(1), Math.ceil(bitLength(one) / 2));
    for (;;) {
      const next = shift(add(found, divided(one, found)[0]), -1);
      if (compare(next, found) >= 0) return found;
      found = next;
    }
  }

  function toNumber(one) {
    const size = one.limbs.reduceRight(function (sum, limb) { return sum * BASE + limb; }, 0);
    return one.negative ? -size : size;
  }

  rules.wholes = {
    of: of, make: make, bitLength: bitLength, compare: compare, add: add, negated: negated, multiply: multiply, shift: shift,
    divided: divided, power: power, root: squareRoot, toNumber: toNumber,
    isZero: function (one) { return one.limbs.length === 0; },
    size: function (one) { return make(false, one.limbs); }
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
