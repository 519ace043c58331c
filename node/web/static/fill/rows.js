/* Filling in, part 7: rows of tables are added, dropped and moved, by mouse and by keyboard (Alt+Up, Alt+Down). */
(function (F) {
  'use strict';
  if (!F) { return; }

  function renumber(part) {
    F.all('tbody tr', part).forEach(function (tr, index) {
      tr.querySelector('th').textContent = index + 1;
      F.all('[name]', tr).forEach(function (box) {
        if (box.name === 'go') { return; }
        box.name = box.name.replace(/^(f\.[^ ]+\.)(?:\d+|__row__)(\.[^.]+)$/, '$1' + index + '$2');
        box.id = box.name.replace(/\./g, '-');
      });
    });
  }
  function told(words, row) { F.announce(words.replace('{n}', row)); }
  function after(part) {
    renumber(part);
    F.changed(part);
    F.save();
  }
  function add(part) {
    var body = part.querySelector('tbody');
    body.appendChild(document.importNode(part.querySelector('template').content, true));
    after(part);
    F.all('[data-combo]', body).forEach(function (box) { box.removeAttribute('list'); });
    var first = F.all('input,select,textarea', body.rows[body.rows.length - 1]).filter(function (box) { return !box.hidden && !box.readOnly; })[0];
    if (first) { first.focus(); }
    told(F.words.rowAdded, body.rows.length);
  }
  function drop(part, tr) {
    var number = tr.rowIndex, next = tr.nextElementSibling || tr.previousElementSibling;
    tr.parentNode.removeChild(tr);
    after(part);
    var place = next ? next.querySelector('[data-drop-row]') : part.querySelector('[data-add-row]');
    place.focus();
    told(F.words.rowDropped, number);
  }
  function move(part, tr, up, focus) {
    var other = up ? tr.previousElementSibling : tr.nextElementSibling;
    if (!other) { told(F.words.rowStays, tr.rowIndex); return; }
    tr.parentNode.insertBefore(up ? tr : other, up ? other : tr);
    after(part);
    if (focus) { focus.focus(); }
    told(F.words.rowMoved, tr.rowIndex);
  }
  F.form.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('[data-add-row],[data-drop-row],[data-move-row]') : null;
    if (!button) { return; }
    event.preventDefault();
    var part = button.closest('[data-field]');
    if (button.hasAttribute('data-add-row')) { add(part); }
    else if (button.hasAttribute('data-drop-row')) { drop(part, button.closest('tr')); }
    else { move(part, button.closest('tr'), button.dataset.moveRow === 'up', button); }
  });
  F.form.addEventListener('keydown', function (event) {
    var tr = event.target.closest ? event.target.closest('[data-kind=table] tbody tr') : null;
    if (!tr || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) { return; }
    event.preventDefault();
    move(tr.closest('[data-field]'), tr, event.key === 'ArrowUp', document.activeElement);
  }, true);
})(window.YizhanFill);
