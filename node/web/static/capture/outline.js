/* Scanning, part 6: what a frame says: where the sheet lies, whether it lies still, whether it is another one than the last. No camera here. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var SMALL_W = 80, SMALL_H = 60;
  var STILL = 0.008, MOVED = 0.05;       /* of the picture's diagonal */
  var CALM = 0.02, OTHER = 0.12;         /* of the pixels, that have changed */
  var STEP = 24;                         /* of 256 levels: a pixel has changed */
  var PLAIN = 10;                        /* levels that a bare table's pixels differ by */
  var canvas = document.createElement('canvas');
  canvas.width = SMALL_W;
  canvas.height = SMALL_H;
  var W = S.watch = { quad: null, since: 0, last: null, lost: 0, small: null, isChanged: true, isCalm: false };

  /* The frame as few grey pixels. */
  W.shrunk = function (frame) {
    var pen = canvas.getContext('2d', { willReadFrequently: true }), grey = [];
    pen.drawImage(frame, 0, 0, SMALL_W, SMALL_H);
    var data = pen.getImageData(0, 0, SMALL_W, SMALL_H).data;
    for (var i = 0; i < data.length; i += 4) { grey.push((data[i] * 3 + data[i + 1] * 6 + data[i + 2]) / 10); }
    return grey;
  };
  function differing(a, b) {
    if (!a || !b) { return 1; }
    var count = 0;
    for (var i = 0; i < a.length; i += 1) { if (Math.abs(a[i] - b[i]) > STEP) { count += 1; } }
    return count / a.length;
  }
  function isPlain(grey) {
    var mean = grey.reduce(function (sum, one) { return sum + one; }, 0) / grey.length;
    return Math.sqrt(grey.reduce(function (sum, one) { return sum + (one - mean) * (one - mean); }, 0) / grey.length) < PLAIN;
  }
  function apart(a, b, size) {
    if (!a || !b) { return 1; }
    return Math.max.apply(null, a.map(function (point, at) {
      return Math.sqrt(Math.pow(point[0] - b[at][0], 2) + Math.pow(point[1] - b[at][1], 2));
    })) / Math.sqrt(size[0] * size[0] + size[1] * size[1]);
  }
  /* Looks at each frame, also while a shot is looked at: a hand that changes the sheet is seen. */
  W.motion = function (grey) {
    W.isCalm = differing(grey, W.small) < CALM;
    W.small = grey;
    if (W.last && differing(grey, W.last.small) > OTHER) { W.isChanged = true; }
  };
  /* The outline of this frame; `finds` says that the station can find one. Whether something lies there, and since when it lies still. */
  W.seen = function (quad, size, now) {
    var isThere = S.finds ? !!quad : !isPlain(W.small);
    var isStill = S.finds ? apart(quad, W.quad, size) < STILL : W.isCalm;
    if (!isThere || !isStill) { W.since = now; }
    W.lost = isThere ? 0 : W.lost + 1;
    if (W.last && (W.lost > 1 || (quad && apart(quad, W.last.quad, size) > MOVED))) { W.isChanged = true; }
    W.quad = quad;
    return isThere;
  };
  /* A shot was taken of what lies there: the same is not taken again by itself. */
  W.took = function () {
    W.last = { quad: W.quad, small: W.small };
    W.isChanged = false;
    W.lost = 0;
  };
  W.reset = function () { W.quad = W.last = null; W.isChanged = true; W.since = Date.now(); };
})(window.YizhanScan);
