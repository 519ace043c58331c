/* On the page 核验: a file may also be dropped. Without this the file picker does the same. */
(function () {
  'use strict';
  var place = document.querySelector('[data-drop]');
  var input = place && place.querySelector('input[type=file]');
  if (!input || typeof DataTransfer === 'undefined') { return; }
  place.querySelector('[data-drop-words]').hidden = false;

  function over(event) {
    event.preventDefault();
    place.classList.toggle('over', event.type === 'dragover');
  }
  place.addEventListener('dragover', over);
  place.addEventListener('dragleave', over);
  place.addEventListener('drop', function (event) {
    over(event);
    if (event.dataTransfer.files.length !== 1) { return; }
    input.files = event.dataTransfer.files;
    input.form.querySelector('button').focus();
  });
})();
