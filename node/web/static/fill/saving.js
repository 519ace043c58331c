/* Filling in, part 5: saving by itself, and a login that ran out. */
(function (F) {
  'use strict';
  if (!F) { return; }
  var form = F.form, words = F.words;
  var csrf = form.elements.csrf.value;
  var dirty = false, saving = null;
  var note = document.getElementById('saved');
  F.stopped = false;
  F.version = parseInt(form.elements.version.value, 10);

  F.tell = function (text, bad) { note.textContent = text; note.className = bad ? 'saved bad' : 'saved'; };
  F.setVersion = function (version) {
    F.version = version;
    [].forEach.call(document.querySelectorAll('input[name=version]'), function (one) { one.value = version; });
  };
  function clock() { return new Date().toTimeString().slice(0, 5); }

  function placeOf(problem) {
    var part = F.part(problem.field);
    if (!part || part.hidden) { return null; }
    if (part.dataset.kind !== 'table' || problem.row === null || problem.row === undefined) { return part; }
    var tr = F.all('tbody tr', part)[problem.row];
    return tr && (tr.querySelector('[data-column="' + problem.column + '"]') || tr.cells[0]);
  }
  function isShown(problem) {
    /* An option that its parent's change has ruled out is said at once, though nobody touched the field itself. */
    if (problem.code === 'choice') { return true; }
    return problem.field && F.touched[problem.field] && problem.code !== 'required' && problem.code !== 'underived';
  }
  function showProblems(problems) {
    F.all('.wrong[data-live]').forEach(function (line) { line.parentNode.removeChild(line); });
    problems.filter(isShown).forEach(function (problem) {
      var part = placeOf(problem);
      if (!part || part.querySelector('.wrong')) { return; }
      var line = document.createElement('p');
      line.className = 'wrong';
      line.setAttribute('data-live', '');
      line.textContent = problem.message;
      part.appendChild(line);
    });
  }

  /* Sends answers; resolves to true when they are kept. A small enough one goes on when the tab is closed under it. */
  F.send = function (answers) {
    var body_ = JSON.stringify({ version: F.version, answers: answers });
    return fetch(F.url + '/answers', {
      method: 'PATCH', credentials: 'same-origin', keepalive: body_.length < 30000,
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
      body: body_
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (answer.ok) {
          F.setVersion(body.version);
          F.tell(words.savedAt + ' ' + clock(), false);
          showProblems(body.problems);
          F.onSaved.forEach(function (call) { call(answers); });
          return true;
        }
        dirty = true;
        if (answer.status === 401) { askLogin(); return false; }
        if (answer.status === 409 && body.facts) { F.stale(body); return false; }
        F.tell(body.message, true);
        return false;
      });
    }).catch(function () { dirty = true; F.tell(words.notSaved, true); return false; });
  };
  F.save = function () {
    if (F.stopped || !dirty) { return saving || Promise.resolve(); }
    if (saving) {
      /* What was typed meanwhile goes out as soon as the way is free. */
      return saving.then(function (kept) { return kept ? F.save() : undefined; });
    }
    dirty = false;
    saving = F.send(F.answers()).then(function (kept) { saving = null; return kept; });
    return saving;
  };
  F.changed = function (part) {
    if (part) { F.touched[part.dataset.field] = true; }
    dirty = true;
    F.applyRules();
  };
  function heard(event) { F.changed(event.target.closest ? event.target.closest('[data-field]') : null); }
  form.addEventListener('input', heard);
  form.addEventListener('change', function (event) { heard(event); F.save(); });
  form.addEventListener('focusout', function () { F.save(); });
  setInterval(function () { F.save(); }, 5000);
  /* A tab that is closed, hidden or left: what was typed since goes out with it. */
  window.addEventListener('pagehide', function () { F.save(); });
  document.addEventListener('visibilitychange', function () { if (document.hidden) { F.save(); } });
  form.addEventListener('submit', function (event) {
    F.stopped = true;
    F.all('select:disabled,input:disabled').forEach(function (box) { box.disabled = false; });
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

  /* The login ran out, or somebody logged out in another tab: log in again in place, nothing typed is lost. */
  function askLogin() {
    var box = document.getElementById('relogin');
    if (!box.hidden) { return; }
    F.stopped = true;
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
        F.stopped = false; dirty = true;
        F.save();
      });
    });
  });
})(window.YizhanFill);
