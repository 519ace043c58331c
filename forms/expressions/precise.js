/* Powers, logarithms and trigonometry, each the double nearest to the true value, calculated in integers: the twin of precise.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./decimal.js") : root.YizhanRules;

  const B = BigInt;
  const BITS = 200;
  const MOST = B(746);
  const ZERO = B(0);
  const ONE = B(1);
  const TWO = B(2);

  function size(number) {
    return number < ZERO ? -number : number;
  }

  function bitLength(number) {
    return number === ZERO ? 0 : size(number).toString(2).length;
  }

  /* Division that rounds down, as Python's. */
  function floored(top, bottom) {
    const quotient = top / bottom;
    return top % bottom !== ZERO && (top < ZERO) !== (bottom < ZERO) ? quotient - ONE : quotient;
  }

  /* [top, bottom] of a finite double. */
  function ratio(number) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    const high = view.getUint32(0);
    const exponent = (high >>> 20) & 0x7ff;
    const fraction = B(high & 0xfffff) * B(4294967296) + B(view.getUint32(4));
    const mantissa = exponent === 0 ? fraction : fraction + B(4503599627370496);
    const shift = (exponent === 0 ? 1 : exponent) - 1075;
    const signed = high >>> 31 ? -mantissa : mantissa;
    return shift >= 0 ? [signed << B(shift), ONE] : [signed, ONE << B(-shift)];
  }

  function fixed(number, bits) {
    const parts = ratio(number);
    return floored(parts[0] << B(bits), parts[1]);
  }

  function scaled(number, twos) {
    const half = Math.trunc(twos / 2);
    return number * Math.pow(2, half) * Math.pow(2, twos - half);
  }

  /* The double nearest to top / bottom, halves to even. */
  function nearest(top, bottom) {
    if (top === ZERO) return 0;
    const sign = (top < ZERO) === (bottom < ZERO) ? 1 : -1;
    const a = size(top);
    const b = size(bottom);
    const shift = bitLength(a) - bitLength(b);
    if (shift > 1026) return sign * Infinity;
    if (shift <= -1022) return sign * tiny(a, b);
    const twos = shift - 55;
    const divisor = twos > 0 ? b << B(twos) : b;
    const dividend = twos < 0 ? a << B(-twos) : a;
    const inexact = dividend % divisor === ZERO ? ZERO : ONE;
    return sign * scaled(Number((dividend / divisor) | inexact), twos);
  }

  /* The same for what may be too small for 53 digits: a whole number of the smallest double. */
  function tiny(a, b) {
    const dividend = a << B(1074);
    let count = dividend / b;
    const twice = (dividend % b) * TWO;
    if (twice > b || (twice === b && count % TWO === ONE)) count += ONE;
    return Number(count) * Number.MIN_VALUE;
  }

  const kept = {};
  function keep(name, make) {
    if (kept[name] === undefined) kept[name] = make();
    return kept[name];
  }

  function arctangentOfInverse(whole, bits) {
    const square = B(whole * whole);
    let term = (ONE << B(bits)) / B(whole);
    let total = term;
    for (let at = 3, sign = -ONE; term !== ZERO; at += 2, sign = -sign) {
      term /= square;
      total += sign * (term / B(at));
    }
    return total;
  }

  function pi(bits) {
    const work = bits + 20;
    const found = B(16) * arctangentOfInverse(5, work) - B(4) * arctangentOfInverse(239, work);
    return found >> B(20);
  }

  function logNearOne(number, bits) {
    const wide = B(bits);
    const one = ONE << wide;
    const part = floored((number - one) << wide, number + one);
    const square = (part * part) >> wide;
    let total = ZERO;
    for (let power = part, at = 1; power !== ZERO && power !== -ONE; at += 2) {
      total += floored(power, B(at));
      power = (power * square) >> wide;
    }
    return TWO * total;
  }

  function logOfTwo() {
    const wide = B(BITS);
    return keep("2", function () { return logNearOne((B(4) << wide) / B(3), BITS) + logNearOne((B(3) << wide) / TWO, BITS); });
  }

  function logOfTen() {
    return keep("10", function () { return B(3) * logOfTwo() + logNearOne((B(5) << B(BITS)) / B(4), BITS); });
  }

  function logOf(number) {
    const parts = ratio(number);
    const shift = bitLength(parts[0]) - bitLength(parts[1]);
    const mantissa = shift < BITS ? (parts[0] << B(BITS - shift)) / parts[1] : (parts[0] >> B(shift - BITS)) / parts[1];
    return B(shift) * logOfTwo() + logNearOne(mantissa, BITS);
  }

  function expOf(power) {
    const wide = B(BITS);
    if (power >> wide >= MOST) return Infinity;
    if (power >> wide < -MOST) return 0;
    const twos = floored(power, logOfTwo());
    const rest = power - twos * logOfTwo();
    let total = ZERO;
    for (let term = ONE << wide, at = 1; term !== ZERO; at += 1) {
      total += term;
      term = floored((term * rest) >> wide, B(at));
    }
    return nearest(twos > ZERO ? total << twos : total, ONE << (twos < ZERO ? wide - twos : wide));
  }

  function exp(number) {
    if (!isFinite(number)) return number === -Infinity ? 0 : number;
    return expOf(fixed(Math.max(-1000, Math.min(1000, number)), BITS));
  }

  function logarithm(bottom) {
    return function (number) {
      if (!(number > 0) || number === Infinity) return number === 0 ? -Infinity : number === Infinity ? number : NaN;
      return nearest(logOf(number), bottom());
    };
  }

  function wholePower(base, exponent) {
    const parts = ratio(base);
    const top = parts[0] ** B(Math.abs(exponent));
    const bottom = parts[1] ** B(Math.abs(exponent));
    return exponent > 0 ? nearest(top, bottom) : nearest(bottom, top);
  }

  function anyPower(base, exponent) {
    const parts = ratio(exponent);
    return expOf(floored(logOf(base) * parts[0], parts[1]));
  }

  function power(base, exponent) {
    if (exponent === 0) return 1;
    const endless = exponent === Infinity || exponent === -Infinity;
    if (base !== base || exponent !== exponent || (Math.abs(base) === 1 && endless)) return NaN;
    const whole = endless || exponent === Math.floor(exponent);
    const odd = whole && !endless && exponent % 2 !== 0;
    if (base === 0 || base === Infinity || base === -Infinity || endless) {
      const grown = Math.abs(base) > 1 === exponent > 0 ? Infinity : 0;
      return odd && (base < 0 || Object.is(base, -0)) ? -grown : grown;
    }
    if (base < 0 && !whole) return NaN;
    const found = whole && Math.abs(exponent) <= 1100 ? wholePower(Math.abs(base), exponent) : anyPower(Math.abs(base), exponent);
    return odd && base < 0 ? -found : found;
  }

  function series(first, angle, start, bits) {
    const wide = B(bits);
    const square = (angle * angle) >> wide;
    let total = ZERO;
    for (let term = first, at = start; term !== ZERO && term !== -ONE; at += 2) {
      total += term;
      term = floored(-((term * square) >> wide), B(at * (at + 1)));
    }
    return total;
  }

  /* [sine, cosine, bits] */
  function sineAndCosine(angle) {
    const parts = ratio(angle);
    const bits = BITS + 2 * Math.abs(bitLength(parts[0]) - bitLength(parts[1]));
    const halfPi = pi(bits) / TWO;
    const own = fixed(angle, bits);
    const quarters = floored(TWO * own + halfPi, TWO * halfPi);
    const rest = own - quarters * halfPi;
    let found = [series(rest, rest, 2, bits), series(ONE << B(bits), rest, 1, bits), bits];
    const turns = Number(((quarters % B(4)) + B(4)) % B(4));
    for (let turn = 0; turn < turns; turn += 1) found = [found[1], -found[0], bits];
    return found;
  }

  function trigonometric(atZero, take) {
    return function (angle) {
      if (angle === 0 || !isFinite(angle)) return angle === 0 ? (atZero === 0 ? angle : atZero) : NaN;
      return take(sineAndCosine(angle));
    };
  }

  function wholeRoot(number) {
    if (number < TWO) return number;
    let found = ONE << B(Math.ceil(bitLength(number) / 2));
    for (;;) {
      const next = (found + number / found) >> ONE;
      if (next >= found) return found;
      found = next;
    }
  }

  function arctangent(of, bits) {
    const wide = B(bits);
    const one = ONE << wide;
    let tangent = of;
    let halvings = 0;
    for (; tangent > one >> B(4); halvings += 1) tangent = (tangent << wide) / (one + wholeRoot((one << wide) + tangent * tangent));
    const square = (tangent * tangent) >> wide;
    let total = ZERO;
    for (let strength = tangent, at = 1, sign = ONE; strength !== ZERO; at += 2, sign = -sign) {
      total += sign * (strength / B(at));
      strength = (strength * square) >> wide;
    }
    return total << B(halvings);
  }

  function acos(cosine) {
    if (!(cosine >= -1 && cosine <= 1)) return NaN;
    const one = ONE << B(BITS);
    if (cosine === -1) return nearest(pi(BITS), one);
    const own = fixed(cosine, BITS);
    return nearest(TWO * arctangent(wholeRoot(((one - own) << B(2 * BITS)) / (one + own)), BITS), one);
  }

  rules.precise = {
    exp: exp,
    log: logarithm(function () { return ONE << B(BITS); }),
    log10: logarithm(logOfTen),
    power: power,
    sin: trigonometric(0, function (found) { return nearest(found[0], ONE << B(found[2])); }),
    cos: trigonometric(1, function (found) { return nearest(found[1], ONE << B(found[2])); }),
    tan: trigonometric(0, function (found) { return nearest(found[0], found[1]); }),
    acos: acos
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
