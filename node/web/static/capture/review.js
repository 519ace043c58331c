/* Scanning, part 11: a shot before it is kept: corners, turning, colours, what the gate says; then it is kept, or taken again. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var PREVIEW_MS = 200, MOST_BRIGHT = 50, BRIGHT_STEP = 10, INSET = 0.06;
  var box = S.el('review'), after = S.el('after'), note = S.el('note'), noting = S.el('noting'), wrong = S.el('wrong'), paper = S.el('paper');
  var R = null;                  /* what is looked at: {shot, plan, side, back} */
  var timer = null, asking = null, shown = '', busy = false;

  function act(name) { return box.querySelector('[data-do="' + name + '"]'); }
  function copied(plan) { return JSON.parse(JSON.stringify(plan)); }
  function isCard() { return S.wanted().kind === 'card'; }

  /* Where the corners begin: as planned, as found, or for what lies flat already the whole picture. */
  function corners(shot, plan, ratio) {
    var w = shot.width, h = shot.height, inset = ['scanner', 'file'].indexOf(shot.source) >= 0 || S.wanted().kind === 'photo' ? 0 : INSET;
    if (plan.corners && !ratio) { return plan.corners; }
    if (!ratio) { return [[w * inset, h * inset], [w * (1 - inset), h * inset], [w * (1 - inset), h * (1 - inset)], [w * inset, h * (1 - inset)]]; }
    if (plan.corners && Math.abs((plan.corners[1][0] - plan.corners[0][0]) / (plan.corners[3][1] - plan.corners[0][1]) - ratio) < 0.01) { return plan.corners; }
    var wide = Math.min(w, h * ratio) * 0.9, x = (w - wide) / 2, y = (h - wide / ratio) / 2;
    return [[x, y], [x + wide, y], [x + wide, y + wide / ratio], [x, y + wide / ratio]];
  }
  /* What the gate has found of a shot, while the plan is as proposed; what was changed is judged anew when it is kept. */
  function cut(plan) { return JSON.stringify([plan.corners, plan.paper]); }
  function isTurned(one) { return one.plan.turn !== one.shot.plan.turn; }
  function standing(one) {
    if (cut(one.plan) !== cut(one.shot.plan)) { return []; }
    return one.shot.look.quality.filter(function (found) { return found.code !== 'upside_down' || !isTurned(one); });
  }
  function allStanding() { return standing(R).concat(R.side === 'back' && S.front ? standing(S.front) : []); }

  function drawFindings(found) {
    var list = S.el('findings');
    list.textContent = '';
    found.forEach(function (one) {
      var row = document.createElement('li');
      row.textContent = one.message;
      list.appendChild(row);
    });
    noting.hidden = R.side === 'front' || !(found.length || note.value);
  }
  function drawTools() {
    S.all('input[name=colour]', box).forEach(function (one) { one.checked = one.value === R.plan.colour; });
    S.el('brightness').textContent = (R.plan.brightness > 0 ? '+' : '') + R.plan.brightness;
    paper.value = R.plan.paper;
    drawFindings(allStanding());
  }
  function preview() {
    var plan = JSON.stringify(R.plan), shot = R.shot.shot;
    if (asking) { return; }
    S.el('drawing').textContent = S.word('drawing');
    after.parentNode.className = 'after busy';
    asking = S.call('POST', '/shots/' + shot + '/preview', R.plan).then(function (answer) {
      asking = null;
      if (!R) { return; }
      /* Meanwhile it was changed, or another shot is looked at. */
      if (R.shot.shot !== shot || JSON.stringify(R.plan) !== plan) { soon(); return; }
      S.el('drawing').textContent = answer.ok ? '' : S.word('no_preview') + (answer.body.message || '');
      after.parentNode.className = 'after';
      if (!answer.ok) { return; }
      if (shown) { window.URL.revokeObjectURL(shown); }
      shown = window.URL.createObjectURL(answer.body);
      after.src = shown;
      box.setAttribute('data-drawn', plan);
    });
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(function () { if (R) { preview(); } }, PREVIEW_MS);
  }
  function changed() {
    drawTools();
    soon();
  }
  function named() {
    var side = R.side ? ' ' + S.word(R.side) : '';
    S.el('review-name').textContent = S.word('review') + '：' + S.wanted().name + side;
    act('keep').textContent = S.word(R.side === 'front' ? (R.isTwo ? 'keep_front_next' : 'keep_front') : R.side === 'back' ? 'keep_both' : 'keep');
    act('one').hidden = R.side !== 'front';
    act('swap').hidden = R.side !== 'back';
    act('found').hidden = !R.shot.look.sheets.length || !!S.corners.ratio;
    act('whole').hidden = !!S.corners.ratio;
    S.el('before-told').textContent = S.word(S.corners.ratio ? 'told_frame' : 'told_corners');
    paper.disabled = isCard() || !!S.corners.ratio;
  }
  /* Looks at a shot; `told` may hold a plan, a side, and for a card opened again its back. */
  S.review = function (shot, told) {
    var more = told || {}, ratio = parseFloat(S.wanted().ratio);
    if (!shot) { return; }
    R = { shot: shot, plan: copied(more.plan || shot.plan), side: '', back: more.back || null, isTwo: false };
    if (isCard()) {
      R.side = more.side === undefined ? (S.front ? 'back' : 'front') : more.side;
      R.isTwo = R.side === 'front' && shot.look.sheets.length > 1 && !R.back;
      R.plan.paper = 'id_card';
    }
    S.mode = 'review';
    S.el('live').hidden = true;
    box.hidden = false;
    S.root.classList.add('looking');
    S.fire('mode');
    R.plan.corners = corners(shot, R.plan, ratio);
    S.corners.show(S.url + '/shots/' + shot.shot + '/picture', shot.width, shot.height, R.plan.corners, ratio);
    wrong.textContent = '';
    note.value = more.note || note.value;
    after.removeAttribute('src');
    named();
    drawTools();
    preview();
    if (allStanding().length) { S.beep('bad'); }
    box.focus();
    box.scrollIntoView({ block: 'nearest' });
  };
  S.on('corners', function () { if (R) { R.plan.corners = S.corners.points; changed(); } });

  function closed() {
    R = null;
    note.value = '';
    clearTimeout(timer);
    box.hidden = true;
    S.live();
    S.el('view').focus();
  }
  /* The next thing to do by itself: another shot of this slot that waits, the next slot, or the camera. */
  function onward(wasWanted) {
    closed();
    var wanted = S.wanted();
    return S.refreshTray().then(function (waiting) {
      if (waiting.length) { S.review(waiting[0]); return null; }
      if (!wanted.after && !wanted.wanted) { S.tell(S.el('told').textContent + ' ' + S.word('all_there')); }
      return wasWanted && S.is('onward') && !wanted.wanted && wanted.after ? S.go(wanted.after) : null;
    });
  }
  function refused(answer) {
    if (answer.body.code === 'quality') {
      drawFindings(answer.body.quality);
      noting.hidden = false;
      note.focus();
    }
    wrong.textContent = answer.body.message || S.word('line');
    act('keep').scrollIntoView({ block: 'nearest' });
  }
  function wish(isOne) {
    var sides = R.side === 'back' && S.front && !isOne ? [S.front, R] : [R];
    var body = { plan: sides[0].plan, note: note.value.trim(), anyway: !!note.value.trim() };
    if (sides.length > 1) { body['with'] = { shot: R.shot.shot, plan: R.plan }; }
    if (S.replacing || S.wanted().single) { body.page = S.replacing || 1; }
    if (S.replacing && S.replaced) { body.instead_of = S.replaced; }
    return { shot: sides[0].shot.shot, body: body };
  }
  function frontDone() {
    S.front = { shot: R.shot, plan: R.plan };
    if (R.isTwo) { S.review(R.shot, { side: 'back', plan: withCorners(R.shot.plan, R.shot.look.sheets[1]) }); return; }
    if (R.back) { S.review(R.back.shot, { side: 'back', plan: R.back.plan, note: note.value }); return; }
    closed();
    S.refreshTray();
  }
  function withCorners(plan, points) {
    var made = copied(plan);
    made.corners = points;
    return made;
  }
  function keep(isOne) {
    if (busy || !R) { return; }
    if (R.side === 'front' && !isOne) { frontDone(); return; }
    var asked = wish(isOne), wanted = S.wanted(), wasWanted = !!wanted.wanted, name = wanted.name;
    busy = true;
    wrong.textContent = '';
    S.el('drawing').textContent = S.word('saving');
    S.call('POST', '/shots/' + asked.shot + '/keep', asked.body).then(function (answer) {
      busy = false;
      S.el('drawing').textContent = '';
      if (!answer.ok) { refused(answer); return null; }
      S.beep('kept');
      S.front = null;
      S.replacing = 0;
      S.tell(S.word('kept', { slot: name, page: answer.body.page }));
      return S.redraw().then(function () { return onward(wasWanted); });
    });
  }
  function again() {
    var shot = R.shot;
    closed();
    S.watch.isChanged = false;  // the same sheet is taken again when it is put right, or by hand
    (shot.page === null && !(S.front && S.front.shot.shot === shot.shot) ? S.call('DELETE', '/shots/' + shot.shot) : Promise.resolve()).then(S.refreshTray);
  }
  function swap() {
    var front = S.front;
    S.front = { shot: R.shot, plan: R.plan };
    S.review(front.shot, { side: 'back', plan: front.plan, note: note.value });
  }
  function bright(by) {
    R.plan.brightness = Math.max(-MOST_BRIGHT, Math.min(MOST_BRIGHT, R.plan.brightness + by));
    changed();
  }
  function turn(by) {
    R.plan.turn = (R.plan.turn + by + 360) % 360;
    changed();
  }
  S.isSaving = function () { return busy; };
  S.does = {
    keep: function () { keep(false); }, one: function () { keep(true); }, again: again, swap: swap,
    later: function () { S.replacing = 0; closed(); S.refreshTray(); },
    add: function () { S.replacing = 0; S.live(); },
    left: function () { turn(-90); }, right: function () { turn(90); },
    darker: function () { bright(-BRIGHT_STEP); }, brighter: function () { bright(BRIGHT_STEP); },
    whole: function () { S.corners.set(S.corners.whole()); },
    found: function () { S.corners.set(R.shot.look.sheets[R.side === 'back' && R.shot.look.sheets[1] && S.front && S.front.shot.shot === R.shot.shot ? 1 : 0]); }
  };
  box.addEventListener('click', function (event) {
    var reason = event.target.getAttribute('data-reason');
    if (reason) { note.value = reason; note.focus(); }
  });
  box.addEventListener('change', function (event) {
    if (!R) { return; }
    if (event.target.name === 'colour') { R.plan.colour = event.target.value; changed(); }
    if (event.target === paper) { R.plan.paper = paper.value; changed(); }
  });
  /* A page that was kept, to be changed again. */
  S.reopen = function (page, digest) {
    S.call('POST', '/materials/' + S.wanted().material + '/' + page + '/open').then(function (answer) {
      S.replacing = parseInt(page, 10);
      S.replaced = digest;
      if (!answer.ok) { S.tell(answer.status === 409 || answer.status === 422 ? S.word('gone') : answer.body.message, true); S.live(); return; }
      var told = answer.body, back = told['with'];
      S.front = null;
      S.refreshTray().then(function () {
        S.review(told, { plan: told.plan, note: told.note, side: isCard() && !back ? '' : undefined, back: back ? { shot: S.shotNamed(back.shot), plan: back.plan } : null });
      });
    });
  };
  S.on('leave', function () { if (R) { R = null; note.value = ''; box.hidden = true; S.mode = 'live'; } });
})(window.YizhanScan);
