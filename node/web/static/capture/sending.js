/* Scanning, part 4: shots go up one after the other. One that does not arrive stays here until it does, or is given up by hand. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var MOST = 20 * 1024 * 1024;
  var queue = [], arrived = 0, busy = false;
  var place = S.el('sent');

  function count(state) { return queue.filter(function (one) { return one.state === state; }).length; }
  function button(word, act) {
    var made = document.createElement('button');
    made.type = 'button';
    made.className = 'slim';
    made.textContent = S.word(word);
    made.addEventListener('click', act);
    return made;
  }
  function failedRow(one) {
    var row = document.createElement('li'), text = document.createElement('span');
    text.textContent = S.word('not_sent') + one.name + ' ' + one.message;
    row.appendChild(text);
    row.appendChild(button('resend', function () { one.state = 'waiting'; draw(); pump(); }));
    row.appendChild(button('drop', function () { queue.splice(queue.indexOf(one), 1); draw(); }));
    return row;
  }
  function draw() {
    var under = count('waiting') + count('sending'), failed = queue.filter(function (one) { return one.state === 'failed'; });
    var told = [];
    if (under) { told.push(S.word('sending', { count: under })); }
    if (arrived) { told.push(S.word('arrived', { count: arrived })); }
    if (failed.length) { told.push(S.word('failed', { count: failed.length })); }
    place.hidden = !told.length;
    place.querySelector('p').textContent = told.join(' · ');
    var rows = place.querySelector('ul');
    rows.textContent = '';
    failed.forEach(function (one) { rows.appendChild(failedRow(one)); });
  }
  function pump() {
    var one = queue.filter(function (each) { return each.state === 'waiting'; })[0];
    if (busy || !one) { return; }
    busy = true;
    one.state = 'sending';
    draw();
    S.call('PUT', '/shots?material=' + encodeURIComponent(one.material) + '&source=' + one.source, one.blob, 'application/octet-stream').then(function (answer) {
      busy = false;
      if (answer.ok) {
        queue.splice(queue.indexOf(one), 1);
        arrived += 1;
      } else {
        one.state = 'failed';
        one.message = answer.body.message || S.word('line');
        S.beep('bad');
      }
      draw();
      pump();
      S.fire(answer.ok ? 'arrived' : 'failed', answer.body);
    });
  }
  S.send = function (blob, source, name) {
    var one = { blob: blob, source: source, name: name || '', material: S.wanted().material, state: 'waiting', message: '' };
    if (blob.size > MOST) {
      S.tell((name || '') + ' ' + S.word('large'), true);
      return;
    }
    queue.push(one);
    draw();
    pump();
  };
  S.underWay = function () { return queue.length; };
  window.addEventListener('beforeunload', function (event) {
    if (!queue.length) { return undefined; }
    event.preventDefault();
    event.returnValue = S.word('leaving');
    return event.returnValue;
  });
})(window.YizhanScan);
