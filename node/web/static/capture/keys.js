/* Scanning, part 13: what buttons and keys do; then the camera is opened. Keys are left alone where something is typed or chosen. */
(function (S) {
  'use strict';
  if (!S) { return; }

  S.does.shoot = S.shoot;
  /* A browser that was told to refuse asks again only when the page is loaded anew; shots that are under way stay here first. */
  S.does.retry = function () {
    if (S.camera.state === 'denied' && !S.underWay()) { location.reload(); return; }
    S.camera.start();
  };
  S.does.here = S.takeOver;
  S.root.addEventListener('click', function (event) {
    var button = event.target.closest('[data-do]'), open = event.target.closest('[data-open]');
    if (button && !S.isSaving()) { S.does[button.getAttribute('data-do')](); }
    /* Enter keeps, as the button says: after a click of the mouse it must not press the button that was clicked again. */
    if (button && event.detail && S.mode === 'review' && button.closest('.tools')) { S.el('review').focus({ preventScroll: true }); }
    if (open) { S.reopen(open.getAttribute('data-open'), open.closest('li').dataset.digest); }
  });
  function isTyping(box) { return /^(INPUT|SELECT|TEXTAREA)$/.test(box.tagName) && ['radio', 'checkbox'].indexOf(box.type) < 0; }
  function isPressed(box) { return /^(BUTTON|A|SUMMARY)$/.test(box.tagName); }

  function inReview(event) {
    var box = event.target, key = event.key;
    if (key === 'Enter' && !isPressed(box) && (!isTyping(box) || box.id === 'note')) { event.preventDefault(); S.does.keep(); return; }
    if (isTyping(box)) { return; }
    if (key === 'Delete' || key === 'r' || key === 'R') { event.preventDefault(); S.does.again(); }
    if (key === '[') { S.does.left(); }
    if (key === ']') { S.does.right(); }
  }
  document.addEventListener('keydown', function (event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    if (S.mode === 'review') { if (!S.isSaving()) { inReview(event); } return; }
    if (event.key === ' ' && !isTyping(event.target) && !isPressed(event.target) && event.target.type !== 'checkbox') {
      event.preventDefault();
      S.shoot();
    }
  });
  S.begin();
  /* Who comes from the telephone's or the scanner's page wants to see what came. */
  S.refreshTray().then(function (waiting) { if (window.location.hash === '#tray' && S.mode === 'live') { S.review(waiting[0]); } });
})(window.YizhanScan);
