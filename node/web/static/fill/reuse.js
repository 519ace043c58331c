/* Filling in, part 8: what reviewed cases of the same person can answer is offered once the number is saved; nothing is filled by itself. */
(function (F) {
  'use strict';
  if (!F) { return; }
  var place = document.getElementById('reuse');
  var asked = '';

  /* The numbers among the answers that the server has: what is typed and not saved yet says nothing to it. */
  function numbers(answers) {
    return F.all('[data-key="person.id_no"]').map(function (part) { return answers[part.dataset.field] || ''; }).join(' ');
  }
  function look(answers) {
    var now = numbers(answers);
    if (now === asked) { return; }
    asked = now;
    fetch(F.words.offers, { credentials: 'same-origin' }).then(function (answer) { return answer.ok ? answer.text() : ''; }).then(function (html) {
      place.innerHTML = html;
      if (place.querySelector('form')) { F.announce(place.querySelector('h2').textContent); }
    });
  }
  asked = numbers(F.answers());
  F.onSaved.push(look);
  /* The newest answers are saved before any is taken over: those that were typed meanwhile are not to look stale. */
  place.addEventListener('submit', function (event) {
    var form = event.target, button = event.submitter;
    event.preventDefault();
    F.save().then(function () {
      F.stopped = true;
      form.elements.version.value = F.version;
      if (button && button.name) {
        var hidden = document.createElement('input');
        hidden.type = 'hidden'; hidden.name = button.name; hidden.value = button.value;
        form.appendChild(hidden);
      }
      form.submit();
    });
  });
})(window.YizhanFill);
