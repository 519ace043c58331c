/* On every page: the status strip, printing, and keys. Everything here is a comfort; pages work without it. */
(function () {
  'use strict';
  var strip = document.getElementById('strip');

  function poll() {
    var wait = (document.hidden ? 30000 : 5000) * (0.9 + Math.random() * 0.2);
    setTimeout(function () {
      var now = document.getElementById('strip');
      if (now && window.htmx) { window.htmx.trigger(now, 'refresh'); }
      poll();
    }, wait);
  }
  if (strip) { poll(); }

  document.addEventListener('htmx:responseError', function (event) {
    var there = event.detail.xhr.getResponseHeader('X-Login');
    if (there && !document.getElementById('relogin') && !(window.YizhanScan && window.YizhanScan.underWay())) { location.href = there; }
  });

  document.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('[data-print],[data-confirm]') : null;
    if (!button) { return; }
    if (button.hasAttribute('data-print')) { window.print(); }
    // What is not filled in yet is said first, by the browser.
    if (button.form && !button.form.noValidate && !button.form.checkValidity()) { return; }
    if (button.hasAttribute('data-confirm') && !window.confirm(button.getAttribute('data-confirm'))) { event.preventDefault(); }
  });

  /* Enter goes to the next field; in the last one, and on buttons, it does what it always does. Where a form says `empty`, it goes to the
     next field that is still to be filled in, and after the last of them to the button; Tab goes to every field. */
  function isEmpty(box) {
    if (box.type === 'radio' || box.type === 'checkbox') { return !box.form.querySelector('[name="' + box.name + '"]:checked'); }
    return box.tagName === 'BUTTON' || !box.value.trim();
  }
  function onward(box) {
    var onlyEmpty = box.form.getAttribute('data-enter-next') === 'empty';
    var all = [].filter.call(box.form.elements, function (one) {
      return one.tagName !== 'FIELDSET' && !one.hasAttribute('data-row-act') && one.offsetParent !== null && !one.disabled && !one.readOnly &&
        one.type !== 'hidden' && !(one.type === 'radio' && one.name === box.name && one !== box);
    });
    var next = all.slice(all.indexOf(box) + 1).filter(function (one) { return !onlyEmpty || isEmpty(one); })[0];
    if (next && next.type === 'radio') {
      next = all.filter(function (one) { return one.type === 'radio' && one.name === next.name && one.checked; })[0] || next;
    }
    if (!next) { return false; }
    next.focus();
    return true;
  }
  document.addEventListener('keydown', function (event) {
    var box = event.target;
    if (event.key !== 'Enter' || event.isComposing || !box.form || !box.form.hasAttribute('data-enter-next')) { return; }
    if (box.tagName === 'TEXTAREA' || box.tagName === 'BUTTON' || box.type === 'submit') { return; }
    if (onward(box)) { event.preventDefault(); }
  });
  document.addEventListener('onward', function (event) { onward(event.target); });

  /* A summary of problems, or a message, takes the focus when the page opens. */
  var first = document.querySelector('[data-focus]');
  if (first) { first.focus(); }

  /* One submission at a time: a second click on a sealed act must not send it twice. */
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.hasAttribute('data-busy')) { event.preventDefault(); return; }
    if (form.hasAttribute('data-once')) { form.setAttribute('data-busy', ''); setTimeout(function () { form.removeAttribute('data-busy'); }, 8000); }
  });

  /* What an act needs is asked only when that act is chosen. */
  function chosen() {
    [].forEach.call(document.querySelectorAll('[data-for-events]'), function (part) {
      var picked = document.querySelector('input[name=event]:checked');
      var wanted = part.getAttribute('data-for-events').split(' ');
      part.hidden = !(picked && wanted.indexOf(picked.value) >= 0);
    });
  }
  document.addEventListener('change', function (event) { if (event.target.name === 'event') { chosen(); } });
  chosen();
})();
