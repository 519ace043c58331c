/* Scanning, part 3: the list of slots. Going to another one leaves the camera on; pages are put in order by drag, by buttons and by keys. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var held = null;

  function dressed() {
    S.all('[data-js]').forEach(function (one) { one.hidden = false; });
  }
  /* Draws the list and the slot anew, as the station has them now. */
  S.redraw = function (material) {
    var path = S.base + '/scan/' + (material || S.wanted().material);
    return S.page(path).then(function (fresh) {
      ['slots', 'wanted'].forEach(function (id) {
        var now = S.el(id), then = fresh.getElementById(id);
        now.parentNode.replaceChild(document.importNode(then, true), now);
      });
      document.title = fresh.title;
      if (location.pathname !== path) { window.history.replaceState(null, '', path); }
      dressed();
    });
  };
  S.go = function (material) {
    S.front = null;
    S.replacing = 0;
    return S.redraw(material).then(function () {
      S.fire('slot');
      S.el('wanted').scrollIntoView({ block: 'nearest' });
    }).catch(function () { S.tell(S.word('line'), true); });
  };

  function list() { return S.root.querySelector('.pagelist[data-pages="' + S.wanted().material + '"]'); }
  function order(rows, at) {
    var numbers = rows.map(function (row) { return parseInt(row.dataset.page, 10); });
    var digests = rows.map(function (row) { return row.dataset.digest; });
    return S.call('POST', '/materials/' + S.wanted().material + '/order', { pages: numbers, digests: digests }).then(function (answer) {
      return S.redraw().then(function () {
        if (!answer.ok) { S.tell(answer.body.message, true); return; }
        S.tell(S.word('moved', { page: at + 1 }));
        var there = list().children[at], button = there && there.querySelector('[data-move] button');
        if (button) { button.focus(); }
      });
    });
  }
  function moved(row, to) {
    var rows = S.all('li[data-page]', list()), from = rows.indexOf(row);
    if (to < 0 || to >= rows.length || to === from) { return; }
    rows.splice(to, 0, rows.splice(from, 1)[0]);
    order(rows, to);
  }
  function remove(form) {
    var button = form.querySelector('button');
    if (!form.hasAttribute('data-sure')) {
      form.setAttribute('data-sure', '');
      button.textContent = S.word('delete_sure');
      return;
    }
    S.call('DELETE', '/materials/' + S.wanted().material + '?page=' + form.dataset.remove).then(function (answer) {
      S.redraw().then(function () { S.fire('tray'); });
      S.tell(answer.ok ? S.word('deleted') : answer.body.message, !answer.ok);
    });
  }

  S.root.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.hasAttribute('data-move')) {
      event.preventDefault();
      var row = form.closest('li[data-page]');
      moved(row, S.all('li[data-page]', list()).indexOf(row) + parseInt(form.dataset.by, 10));
    }
    if (form.hasAttribute('data-remove')) { event.preventDefault(); remove(form); }
  });
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('[data-go]') : null;
    if (!link || event.ctrlKey || event.shiftKey || event.metaKey) { return; }
    event.preventDefault();
    S.fire('leave');
    S.go(link.dataset.go);
  });
  ['dragstart', 'dragover', 'dragleave', 'drop', 'dragend'].forEach(function (kind) {
    S.root.addEventListener(kind, function (event) {
      var row = event.target.closest ? event.target.closest('li[draggable]') : null;
      if (kind === 'dragstart' && row) {
        held = row;
        row.classList.add('held');
        event.dataTransfer.setData('text/plain', row.dataset.page);
      }
      if (!held) { return; }
      if (row && (kind === 'dragover' || kind === 'drop')) { event.preventDefault(); }
      if (row && kind === 'dragover') { row.classList.add('over'); }
      if (row && (kind === 'dragleave' || kind === 'drop')) { row.classList.remove('over'); }
      if (row && kind === 'drop') { moved(held, S.all('li[data-page]', list()).indexOf(row)); }
      if (kind === 'drop' || kind === 'dragend') { held.classList.remove('held'); held = null; }
    });
  });
  S.isOrdering = function () { return held !== null; };
  dressed();
})(window.YizhanScan);
