/* Filling in, part 1: the form on this page and what stands in it. The parts share `YizhanFill`; each needs those before it. */
window.YizhanFill = (function () {
  'use strict';
  var form = document.getElementById('fill');
  if (!form || !window.fetch) { return null; }
  var F = {
    form: form,
    words: form.dataset,
    url: '/api/v1/cases/' + form.dataset.number,
    others: {},       /* answers of the other pages */
    rules: null,      /* the prepared form package, once it is read */
    touched: {},      /* fields that were changed here: only their problems are shown while typing */
    onSaved: []       /* called after each save, with the answers that are kept now */
  };

  F.all = function (selector, root) { return [].slice.call((root || form).querySelectorAll(selector)); };
  F.part = function (id) { return form.querySelector('[data-field="' + id + '"]'); };
  F.text = function (value) { return value === null || value === undefined ? '' : String(value); };

  /* What an input holds. A box with a list of options shows a name and holds a code. */
  F.read = function (box) { return (box.hasAttribute('data-combo') && box.dataset.value) || box.value.trim(); };
  F.write = function (box, value) {
    if (box.hasAttribute('data-combo')) {
      box.dataset.value = value;
      box.value = F.labelOf ? F.labelOf(box, value) : value;
    } else { box.value = value; }
  };

  function valueOf(name) {
    var boxes = F.all('[name="' + name + '"]');
    if (!boxes.length) { return null; }
    if (boxes[0].type === 'radio') {
      var picked = boxes.filter(function (box) { return box.checked; })[0];
      return picked ? picked.value : '';
    }
    return F.read(boxes[0]);
  }
  function chosen(part) {
    return F.all('input:checked', part).map(function (box) { return box.value; });
  }
  F.columns = function (part) {
    return F.all('tr [data-column]', part.querySelector('template').content).map(function (cell) { return cell.dataset.column; });
  };
  F.rowsOf = function (part) {
    return F.all('tbody tr', part).map(function (tr) {
      var row = {};
      F.all('[data-column]', tr).forEach(function (cell) {
        var box = cell.querySelector('input,select,textarea');
        if (box && F.read(box)) { row[cell.dataset.column] = F.read(box); }
      });
      return row;
    });
  };
  F.answers = function () {
    var found = {};
    F.all('[data-field]').forEach(function (part) {
      var id = part.dataset.field, kind = part.dataset.kind;
      if (kind === 'table') { found[id] = F.rowsOf(part); return; }
      if (kind === 'multichoice') { found[id] = chosen(part); return; }
      var value = valueOf('f.' + id);
      if (value !== null) { found[id] = value; }
    });
    return found;
  };
  /* All answers of the form: those of the other pages as they were saved, those of this page as they stand. */
  F.known = function () { return Object.assign({}, F.others, F.answers()); };

  /* An answer as people read it; the cells of a row in the order of its columns, whatever their order in the answer. */
  F.plain = function (part, value) {
    if (!Array.isArray(value)) { return F.text(value); }
    var columns = part && part.dataset.kind === 'table' ? F.columns(part) : null;
    return value.map(function (one) {
      if (typeof one !== 'object' || !one) { return F.text(one); }
      return (columns || Object.keys(one)).map(function (key) { return F.text(one[key]); }).filter(Boolean).join('，');
    }).filter(Boolean).join('；');
  };

  /* The same as texts that are equal only when the answers are: a cell keeps its column, what is empty is left out. */
  F.exact = function (part, value) {
    if (!Array.isArray(value)) { return F.text(value); }
    var columns = part && part.dataset.kind === 'table' ? F.columns(part) : null;
    var rows = value.map(function (one) {
      if (typeof one !== 'object' || !one) { return F.text(one); }
      return (columns || Object.keys(one)).map(function (key) { return F.text(one[key]); });
    }).filter(function (one) { return typeof one === 'string' ? one : one.some(Boolean); });
    return rows.length ? JSON.stringify(rows) : '';
  };

  F.announce = function (words) {
    var place = document.getElementById('told');
    if (place) { place.textContent = words; }
  };
  return F;
})();
