/* The preview of an item: its rules work as in a village, and nothing is saved. Stands in the place of the parts that save. */
(function (F) {
  'use strict';
  if (!F) { return; }
  F.save = function () { return Promise.resolve(); };
  F.changed = function (part) {
    if (part) { F.touched[part.dataset.field] = true; }
    F.applyRules();
  };
  function heard(event) { F.changed(event.target.closest ? event.target.closest('[data-field]') : null); }
  F.form.addEventListener('input', heard);
  F.form.addEventListener('change', heard);
  F.form.addEventListener('submit', function () {
    F.all('select:disabled,input:disabled').forEach(function (box) { box.disabled = false; });
  });
  if (F.veilAll) { F.veilAll(); }
  fetch(F.words.package, { credentials: 'same-origin' }).then(function (answer) { return answer.json(); }).then(function (form) {
    F.rules = window.YizhanRules.prepare(form);
    F.form.setAttribute('data-ready', '');
    F.applyRules();
  }).catch(function () { F.rules = null; });
})(window.YizhanFill);
