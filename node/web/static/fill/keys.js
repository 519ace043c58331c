/* Filling in, part 9: fewer keys. A digit picks an option and goes on, a button copies the answer above, samples are shown on demand, and the page
   begins where something is still to be filled in. */
(function (F) {
  'use strict';
  if (!F) { return; }

  F.form.addEventListener('keydown', function (event) {
    var box = event.target;
    if ((box.type !== 'radio' && box.type !== 'checkbox') || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) { return; }
    var wanted = F.all('[name="' + box.name + '"]')[event.key - 1];
    if (!wanted || wanted.disabled) { return; }
    event.preventDefault();
    wanted.focus();
    if (wanted.type === 'checkbox' || !wanted.checked) { wanted.click(); }
    if (wanted.type === 'radio') { wanted.dispatchEvent(new CustomEvent('onward', { bubbles: true })); }
  });

  F.form.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('[data-same]') : null;
    if (!button) { return; }
    var part = button.closest('[data-field]'), box = part.querySelector('input');
    F.write(box, F.text(F.known()[button.dataset.same]));
    F.changed(part);
    F.save();
    box.focus();
    box.dispatchEvent(new CustomEvent('onward', { bubbles: true }));
  });

  var samples = document.querySelector('[data-samples]');
  if (samples) {
    samples.addEventListener('click', function (event) {
      event.preventDefault();
      var shown = samples.getAttribute('aria-expanded') !== 'true';
      samples.setAttribute('aria-expanded', shown ? 'true' : 'false');
      F.all('.sample').forEach(function (one) { one.hidden = !shown; });
    });
  }

  function isOpen(box) {
    return box.offsetParent !== null && !box.disabled && !box.readOnly && box.type !== 'hidden' && /^(INPUT|SELECT|TEXTAREA)$/.test(box.tagName);
  }
  function isEmpty(box) {
    if (box.type !== 'radio' && box.type !== 'checkbox') { return !box.value.trim(); }
    return !F.all('[name="' + box.name + '"]:checked').length;
  }
  if (!document.querySelector('[data-focus]') && !location.hash) {
    var boxes = [].filter.call(F.form.elements, isOpen);
    var first = boxes.filter(isEmpty)[0] || boxes[0];
    if (first) { first.focus({ preventScroll: first === boxes[0] }); }
  }
  if (F.veilAll) { F.veilAll(); }
  F.readRules();
})(window.YizhanFill);
