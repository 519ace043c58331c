/* Several cases in one go: one call after the other, with what became of each. Without this the form does the same in one call. */
(function () {
  'use strict';
  var form = document.getElementById('batch');
  if (!form || !window.fetch) { return; }
  var at = document.getElementById('batch-at');

  function told(row, outcome, message) {
    var cell = row.querySelector('[data-told]');
    var badge = document.createElement('span');
    badge.className = 'badge ' + (outcome === 'done' ? 'green' : outcome === 'stopped' ? 'red' : 'orange');
    badge.textContent = form.getAttribute('data-' + outcome);
    cell.textContent = message ? ' ' + message : '';
    cell.insertBefore(badge, cell.firstChild);
    if (outcome === 'done' && form.hasAttribute('data-receipt')) {
      var link = document.createElement('a');
      link.href = '/cases/' + row.getAttribute('data-case') + '/papers/receipt';
      link.textContent = form.getAttribute('data-receipt');
      cell.appendChild(document.createTextNode(' '));
      cell.appendChild(link);
    }
  }

  function call(row, pin) {
    return fetch('/api/v1/batch', {
      method: 'POST', credentials: 'same-origin',
      headers: {'Content-Type': 'application/json', 'X-CSRF-Token': form.elements.csrf.value},
      body: JSON.stringify({event: form.getAttribute('data-event'), pin: pin || null,
        cases: [{case: row.getAttribute('data-case'), shown: row.getAttribute('data-shown')}]})
    }).then(function (answer) {
      return answer.json().then(function (body) {
        return answer.ok ? body.results[0] : {outcome: 'stopped', message: body.message};
      });
    });
  }

  form.addEventListener('submit', function (event) {
    var boxes = [].slice.call(form.querySelectorAll('input[name="case"]:checked'));
    if (!boxes.length) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    var pin = form.elements.pin ? form.elements.pin.value : '';
    var button = form.querySelector('button');
    var done = 0;
    if (button.disabled) { return; }
    button.disabled = true;
    if (form.elements.pin) { form.elements.pin.value = ''; }

    // What follows is asked anew, with what the station says then; this page has done what it could.
    function closed() {
      pin = '';
      button.hidden = true;
      if (form.elements.pin) { form.elements.pin.parentNode.hidden = true; }
      document.getElementById('batch-again').hidden = false;
    }
    function over(rest) {
      rest.forEach(function (box) { told(box.closest('tr'), 'left', ''); });
      closed();
      at.textContent = '办好 ' + done + ' 件，共 ' + boxes.length + ' 件。';
    }
    function next(place) {
      if (place === boxes.length) { over([]); return; }
      var row = boxes[place].closest('tr');
      at.textContent = '正在办第 ' + (place + 1) + ' 件，共 ' + boxes.length + ' 件……';
      call(row, pin).then(function (result) {
        told(row, result.outcome, result.message);
        if (result.outcome === 'done') { done += 1; boxes[place].checked = false; boxes[place].disabled = true; }
        if (result.outcome === 'stopped') { over(boxes.slice(place + 1)); return; }
        next(place + 1);
      }, function () {
        closed();
        at.textContent = form.getAttribute('data-broken');
      });
    }
    next(0);
  }, true);
})();
