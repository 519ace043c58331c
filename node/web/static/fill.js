/* Filling in: rules while typing, saving by itself, rows of tables, a second tab, a login that ran out.
   The rules themselves are in /static/rules/; without them the server shows and hides when a page is saved. */
(function () {
  'use strict';
  var form = document.getElementById('fill');
  if (!form || !window.fetch) { return; }
  var words = form.dataset;
  var url = '/api/v1/cases/' + words.number;
  var csrf = form.elements.csrf.value;
  var version = parseInt(form.elements.version.value, 10);
  var others = {};          /* answers of the other pages */
  var rules = null;         /* the form package, once read */
  var dirty = false, saving = null, stopped = false, touched = {};
  var note = document.getElementById('saved');

  function all(selector, root) { return [].slice.call((root || form).querySelectorAll(selector)); }

  /* --- answers of this page ------------------------------------------------------------------ */
  function valueOf(name) {
    var boxes = all('[name="' + name + '"]');
    if (!boxes.length) { return null; }
    if (boxes[0].type === 'radio') {
      var picked = boxes.filter(function (box) { return box.checked; })[0];
      return picked ? picked.value : '';
    }
    return boxes[0].value.trim();
  }
  function rowsOf(table) {
    return all('tbody tr', table).map(function (tr) {
      var row = {};
      all('[data-column]', tr).forEach(function (cell) {
        var box = cell.querySelector('input,select,textarea');
        if (box && box.value.trim()) { row[cell.dataset.column] = box.value.trim(); }
      });
      return row;
    });
  }
  function answers() {
    var found = {};
    all('[data-field]').forEach(function (part) {
      var id = part.dataset.field, kind = part.dataset.kind;
      if (kind === 'table') { found[id] = rowsOf(part); return; }
      if (kind === 'multichoice') {
        found[id] = all('input:checked', part).map(function (box) { return box.value; });
        return;
      }
      var value = valueOf('f.' + id);
      if (value !== null) { found[id] = value; }
    });
    return found;
  }

  /* --- rules: what is asked, what is calculated ------------------------------------------------ */
  function put(box, value) { if (box && box.value !== value && box !== document.activeElement) { box.value = value; } }
  function text(value) { return value === null || value === undefined ? '' : String(value); }
  function showBoxes(boxes, value, calculated) {
    boxes.forEach(function (box) {
      if (box.type === 'radio') {
        if (calculated) { box.checked = box.value === text(value); }
        box.disabled = calculated;
        return;
      }
      if (box.type === 'checkbox' || box.type === 'hidden') { return; }
      if (calculated) { put(box, text(value)); }
      if (box.tagName === 'SELECT') { box.disabled = calculated; } else { box.readOnly = calculated; }
    });
  }
  function applyRules() {
    if (!rules) { return; }
    var known = {};
    [others, answers()].forEach(function (some) { Object.keys(some).forEach(function (id) { known[id] = some[id]; }); });
    var state = window.YizhanRules.formState(rules, known, words.today, []);
    all('[data-field]').forEach(function (part) {
      var id = part.dataset.field;
      if (!(id in state.relevant)) { return; }
      part.hidden = !state.relevant[id];
      if (part.dataset.kind !== 'table') {
        showBoxes(all('input,select,textarea', part), state.derived[id], state.calculated[id]);
        all('.auto', part).forEach(function (word) { word.hidden = !state.calculated[id]; });
        all('.must', part).forEach(function (word) { word.hidden = state.calculated[id]; });
        return;
      }
      all('tbody tr', part).forEach(function (tr, index) {
        var flags = (state.rows[id] || [])[index], row = (state.derived[id] || [])[index] || {};
        if (!flags) { return; }
        all('[data-column]', tr).forEach(function (cell) {
          var column = cell.dataset.column, boxes = all('input,select,textarea', cell);
          showBoxes(boxes, row[column], flags.calculated[column]);
          boxes.forEach(function (box) { box.hidden = !flags.relevant[column]; });
        });
      });
    });
  }

  /* --- saving by itself ---------------------------------------------------------------------- */
  function tell(words_, bad) { note.textContent = words_; note.className = bad ? 'saved bad' : 'saved'; }
  function clock() { return new Date().toTimeString().slice(0, 5); }
  function showProblems(problems) {
    all('.wrong[data-live]').forEach(function (line) { line.parentNode.removeChild(line); });
    problems.forEach(function (problem) {
      if (!problem.field || !touched[problem.field] || problem.code === 'required' || problem.code === 'underived') { return; }
      var part = form.querySelector('[data-field="' + problem.field + '"]');
      if (!part || part.hidden) { return; }
      if (part.dataset.kind === 'table' && problem.row !== null && problem.row !== undefined) {
        part = all('tbody tr', part)[problem.row];
        part = part && (part.querySelector('[data-column="' + problem.column + '"]') || part.cells[0]);
      }
      if (!part || part.querySelector('.wrong')) { return; }
      var line = document.createElement('p');
      line.className = 'wrong';
      line.setAttribute('data-live', '');
      line.textContent = problem.message;
      part.appendChild(line);
    });
  }
  function save(leaving) {
    if (saving || stopped || !dirty) { return saving || Promise.resolve(); }
    dirty = false;
    saving = fetch(url + '/answers', {
      method: 'PATCH', credentials: 'same-origin', keepalive: !!leaving,
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
      body: JSON.stringify({ version: version, answers: answers() })
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (answer.ok) {
          version = body.version;
          form.elements.version.value = version;
          tell(words.savedAt + ' ' + clock(), false);
          showProblems(body.problems);
          return;
        }
        dirty = true;
        if (answer.status === 401) { askLogin(); return; }
        if (answer.status === 409 && body.facts) { stale(body); return; }
        tell(body.message, true);
      });
    }).catch(function () { dirty = true; tell(words.notSaved, true); }).then(function () { saving = null; });
    return saving;
  }
  function changed(event) {
    var part = event.target.closest ? event.target.closest('[data-field]') : null;
    if (part) { touched[part.dataset.field] = true; }
    dirty = true;
    applyRules();
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', function (event) { changed(event); save(); });
  form.addEventListener('focusout', function () { save(); });
  setInterval(function () { save(); }, 5000);
  window.addEventListener('beforeunload', function () { if (dirty) { save(true); } });
  form.addEventListener('submit', function (event) {
    stopped = true;
    all('select:disabled,input:disabled').forEach(function (box) { box.disabled = false; });
    if (saving) {
      event.preventDefault();
      var button = event.submitter;
      saving.then(function () {
        if (button && button.name) {
          var hidden = document.createElement('input');
          hidden.type = 'hidden'; hidden.name = button.name; hidden.value = button.value;
          form.appendChild(hidden);
        }
        form.submit();
      });
    }
  });

  /* --- another tab was first ------------------------------------------------------------------ */
  function plain(value) {
    if (Array.isArray(value)) {
      return value.map(function (one) {
        return typeof one === 'object' && one ? Object.keys(one).map(function (key) { return one[key]; }).join('，') : one;
      }).join('；');
    }
    return text(value);
  }
  function stale(body) {
    stopped = true;
    var panel = document.getElementById('stale'), list = panel.querySelector('tbody'), mine = answers();
    var saved = body.facts.answers || {};
    list.textContent = '';
    Object.keys(mine).forEach(function (id) {
      if (plain(saved[id]) === plain(mine[id])) { return; }
      var part = form.querySelector('[data-field="' + id + '"]'), row = list.insertRow();
      [part.dataset.label, plain(saved[id]), plain(mine[id])].forEach(function (value) { row.insertCell().textContent = value || '—'; });
    });
    panel.hidden = false;
    panel.focus();
    tell(body.message, true);
    document.getElementById('keep-mine').onclick = function () {
      version = body.facts.version;
      form.elements.version.value = version;
      panel.hidden = true; stopped = false; dirty = true;
      save();
    };
  }

  /* --- the login ran out: log in again in place, nothing typed is lost ------------------------- */
  function askLogin() {
    var box = document.getElementById('relogin');
    if (!box.hidden) { return; }
    stopped = true;
    box.hidden = false;
    box.querySelector('input[name=name]').focus();
  }
  document.getElementById('relogin-form').addEventListener('submit', function (event) {
    event.preventDefault();
    var asked = event.target;
    fetch('/api/v1/login', {
      method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: asked.elements.name.value, password: asked.elements.password.value })
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (!answer.ok) { asked.querySelector('.wrong').textContent = body.message; return; }
        csrf = body.csrf;
        [].forEach.call(document.querySelectorAll('input[name=csrf]'), function (one) { one.value = csrf; });
        asked.elements.password.value = '';
        document.getElementById('relogin').hidden = true;
        stopped = false; dirty = true;
        save();
      });
    });
  });

  /* --- rows of tables ------------------------------------------------------------------------- */
  function renumber(table) {
    all('tbody tr', table).forEach(function (tr, index) {
      tr.querySelector('th').textContent = index + 1;
      all('[name]', tr).forEach(function (box) {
        box.name = box.name.replace(/^(f\.[^ ]+\.)(?:\d+|__row__)(\.[^.]+)$/, '$1' + index + '$2');
        box.id = box.name.replace(/\./g, '-');
      });
    });
  }
  form.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('[data-add-row],[data-drop-row]') : null;
    if (!button) { return; }
    event.preventDefault();
    var table = button.closest('[data-field]');
    if (button.hasAttribute('data-add-row')) {
      var body = table.querySelector('tbody');
      body.appendChild(document.importNode(table.querySelector('template').content, true));
      renumber(table);
      var last = body.rows[body.rows.length - 1].querySelector('input,select');
      if (last) { last.focus(); }
    } else {
      var tr = button.closest('tr');
      tr.parentNode.removeChild(tr);
      renumber(table);
      table.querySelector('[data-add-row]').focus();
    }
    touched[table.dataset.field] = true;
    dirty = true;
    applyRules();
    save();
  });

  /* --- start ---------------------------------------------------------------------------------- */
  if (!document.querySelector('[data-focus]') && !location.hash) {
    var first = [].filter.call(form.elements, function (box) {
      return box.offsetParent !== null && !box.disabled && !box.readOnly && box.type !== 'hidden' && /^(INPUT|SELECT|TEXTAREA)$/.test(box.tagName);
    })[0];
    if (first) { first.focus({ preventScroll: true }); }
  }
  if (window.YizhanRules && window.YizhanRules.formState) {
    Promise.all([words.package, url].map(function (there) {
      return fetch(there, { credentials: 'same-origin' }).then(function (answer) { return answer.json(); });
    })).then(function (both) {
      rules = window.YizhanRules.prepare(both[0]);
      others = both[1].answers;
      applyRules();
    }).catch(function () { rules = null; });  /* the server then shows and hides when a page is saved */
  }
})();
