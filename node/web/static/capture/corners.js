/* Scanning, part 10: four corners over a shot, or a frame of fixed proportions; moved by drag and by keys, with a lens beside. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var SVG = 'http://www.w3.org/2000/svg';
  var board = S.el('before'), lens = S.el('lens');
  var GRIP_PX = 15, DOT_PX = 4, LENS_PX = 34, STEP_PX = 1, LONG_STEP_PX = 10, LEAST_PX = 24;
  var KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  var C = S.corners = { width: 1, height: 1, points: null, ratio: 0 };
  var shape = null, handles = [], held = null, address = '';

  function made(name, facts, into) {
    var one = document.createElementNS(SVG, name);
    Object.keys(facts).forEach(function (key) { one.setAttribute(key, facts[key]); });
    into.appendChild(one);
    return one;
  }
  /* How many of the picture's pixels one of the screen's covers. */
  function scale() {
    var box = board.getBoundingClientRect();
    return box.width ? Math.max(C.width / box.width, C.height / box.height) : 1;
  }
  function bounded(point) {
    return [Math.min(C.width, Math.max(0, point[0])), Math.min(C.height, Math.max(0, point[1]))];
  }
  function goesRound(points) {
    return points.every(function (a, at) {
      var b = points[(at + 1) % 4], c = points[(at + 2) % 4];
      return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0;
    });
  }
  function draw() {
    var k = scale();
    shape.setAttribute('points', C.points.map(function (point) { return point.join(','); }).join(' '));
    handles.forEach(function (handle) {
      var point = C.points[handle.at];
      handle.ring.setAttribute('r', GRIP_PX * k);
      handle.dot.setAttribute('r', DOT_PX * k);
      handle.group.setAttribute('transform', 'translate(' + point[0] + ',' + point[1] + ')');
    });
  }
  function magnify(at) {
    var point = C.points[at], reach = LENS_PX * scale(), box = board.getBoundingClientRect();
    lens.textContent = '';
    lens.setAttribute('viewBox', [point[0] - reach, point[1] - reach, 2 * reach, 2 * reach].join(' '));
    made('image', { href: address, width: C.width, height: C.height }, lens);
    made('path', { d: 'M' + (point[0] - reach) + ' ' + point[1] + 'H' + (point[0] + reach) + 'M' + point[0] + ' ' + (point[1] - reach) + 'V' + (point[1] + reach) }, lens);
    var isLeft = point[0] / scale() < box.width / 2 && point[1] / scale() < box.height / 2;
    lens.setAttribute('class', 'lens on' + (isLeft ? ' far' : ''));
  }
  function unmagnify() { lens.setAttribute('class', 'lens'); }
  function put(points) {
    if (!goesRound(points)) { return; }
    C.points = points;
    draw();
    S.fire('corners');
  }
  function moveCorner(at, to) {
    put(C.points.map(function (point, index) { return index === at ? bounded(to) : point; }));
  }
  /* A frame that stays within the picture and keeps its proportions. */
  function framed(left, top, width) {
    var wide = Math.max(LEAST_PX, Math.min(width, C.width, C.height * C.ratio)), high = wide / C.ratio;
    var x = Math.min(Math.max(0, left), C.width - wide), y = Math.min(Math.max(0, top), C.height - high);
    return [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]];
  }
  function frameWidth() { return C.points[1][0] - C.points[0][0]; }
  function moveFrame(by) { put(framed(C.points[0][0] + by[0], C.points[0][1] + by[1], frameWidth())); }
  function growFrame(by) {
    var wide = frameWidth() + by;
    put(framed(C.points[0][0], C.points[0][1], Math.min(wide, C.width - C.points[0][0], (C.height - C.points[0][1]) * C.ratio)));
  }
  function place(event) {
    var point = board.createSVGPoint();
    point.x = event.clientX;
    point.y = event.clientY;
    point = point.matrixTransform(board.getScreenCTM().inverse());
    return [point.x, point.y];
  }
  function handleAt(at, label) {
    var group = made('g', { 'class': 'handle', tabindex: 0, role: 'button', 'aria-label': label, 'data-at': at }, board);
    handles.push({ at: at, group: group, ring: made('circle', { r: 10 }, group), dot: made('circle', { r: 3, 'class': 'dot' }, group) });
  }
  /* Draws a shot with corners; `ratio` of width to height for a frame, 0 for free corners. */
  C.show = function (url, width, height, points, ratio) {
    C.width = width;
    C.height = height;
    C.ratio = ratio;
    C.points = points;
    address = url;
    handles = [];
    board.textContent = '';
    board.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
    made('image', { href: url, width: width, height: height }, board);
    shape = made('polygon', ratio ? { 'class': 'frame', tabindex: 0, role: 'button', 'aria-label': S.word('frame') } : {}, board);
    if (ratio) { handleAt(2, S.word('size')); } else { [0, 1, 2, 3].forEach(function (at) { handleAt(at, S.word('corner_' + at)); }); }
    draw();
    unmagnify();
  };
  C.set = function (points) { put(C.ratio ? framed(points[0][0], points[0][1], points[1][0] - points[0][0]) : points); };
  C.whole = function () { return [[0, 0], [C.width, 0], [C.width, C.height], [0, C.height]]; };

  board.addEventListener('pointerdown', function (event) {
    var group = event.target.closest('.handle'), isFrame = event.target === shape && C.ratio;
    if (!group && !isFrame) { return; }
    event.preventDefault();
    (group || shape).focus();
    held = { at: group ? parseInt(group.getAttribute('data-at'), 10) : -1, from: place(event), points: C.points };
    board.setPointerCapture(event.pointerId);
    if (group && !C.ratio) { magnify(held.at); }
  });
  board.addEventListener('pointermove', function (event) {
    if (!held) { return; }
    var to = place(event), by = [to[0] - held.from[0], to[1] - held.from[1]];
    if (held.at < 0) { put(framed(held.points[0][0] + by[0], held.points[0][1] + by[1], frameWidth())); return; }
    if (C.ratio) { growFrame(held.points[1][0] + by[0] - C.points[1][0]); return; }
    moveCorner(held.at, [held.points[held.at][0] + by[0], held.points[held.at][1] + by[1]]);
    magnify(held.at);
  });
  ['pointerup', 'pointercancel'].forEach(function (kind) {
    board.addEventListener(kind, function () { held = null; if (document.activeElement && !document.activeElement.classList.contains('handle')) { unmagnify(); } });
  });
  board.addEventListener('keydown', function (event) {
    var group = event.target.closest('.handle'), key = KEYS[event.key], step = scale() * (event.shiftKey ? LONG_STEP_PX : STEP_PX);
    if (C.ratio && (event.key === '+' || event.key === '=' || event.key === '-')) {
      event.preventDefault();
      growFrame((event.key === '-' ? -LONG_STEP_PX : LONG_STEP_PX) * scale());
    }
    if (!key || (!group && !C.ratio)) { return; }
    event.preventDefault();
    if (C.ratio && group) { growFrame((key[0] || key[1]) * step); return; }
    if (C.ratio) { moveFrame([key[0] * step, key[1] * step]); return; }
    var at = parseInt(group.getAttribute('data-at'), 10), point = C.points[at];
    moveCorner(at, [point[0] + key[0] * step, point[1] + key[1] * step]);
    magnify(at);
  });
  /* On the box about it: a drawing that listens for focus would be a stop of the Tab key itself. */
  board.parentNode.addEventListener('focusin', function (event) {
    var group = event.target.closest('.handle');
    if (group && !C.ratio) { magnify(parseInt(group.getAttribute('data-at'), 10)); }
  });
  board.parentNode.addEventListener('focusout', unmagnify);
  window.addEventListener('resize', function () { if (C.points && S.mode === 'review') { draw(); } });
})(window.YizhanScan);
