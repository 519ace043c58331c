/* Powers, logarithms and trigonometry, each the double nearest to the true value, calculated in integers: the twin of precise.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./wholes.js") : root.YizhanRules;
  const w = rules.wholes;

  const BITS = 200;
  const MOST = w.of(746);
  const LEAST = w.of(-746);
  const ONE = w.of(1);
  const FIXED_ONE = w.shift(ONE, BITS);

  function over(top, bottom) {
    return w.divided(top, bottom)[0];
  }

  function times(a, b, bits) {
    return w.shift(w.multiply(a, b), -bits);
  }

  function subtract(a, b) {
    return w.add(a, w.negated(b));
  }

  /* Nothing is left of a term: zero, or what rounding down leaves below zero. */
  function isSpent(term) {
    return w.isZero(term) || (term.negative && term.limbs.length === 1 && term.limbs[0] === 1);
  }

  /* [top, bottom] of a finite double. */
  function ratio(number) {
    let twos = 0;
    let whole = number;
    for (; whole !== Math.floor(whole); twos += 1) whole *= 2;
    return [w.of(whole), w.shift(ONE, twos)];
  }

  function fixed(number, bits) {
    const parts = ratio(number);
    return over(w.shift(parts[0], bits), parts[1]);
  }

  function scaled(number, twos) {
    const half = Math.trunc(twos / 2);
    return number * Math.pow(2, half) * Math.pow(2, twos - half);
  }

  /* top / bottom × 2^-twos as a whole number, halves to even. */
  function evenly(top, bottom, twos) {
    const parts = w.divided(w.shift(top, Math.max(0, -twos)), w.shift(bottom, Math.max(0, twos)));
    const twice = w.compare(w.shift(parts[1], 1), w.shift(bottom, Math.max(0, twos)));
    const isOdd = (parts[0].limbs[0] || 0) % 2 === 1;
    return twice > 0 || (twice === 0 && isOdd) ? w.add(parts[0], ONE) : parts[0];
  }

  /* The double nearest to top / bottom, halves to even. */
  function nearest(top, bottom) {
    if (w.isZero(top)) return 0;
    const sign = top.negative === bottom.negative ? 1 : -1;
    const a = w.size(top);
    const b = w.size(bottom);
    let places = w.bitLength(a) - w.bitLength(b);
    if (places > 1026) return sign * Infinity;
    if (w.compare(w.shift(a, Math.max(0, -places)), w.shift(b, Math.max(0, places))) < 0) places -= 1;
    const twos = Math.max(places - 52, -1074);
    return sign * scaled(w.toNumber(evenly(a, b, twos)), twos);
  }

  const kept = {};
  function keep(name, make) {
    if (kept[name] === undefined) kept[name] = make();
    return kept[name];
  }

  function arctangentOfInverse(whole, bits) {
    const square = w.of(whole * whole);
    let term = over(w.shift(ONE, bits), w.of(whole));
    let total = term;
    for (let at = 3, isLess = true; !w.isZero(term); at += 2, isLess = !isLess) {
      term = over(term, square);
      const part = over(term, w.of(at));
      total = isLess ? subtract(total, part) : w.add(total, part);
    }
    return total;
  }

  function pi(bits) {
    return keep("pi " + bits, function () {
      const first = w.multiply(w.of(16), arctangentOfInverse(5, bits + 20));
      return w.shift(subtract(first, w.multiply(w.of(4), arctangentOfInverse(239, bits + 20))), -20);
    });
  }

  function logNearOne(number) {
    const part = over(w.shift(subtract(number, FIXED_ONE), BITS), w.add(number, FIXED_ONE));
    const square = times(part, part, BITS);
    let total = w.of(0);
    for (let power = part, at = 1; !isSpent(power); at += 2) {
      total = w.add(total, over(power, w.of(at)));
      power = times(power, square, BITS);
    }
    return w.shift(total, 1);
  }

  function logOfTwo() {
    return keep("2", function () {
      return w.add(logNearOne(over(w.shift(w.of(4), BITS), w.of(3))), logNearOne(over(w.shift(w.of(3), BITS), w.of(2))));
    });
  }

  function logOfTen() {
    return keep("10", function () {
      return w.add(w.multiply(w.of(3), logOfTwo()), logNearOne(over(w.shift(w.of(5), BITS), w.of(4))));
    });
  }

  function logOf(number) {
    const parts = ratio(number);
    const places = w.bitLength(parts[0]) - w.bitLength(parts[1]);
    return w.add(w.multiply(w.of(places), logOfTwo()), logNearOne(over(w.shift(parts[0], BITS - places), parts[1])));
  }

  function expOf(power) {
    const size = w.shift(power, -BITS);
    if (w.compare(size, MOST) >= 0) return Infinity;
    if (w.compare(size, LEAST) < 0) return 0;
    const parts = w.divided(power, logOfTwo());
    const twos = w.toNumber(parts[0]);
    let total = w.of(0);
    for (let term = FIXED_ONE, at = 1; !w.isZero(term); at += 1) {
      total = w.add(total, term);
      term = over(times(term, parts[1], BITS), w.of(at));
    }
    return nearest(w.shift(total, Math.max(twos, 0)), w.shift(FIXED_ONE, Math.max(-twos, 0)));
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
    const parts = ratio(base).map(function (part) { return w.power(part, Math.abs(exponent)); });
    return exponent > 0 ? nearest(parts[0], parts[1]) : nearest(parts[1], parts[0]);
  }

  function anyPower(base, exponent) {
    const parts = ratio(exponent);
    return expOf(over(w.multiply(logOf(base), parts[0]), parts[1]));
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
    const found = whole && Math.abs(exponent) <= 64 ? wholePower(Math.abs(base), exponent) : anyPower(Math.abs(base), exponent);
    return odd && base < 0 ? -found : found;
  }

  function series(first, angle, start, bits) {
    const square = times(angle, angle, bits);
    let total = w.of(0);
    for (let term = first, at = start; !isSpent(term); at += 2) {
      total = w.add(total, term);
      term = over(w.negated(times(term, square, bits)), w.of(at * (at + 1)));
    }
    return total;
  }

  /* [sine, cosine, bits] */
  function sineAndCosine(angle) {
    const parts = ratio(angle);
    const bits = BITS + 2 * Math.abs(w.bitLength(parts[0]) - w.bitLength(parts[1]));
    const halfPi = over(pi(bits), w.of(2));
    const own = fixed(angle, bits);
    const quarters = over(w.add(w.shift(own, 1), halfPi), w.shift(halfPi, 1));
    const rest = subtract(own, w.multiply(quarters, halfPi));
    let found = [series(rest, rest, 2, bits), series(w.shift(ONE, bits), rest, 1, bits), bits];
    const turns = w.toNumber(w.divided(quarters, w.of(4))[1]);
    for (let turn = 0; turn < turns; turn += 1) found = [found[1], w.negated(found[0]), bits];
    return found;
  }

  function trigonometric(atZero, take) {
    return function (angle) {
      if (angle === 0 || !isFinite(angle)) return angle === 0 ? (atZero === 0 ? angle : atZero) : NaN;
      return take(sineAndCosine(angle));
    };
  }

  function arctangent(of) {
    let tangent = of;
    let halvings = 0;
    for (; w.compare(tangent, w.shift(FIXED_ONE, -4)) > 0; halvings += 1) {
      const long = w.root(w.add(w.shift(FIXED_ONE, BITS), w.multiply(tangent, tangent)));
      tangent = over(w.shift(tangent, BITS), w.add(FIXED_ONE, long));
    }
    const square = times(tangent, tangent, BITS);
    let total = w.of(0);
    for (let strength = tangent, at = 1, isLess = false; !w.isZero(strength); at += 2, isLess = !isLess) {
      const part = over(strength, w.of(at));
      total = isLess ? subtract(total, part) : w.add(total, part);
      strength = times(strength, square, BITS);
    }
    return w.shift(total, halvings);
  }

  function acos(cosine) {
    if (!(cosine >= -1 && cosine <= 1)) return NaN;
    if (cosine === -1) return nearest(pi(BITS), FIXED_ONE);
    const own = fixed(cosine, BITS);
    const half = w.root(over(w.shift(subtract(FIXED_ONE, own), 2 * BITS), w.add(FIXED_ONE, own)));
    return nearest(w.shift(arctangent(half), 1), FIXED_ONE);
  }

  rules.precise = {
    exp: exp,
    log: logarithm(function () { return FIXED_ONE; }),
    log10: logarithm(logOfTen),
    power: power,
    sin: trigonometric(0, function (found) { return nearest(found[0], w.shift(ONE, found[2])); }),
    cos: trigonometric(1, function (found) { return nearest(found[1], w.shift(ONE, found[2])); }),
    tan: trigonometric(0, function (found) { return nearest(found[0], found[1]); }),
    acos: acos
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
