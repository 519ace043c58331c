/* Filling in, part 2: which fields are asked, which are calculated. Without the rules the server shows and hides when a page is saved. */
(function (F) {
  'use strict';
  if (!F) { return; }

  var MOST_CHECKS = 60;

  function put(box, value) {
    if (F.read(box) !== value && box !== document.activeElement) { F.write(box, value); }
  }
  function showBoxes(boxes, value, calculated) {
    boxes.forEach(function (box) {
      if (box.type === 'radio') {
        if (calculated) { box.checked = box.value === F.text(value); }
        box.disabled = calculated;
        return;
      }
      if (box.type === 'checkbox' || box.type === 'hidden') { return; }
      if (calculated) { put(box, F.text(value)); }
      if (box.tagName === 'SELECT') { box.disabled = calculated; } else { box.readOnly = calculated; }
    });
  }
  function showRows(part, state, id) {
    F.all('tbody tr', part).forEach(function (tr, index) {
      var flags = (state.rows[id] || [])[index], row = (state.derived[id] || [])[index] || {};
      if (!flags) { return; }
      F.all('[data-column]', tr).forEach(function (cell) {
        var column = cell.dataset.column, boxes = F.all('input,select,textarea', cell);
        showBoxes(boxes, row[column], flags.calculated[column]);
        F.all('.auto', cell).forEach(function (word) { word.hidden = !flags.calculated[column]; });
        boxes.forEach(function (box) { box.hidden = !flags.relevant[column]; });
      });
    });
  }
  /* The boxes of a list that depends on other answers; what was ticked and no longer fits stays to be seen. */
  function redrawChecks(part) {
    var ticked = F.all('input:checked', part).map(function (box) { return box.value; }), place = part.querySelector('.choices');
    var offered = window.YizhanRules.options(F.rules, F.known(), F.words.today, { field: part.dataset.field }).slice(0, MOST_CHECKS);
    var values = offered.map(function (one) { return one[0]; });
    var wanted = offered.concat(ticked.filter(function (one) { return values.indexOf(one) < 0; }).map(function (one) { return [one, one]; }));
    var drawn = F.all('input', place).map(function (box) { return box.value; });
    if (drawn.join('\n') === wanted.map(function (one) { return one[0]; }).join('\n')) { return; }
    place.textContent = '';
    wanted.forEach(function (one, index) {
      var label = document.createElement('label'), box = document.createElement('input');
      box.type = 'checkbox'; box.name = 'f.' + part.dataset.field; box.value = one[0]; box.checked = ticked.indexOf(one[0]) >= 0;
      if (!index) { box.id = 'f-' + part.dataset.field; }
      if (values.indexOf(one[0]) < 0) { label.className = 'gone'; }
      label.appendChild(box);
      label.appendChild(document.createTextNode(values.indexOf(one[0]) < 0 && F.nameOf ? F.nameOf(part.dataset.field, one[0]) : one[1]));
      place.appendChild(label);
    });
  }
  F.applyRules = function () {
    if (!F.rules) { return; }
    var state = window.YizhanRules.formState(F.rules, F.known(), F.words.today, []);
    F.all('[data-field]').forEach(function (part) {
      var id = part.dataset.field;
      if (!(id in state.relevant)) { return; }
      part.hidden = !state.relevant[id];
      if (part.dataset.kind === 'table') { showRows(part, state, id); return; }
      if (part.hasAttribute('data-listed')) { redrawChecks(part); return; }
      showBoxes(F.all('input,select,textarea', part), state.derived[id], state.calculated[id]);
      F.all('.auto', part).forEach(function (word) { word.hidden = !state.calculated[id]; });
      F.all('.must', part).forEach(function (word) { word.hidden = state.calculated[id]; });
    });
    if (F.veilAll) { F.veilAll(); }
  };
  F.readRules = function () {
    if (!window.YizhanRules || !window.YizhanRules.formState) { return; }
    Promise.all([F.words.package, F.url].map(function (there) {
      return fetch(there, { credentials: 'same-origin' }).then(function (answer) { return answer.json(); });
    })).then(function (both) {
      F.rules = window.YizhanRules.prepare(both[0]);
      F.others = both[1].answers;
      F.form.setAttribute('data-ready', '');
      F.applyRules();
    }).catch(function () { F.rules = null; });
  };
})(window.YizhanFill);
