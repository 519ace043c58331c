/* Filling in, part 3: a box that searches a list of options by name or code (ARIA combobox). The list itself is never drawn whole.
   Options come from the choice lists of the package, or from its divisions; those above in a cascade narrow them down. */
(function (F) {
  'use strict';
  if (!F) { return; }
  var MOST = 50;
  var TAILS = { village: '', township: '000', county: '000000', city: '00000000' };
  var open = null;       /* {box, list, options, at} of the box whose list is shown */
  var labels = null;     /* division code to name, once the package is read */

  function place(box) {
    var cell = box.closest('[data-column]'), part = box.closest('[data-field]');
    if (!cell) { return { field: part.dataset.field }; }
    return { field: part.dataset.field, column: cell.dataset.column, row: [].indexOf.call(cell.closest('tbody').rows, cell.closest('tr')) };
  }
  function divisions() {
    return F.rules ? F.rules.form.parameters.divisions || [] : [];
  }
  function divisionLabel(code) {
    if (!labels) {
      labels = {};
      divisions().forEach(function (one) { labels[one.code] = one.name; });
    }
    if (!labels[code]) { return code; }
    var above = code.slice(0, 9) + '000';
    return (above !== code && code.slice(6, 9) !== '000' && labels[above] ? labels[above] + ' ' : '') + labels[code];
  }
  function planOf(at) {
    var one = F.rules.fields.filter(function (plan) { return plan.field.id === at.field; })[0];
    return at.column === undefined ? one : one.columns.filter(function (plan) { return plan.field.id === at.column; })[0];
  }
  F.labelOf = function (box, value) {
    if (!F.rules || !value) { return value; }
    return box.dataset.combo === 'region' ? divisionLabel(value) : planOf(place(box)).choosing.list.label(value);
  };
  F.nameOf = function (id, value) { return planOf({ field: id }).choosing.list.label(value); };
  /* [value, label, what is searched] of all that may be chosen now. */
  function optionsOf(box) {
    if (!F.rules) { return []; }
    var found;
    if (box.dataset.combo === 'region') {
      var level = box.dataset.level || 'village';
      found = divisions().filter(function (one) { return one.level === level && one.code.slice(-TAILS[level].length || 12).indexOf(TAILS[level]) >= 0; })
        .map(function (one) { return [one.code, divisionLabel(one.code)]; });
    } else { found = window.YizhanRules.options(F.rules, F.known(), F.words.today, place(box)); }
    return found.map(function (one) { return [one[0], one[1], (one[1] + ' ' + one[0]).toLowerCase()]; });
  }
  function matching(text) {
    var words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return open.options.filter(function (one) {
      return words.every(function (word) { return one[2].indexOf(word) >= 0; });
    });
  }

  function close() {
    if (!open) { return; }
    open.box.setAttribute('aria-expanded', 'false');
    open.box.removeAttribute('aria-activedescendant');
    open.list.parentNode.removeChild(open.list);
    open = null;
  }
  function mark(at) {
    var items = F.all('[role=option]', open.list);
    open.at = items.length ? (at + items.length) % items.length : -1;
    items.forEach(function (one, index) { one.setAttribute('aria-selected', index === open.at ? 'true' : 'false'); });
    if (open.at < 0) { open.box.removeAttribute('aria-activedescendant'); return; }
    open.box.setAttribute('aria-activedescendant', items[open.at].id);
    items[open.at].scrollIntoView({ block: 'nearest' });
  }
  function draw(text) {
    var found = matching(text);
    open.list.textContent = '';
    found.slice(0, MOST).forEach(function (one, index) {
      var item = document.createElement('li');
      item.setAttribute('role', 'option');
      item.id = open.box.id + '-o' + index;
      item.dataset.value = one[0];
      item.textContent = one[1];
      var code = document.createElement('span');
      code.className = 'soft small';
      code.textContent = one[0] === one[1] ? '' : ' ' + one[0];
      item.appendChild(code);
      open.list.appendChild(item);
    });
    var words = F.words;
    F.announce(!found.length ? words.noneFound : found.length > MOST ? words.moreFound.replace('{n}', found.length) : '');
    if (found.length > MOST || !found.length) {
      var more = document.createElement('li');
      more.className = 'soft small';
      more.setAttribute('role', 'presentation');
      more.textContent = found.length ? words.moreFound.replace('{n}', found.length) : words.noneFound;
      open.list.appendChild(more);
    }
    mark(text ? 0 : Math.max(0, found.slice(0, MOST).map(function (one) { return one[0]; }).indexOf(open.box.dataset.value)));
  }
  function show(box, text) {
    if (!open || open.box !== box) {
      close();
      if (box.readOnly || !F.rules) { return; }
      var list = document.createElement('ul');
      list.id = box.id + '-list';
      list.className = 'options';
      list.setAttribute('role', 'listbox');
      list.setAttribute('aria-label', F.words.options);
      open = { box: box, list: list, options: optionsOf(box), at: -1 };
      box.parentNode.insertBefore(list, box.nextSibling);
      box.setAttribute('aria-controls', list.id);
      box.setAttribute('aria-expanded', 'true');
    }
    draw(text);
  }
  function pick(value) {
    var box = open.box;
    close();
    if (box.dataset.value !== value) {
      F.write(box, value);
      box.dispatchEvent(new Event('change', { bubbles: true }));
    } else { F.write(box, value); }
  }
  /* What was typed and not picked: a code, or a name that only one option has, is that option; anything else stays as it was typed. */
  function settle(box) {
    if (!F.rules || box.dataset.value || !box.value.trim()) { return; }
    var text = box.value.trim();
    var found = optionsOf(box).filter(function (one) { return one[0] === text || one[1] === text; });
    if (found.length === 1) { F.write(box, found[0][0]); }
  }

  F.all('[data-combo]').forEach(function (box) { box.removeAttribute('list'); });
  function combo(event) { return event.target.matches && event.target.matches('[data-combo]') ? event.target : null; }
  F.form.addEventListener('input', function (event) {
    var box = combo(event);
    if (box) { box.dataset.value = ''; show(box, box.value.trim()); }
  }, true);
  F.form.addEventListener('mousedown', function (event) {
    var box = combo(event), item = event.target.closest ? event.target.closest('[role=option]') : null;
    if (box && document.activeElement === box) { show(box, ''); }
    if (item && open && open.list.contains(item)) { event.preventDefault(); pick(item.dataset.value); }
  });
  F.form.addEventListener('keydown', function (event) {
    var box = combo(event);
    if (!box || event.isComposing || event.altKey) { return; }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) { show(box, ''); } else { open.moved = true; mark(open.at + (event.key === 'ArrowDown' ? 1 : -1)); }
    } else if (event.key === 'Escape' && open) { event.preventDefault(); close(); }
    else if ((event.key === 'Enter' || event.key === 'Tab') && open && open.box === box) {
      var items = F.all('[role=option]', open.list);
      if (open.at >= 0 && (box.value.trim() || open.moved)) { pick(items[open.at].dataset.value); } else { close(); }
    }
  }, true);
  F.form.addEventListener('focusout', function (event) {
    var box = combo(event);
    if (box) { close(); settle(box); }
  }, true);
  F.form.addEventListener('submit', function () {
    F.all('[data-combo]').forEach(function (box) { if (box.dataset.value) { box.value = box.dataset.value; } });
  });
})(window.YizhanFill);
