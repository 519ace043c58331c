/* Scanning, part 9: frames are looked at twice a second; when a sheet lies still and nothing is wrong with it, the shot takes itself. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var BETWEEN_MS = 500, STILL_MS = 1200, FRAME_PX = 640, SHOT_QUALITY = 0.92, FRAME_QUALITY = 0.7;
  var WANTED_DPI = 130, LEAST_DPI = 78, OF_ALL = 0.66;   /* as the station's gate has them */
  var SHEETS = ['pages', 'card'];   /* kinds of which the edges are looked for */
  var video = S.el('video'), outline = S.el('outline'), flash = S.el('flash'), W = S.watch;
  var frame = document.createElement('canvas'), shot = document.createElement('canvas');
  var shooting = false, warned = '';

  function now() { return Date.now(); }
  function isSheet() { return SHEETS.indexOf(S.wanted().kind) >= 0; }
  function drawn(canvas, wide) {
    var shrink = Math.min(1, wide / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * shrink);
    canvas.height = Math.round(video.videoHeight * shrink);
    canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  function draw(sheets, tone) {
    outline.setAttribute('viewBox', '0 0 ' + frame.width + ' ' + frame.height);
    outline.setAttribute('class', tone);
    outline.textContent = '';
    sheets.forEach(function (sheet) {
      var shape = document.createElementNS('http://www.w3.org/2000/svg', 'polygon');
      shape.setAttribute('points', sheet.map(function (point) { return point.join(','); }).join(' '));
      outline.appendChild(shape);
    });
  }
  /* A camera that cannot give more is asked for two thirds of what it gives where the sheet fills the picture. */
  function leastDpi(dpi, sheet) {
    var spans = [frame.width, frame.height].map(function (size, axis) {
      var along = sheet.map(function (point) { return point[axis]; });
      return (Math.max.apply(null, along) - Math.min.apply(null, along)) / size;
    });
    return Math.round(Math.min(WANTED_DPI, Math.max(LEAST_DPI, dpi / Math.max(0.05, spans[0], spans[1]) * OF_ALL)));
  }
  /* What is wrong. A frame is small: dots per inch are those of the shot that would be taken. */
  function findings(look) {
    var dpi = look.dpi ? Math.round(look.dpi * video.videoWidth / frame.width) : 0;
    var found = look.quality.filter(function (one) { return ['few_dots', 'no_page'].indexOf(one.code) < 0; });
    var least = dpi && look.sheets.length ? leastDpi(dpi, look.sheets[0]) : 0;
    if (dpi < least && S.wanted().paper !== 'id_card') { found.push({ code: 'few_dots', message: S.word('dots', { dpi: dpi, least: least }) }); }
    return found;
  }
  function warn(code) {
    if (warned !== code) { S.beep('bad'); }
    warned = code;
  }
  function judged(look) {
    var sheets = S.wanted().kind === 'card' ? look.sheets : look.sheets.slice(0, 1);
    var isThere = W.seen(sheets[0] || null, [frame.width, frame.height], now());
    var found = isThere ? findings(look) : [], isStill = now() - W.since >= STILL_MS;
    draw(sheets, found.length ? 'bad' : isThere && W.isChanged && isStill ? 'good' : '');
    if (!isThere) { warned = ''; S.say(S.word('look'), 'blue'); return; }
    if (!W.isChanged) { S.say(S.word(S.front ? 'over' : 'same'), 'blue'); return; }
    if (found.length) {
      S.say(found[0].message, 'orange');
      if (isStill) { warn(found[0].code); }
      return;
    }
    warned = '';
    if (S.wanted().one && S.wanted().pages !== '0' && !S.replacing && !S.front) { S.say(S.word('full'), 'blue'); return; }
    if (!S.is('auto')) { S.say(S.word('ready'), 'green'); return; }
    S.say(S.word('still'), 'green');
    if (isStill) { S.shoot(); }
  }
  function ask() {
    var material = S.wanted().material;
    return new Promise(function (done) { frame.toBlob(done, 'image/jpeg', FRAME_QUALITY); }).then(function (blob) {
      return S.call('POST', '/look?material=' + encodeURIComponent(material), blob, 'image/jpeg');
    }).then(function (answer) {
      if (S.mode !== 'live' || S.camera.state !== 'on' || material !== S.wanted().material || shooting) { return; }
      if (answer.ok) { judged(answer.body); return; }
      draw([], '');
      S.say(answer.status === 422 ? S.word('blind') : answer.body.message, answer.status ? 'orange' : 'red');
    });
  }
  function look() {
    var began = now(), asked = null;
    if (S.camera.state === 'on' && video.videoWidth && !document.hidden) {
      drawn(frame, FRAME_PX);
      W.motion(W.shrunk(frame));
      if (S.mode === 'live' && !shooting) {
        if (isSheet()) { asked = ask(); } else { draw([], ''); S.say(S.word('portrait'), 'green'); }
      }
    }
    /* One frame at a time: the next is taken when the station has answered. */
    Promise.resolve(asked).then(function () { setTimeout(look, Math.max(50, BETWEEN_MS - (now() - began))); });
  }
  function lit() {
    flash.className = 'flash on';
    setTimeout(function () { flash.className = 'flash'; }, 120);
  }
  S.shoot = function () {
    if (shooting || S.camera.state !== 'on' || S.mode !== 'live' || !video.videoWidth) { return; }
    shooting = true;
    drawn(shot, video.videoWidth);
    W.motion(W.shrunk(shot));
    W.took();
    lit();
    S.beep('shot');
    S.say(S.word('shot'), 'green');
    shot.toBlob(function (blob) {
      shot.width = shot.height = 1;  // a large picture is not held twice
      S.send(blob, 'camera');
      if (S.is('row')) { shooting = false; }
    }, 'image/jpeg', SHOT_QUALITY);
  };
  function free() { shooting = false; }
  S.on('arrived', free);
  S.on('failed', free);
  S.on('slot', function () { free(); warned = ''; W.since = now(); S.live(); });

  /* Back to the camera's picture; says what is to be shot now. */
  S.live = function () {
    var wanted = S.wanted(), left = wanted.left ? wanted.left.split('|') : [];
    var what = left[0] || S.word('now_page', { page: wanted.next });
    if (wanted.kind === 'card') { what = S.word(S.front ? 'back' : 'front'); }
    if (wanted.single) { what = wanted.name; }
    S.mode = 'live';
    S.el('live').hidden = false;
    S.el('review').hidden = true;
    S.root.classList.remove('looking');
    S.el('now').textContent = S.word('now', { what: what });
    if (S.replacing) { S.el('now').textContent = S.word('replacing', { page: S.replacing }); }
    S.root.querySelector('[data-do=add]').hidden = !S.replacing;
    W.since = now();
    S.fire('mode');
  };
  S.live();
  look();
})(window.YizhanScan);
