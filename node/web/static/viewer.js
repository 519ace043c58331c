/* Scans beside answers: pick a page, make it larger, turn it. */
(function () {
  'use strict';
  var stage = document.getElementById('stage');
  if (!stage) { return; }
  var picture = stage.querySelector('img');
  var caption = document.getElementById('stage-name');
  var zoom = 100, turn = 0;

  function draw() {
    picture.style.width = zoom + '%';
    picture.style.transform = 'rotate(' + turn + 'deg)';
    /* A page turned on its side is as high as it was wide: leave room so that none of it is cut off. */
    var flat = turn % 180 !== 0;
    var over = flat ? Math.max(0, (picture.offsetWidth - picture.offsetHeight) / 2) : 0;
    picture.style.margin = over + 'px 0';
  }
  function act(name) {
    if (name === 'in') { zoom = Math.min(400, zoom + 25); }
    if (name === 'out') { zoom = Math.max(25, zoom - 25); }
    if (name === 'fit') { zoom = 100; turn = 0; }
    if (name === 'left') { turn -= 90; }
    if (name === 'right') { turn += 90; }
    draw();
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('[data-show]') : null;
    if (link) {
      event.preventDefault();
      picture.src = link.getAttribute('data-show');
      picture.alt = caption.textContent = link.getAttribute('data-name');
      act('fit');
      stage.focus();
      return;
    }
    var button = event.target.closest ? event.target.closest('[data-view]') : null;
    if (button) { act(button.getAttribute('data-view')); }
  });
  stage.addEventListener('keydown', function (event) {
    var name = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', '[': 'left', ']': 'right' }[event.key];
    if (name) { event.preventDefault(); act(name); }
  });
  picture.addEventListener('load', draw);
})();
