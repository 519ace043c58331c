/* Scanning, part 5: shots of this slot that wait, those of before and of other ways too. One that comes while nothing is looked at is opened. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var place = S.el('tray'), list = place.querySelector('ul');
  var MOST_PICTURES = 8, BETWEEN_MS = 8000;
  S.waiting = [];

  function entry(shot, index) {
    var row = document.createElement('li'), button = document.createElement('button'), text = document.createElement('span');
    button.type = 'button';
    button.setAttribute('data-work', shot.shot);
    if (index < MOST_PICTURES) {
      var picture = document.createElement('img');
      picture.alt = '';
      picture.src = S.url + '/shots/' + shot.shot + '/picture';
      button.appendChild(picture);
    }
    text.textContent = S.word('work_on', { n: index + 1 }) + ' · ' + S.word('by_' + shot.source);
    button.appendChild(text);
    row.appendChild(button);
    return row;
  }
  function draw() {
    var names = S.waiting.map(function (shot) { return shot.shot; }).join(' ');
    place.hidden = !S.waiting.length || S.mode !== 'live';
    S.el('tray-name').textContent = S.word('of', { count: S.waiting.length });
    if (list.getAttribute('data-shown') === names) { return; }  // the focus stays where it is
    list.setAttribute('data-shown', names);
    list.textContent = '';
    S.waiting.forEach(function (shot, index) { list.appendChild(entry(shot, index)); });
  }
  function isWaiting(shot) { return shot.page === null && !(S.front && S.front.shot.shot === shot.shot); }

  /* Reads the tray again; resolves to what waits in this slot. */
  S.refreshTray = function () {
    var material = S.wanted().material;
    return S.call('GET', '/shots?material=' + encodeURIComponent(material)).then(function (answer) {
      if (answer.ok && material === S.wanted().material) {
        S.shots = answer.body.shots;
        S.waiting = S.shots.filter(isWaiting);
      }
      draw();
      return S.waiting;
    });
  };
  S.shotNamed = function (name) { return (S.shots || []).filter(function (one) { return one.shot === name; })[0] || null; };

  list.addEventListener('click', function (event) {
    var button = event.target.closest('[data-work]');
    if (button) { S.review(S.shotNamed(button.getAttribute('data-work'))); }
  });
  S.on('arrived', function (shot) {
    S.refreshTray().then(function () {
      if (!isWaiting(shot)) {
        S.tell(S.word('known', { what: S.word(shot.page === null ? 'front' : 'now_page', shot) }), true);
        return;
      }
      if (S.mode === 'live' && !S.is('row') && shot.material === S.wanted().material) { S.review(shot); }
    });
  });
  S.on('slot', S.refreshTray);
  S.on('tray', S.refreshTray);
  S.on('mode', draw);
  /* A telephone or a scanner may bring some meanwhile. */
  function looked() { if (!document.hidden && S.mode === 'live') { S.refreshTray(); } }
  document.addEventListener('visibilitychange', looked);
  window.setInterval(looked, BETWEEN_MS);
})(window.YizhanScan);
