/* Scans beside the fields: the panel is put away and taken out again, which is remembered; the page that is shown is marked. */
(function () {
  'use strict';
  var filling = document.getElementById('filling'), button = document.getElementById('beside-open');
  if (!filling || !button) { return; }

  function kept() {
    try { return window.localStorage.getItem('yizhan.beside'); } catch (error) { return ''; }
  }
  function show(isOpen) {
    filling.className = isOpen ? 'filling with' : 'filling';
    button.textContent = button.getAttribute(isOpen ? 'data-hide' : 'data-show-words');
    button.setAttribute('aria-expanded', isOpen ? 'true' : 'false');
  }
  button.hidden = window.innerWidth < 1180;
  if (kept() === 'off') { show(false); }
  button.addEventListener('click', function () {
    var isOpen = button.getAttribute('aria-expanded') !== 'true';
    show(isOpen);
    try { window.localStorage.setItem('yizhan.beside', isOpen ? 'on' : 'off'); } catch (error) { return; }
  });
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('.pagers [data-show]') : null;
    if (!link) { return; }
    [].forEach.call(document.querySelectorAll('.pagers [aria-current]'), function (one) { one.removeAttribute('aria-current'); });
    link.setAttribute('aria-current', 'true');
  });
})();
