/* Filling in: a card is read while the page waits; what was typed meanwhile is saved before anything of the card is taken over. */
(function (F) {
  'use strict';
  if (!F) { return; }
  F.form.addEventListener('submit', function (event) {
    var words = event.submitter && event.submitter.dataset.readCard;
    if (words) { F.tell(words, false); F.announce(words); }
  });
  var panel = document.getElementById('card');
  if (!panel) { return; }
  panel.addEventListener('submit', function (event) {
    var form = event.target;
    event.preventDefault();
    F.save().then(function () {
      F.stopped = true;
      if (form.elements.version) { form.elements.version.value = F.version; }
      form.submit();
    });
  });
})(window.YizhanFill);
