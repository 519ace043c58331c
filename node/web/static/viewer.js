/* Scans beside answers: pick a page, turn over the sheets of a PDF, make it larger, turn it. */
(function () {
  'use strict';
  var stage = document.getElementById('stage');
  if (!stage) { return; }
  var picture = stage.querySelector('img');
  var caption = document.getElementById('stage-name');
  var CLOSE = 220;
  var zoom = 100, turn = 0;
  var turner = document.getElementById('sheets'), erase = document.getElementById('erase');
  var sheet = 1, sheets = 1;

  function showSheet() {
    turner.hidden = sheets < 2;
    document.getElementById('sheet-at').textContent = sheet + ' / ' + sheets;
    turner.querySelector('[data-sheet=back]').disabled = sheet < 2;
    turner.querySelector('[data-sheet=next]').disabled = sheet >= sheets;
  }
  function countSheets(url) {
    sheet = sheets = 1;
    turner.dataset.sheets = url;
    showSheet();
    if (!url || !window.fetch) { return; }
    fetch(url, { credentials: 'same-origin' }).then(function (answer) { return answer.json(); }).then(function (body) {
      if (turner.dataset.sheets === url && body.sheets) { sheets = body.sheets; showSheet(); }
    }).catch(function () { sheets = 1; });
  }
  function turnOver(by) {
    sheet = Math.min(sheets, Math.max(1, sheet + by));
    picture.src = picture.src.replace(/\/\d+$/, '/' + sheet);
    showSheet();
    act('fit');
  }

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
      countSheets(link.getAttribute('data-sheets') || '');
      if (erase && link.getAttribute('data-erase')) { erase.href = link.getAttribute('data-erase'); }
      stage.focus();
      return;
    }
    var button = event.target.closest ? event.target.closest('[data-view]') : null;
    if (button) { act(button.getAttribute('data-view')); }
    var over = event.target.closest ? event.target.closest('[data-sheet]') : null;
    if (over) { turnOver(over.getAttribute('data-sheet') === 'next' ? 1 : -1); }
  });
  stage.addEventListener('keydown', function (event) {
    var name = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', '[': 'left', ']': 'right' }[event.key];
    if (name) { event.preventDefault(); act(name); }
  });
  /* A click makes the place that was clicked readable, and another shows the whole page again. */
  picture.addEventListener('click', function (event) {
    var box = picture.getBoundingClientRect(), x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    zoom = zoom > 100 ? 100 : CLOSE;
    draw();
    stage.className = zoom > 100 ? 'stage large' : 'stage';
    stage.scrollLeft = x * picture.offsetWidth - stage.clientWidth / 2;
    stage.scrollTop = y * picture.offsetHeight - stage.clientHeight / 2;
  });
  picture.addEventListener('load', draw);
  countSheets(turner.dataset.sheets);
})();
