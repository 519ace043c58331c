/* The pad: strokes are kept as points, so that one can be taken back; the picture says below them what was signed. */
(function () {
  'use strict';
  var pad = document.getElementById('pad'), canvas = document.getElementById('canvas');
  if (!pad || !canvas || !window.fetch || !window.PointerEvent || !canvas.toBlob) {
    var other = document.getElementById('by-file');
    if (other) { other.open = true; }
    return;
  }
  pad.hidden = false;
  canvas.height = window.innerWidth < 700 ? 760 : 420;  // a finger needs room
  var ink = canvas.getContext('2d'), words = pad.dataset, told = document.getElementById('pad-told');
  var strokes = [], now = null, foot = 56;

  function tell(text, bad) { told.textContent = text; told.className = bad ? 'saved bad' : 'saved'; }
  function place(event) {
    var box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) * canvas.width / box.width, y: (event.clientY - box.top) * canvas.height / box.height,
             w: event.pointerType === 'pen' && event.pressure ? 2 + 7 * event.pressure : 6 };
  }
  function line(a, b) {
    ink.lineCap = ink.lineJoin = 'round'; ink.strokeStyle = '#10233a'; ink.lineWidth = b.w;
    ink.beginPath(); ink.moveTo(a.x, a.y); ink.lineTo(b.x, b.y); ink.stroke();
  }
  function draw() {
    ink.fillStyle = '#fff'; ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.strokeStyle = '#c9d3de'; ink.lineWidth = 2; ink.beginPath();
    ink.moveTo(40, canvas.height - foot - 30); ink.lineTo(canvas.width - 40, canvas.height - foot - 30); ink.stroke();
    ink.fillStyle = '#3b4a5a'; ink.font = (canvas.height > 500 ? 38 : 26) + 'px sans-serif'; ink.fillText(words.caption, 40, canvas.height - 16, canvas.width - 80);
    strokes.forEach(function (points) {
      line(points[0], points[0]);
      for (var i = 1; i < points.length; i += 1) { line(points[i - 1], points[i]); }
    });
  }
  canvas.addEventListener('pointerdown', function (event) {
    if (now || (event.pointerType === 'mouse' && event.button !== 0)) { return; }
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    now = { id: event.pointerId, points: [place(event)] };
    strokes.push(now.points); line(now.points[0], now.points[0]); tell('', false);
  });
  canvas.addEventListener('pointermove', function (event) {
    if (!now || event.pointerId !== now.id) { return; }
    var all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    (all.length ? all : [event]).forEach(function (one) {
      var next = place(one);
      line(now.points[now.points.length - 1], next); now.points.push(next);
    });
  });
  ['pointerup', 'pointercancel'].forEach(function (kind) {
    canvas.addEventListener(kind, function (event) { if (now && event.pointerId === now.id) { now = null; } });
  });

  function save(button) {
    if (!strokes.length) { tell(words.empty, true); return; }
    button.disabled = true; tell(words.busy, false);
    canvas.toBlob(function (blob) {
      fetch(words.url, { method: 'PUT', body: blob, credentials: 'same-origin',
        headers: { 'X-CSRF-Token': words.csrf, 'Content-Type': 'image/png' } }).then(function (answer) {
        return answer.json().then(function (body) {
          if (answer.ok) { location.assign(words.next); return; }
          button.disabled = false; tell(body.message, true);
        });
      }).catch(function () { button.disabled = false; tell(words.failed, true); });
    }, 'image/png');
  }
  pad.addEventListener('click', function (event) {
    var what = event.target.getAttribute('data-pad');
    if (what === 'undo') { strokes.pop(); draw(); }
    if (what === 'clear') { strokes = []; draw(); tell('', false); }
    if (what === 'save') { save(event.target); }
  });
  draw();
})();
