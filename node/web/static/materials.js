/* Materials: choose, drop or paste files; each goes up at once and its slot is drawn anew. */
(function () {
  'use strict';
  var page = document.getElementById('materials');
  if (!page || !window.fetch) { return; }
  var limit = 20 * 1024 * 1024;
  var words = page.dataset;
  var active = null;

  function tell(slot, text, bad) {
    var place = slot.querySelector('.saved');
    place.textContent = text;
    place.className = bad ? 'saved bad' : 'saved';
  }
  function redraw(slot) {
    return fetch(location.pathname, { credentials: 'same-origin' }).then(function (answer) { return answer.text(); }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, 'text/html');
      ['#' + slot.id, '#lacking'].forEach(function (name) {
        var now = document.querySelector(name), then = fresh.querySelector(name);
        if (now && then) { now.parentNode.replaceChild(document.importNode(then, true), now); }
      });
      return document.getElementById(slot.id);
    });
  }
  function send(slot, files, page) {
    var next = parseInt(page || slot.dataset.next, 10), queue = [].slice.call(files), warnings = [];
    if (slot.dataset.single || page) { queue = queue.slice(0, 1); }
    function one() {
      var file = queue.shift();
      if (!file) {
        return redraw(slot).then(function (fresh) { tell(fresh, warnings.join(' ') || words.done, warnings.length > 0); });
      }
      if (file.size > limit) { tell(slot, words.large, true); return Promise.resolve(); }
      tell(slot, words.busy + ' ' + file.name, false);
      return fetch(slot.dataset.url + '?page=' + next, {
        method: 'PUT', body: file, credentials: 'same-origin',
        headers: { 'X-CSRF-Token': words.csrf, 'Content-Type': 'application/octet-stream' }
      }).then(function (answer) {
        return answer.json().then(function (body) {
          if (!answer.ok) { tell(slot, body.message, true); return null; }
          (body.warnings || []).forEach(function (code) { if (!slot.dataset.single) { warnings.push(words['warn_' + code] || code); } });
          next += 1;
          return one();
        });
      }).catch(function () { tell(slot, words.failed, true); });
    }
    return one();
  }
  function slotOf(node) { return node && node.closest ? node.closest('.slot') : null; }

  page.addEventListener('change', function (event) {
    if (event.target.type === 'file' && event.target.files.length) { send(slotOf(event.target), event.target.files, event.target.dataset.page); }
  });
  page.addEventListener('submit', function (event) {
    var form = event.target, slot = slotOf(form);
    if (form.hasAttribute('data-upload')) { event.preventDefault(); return; }
    if (!form.hasAttribute('data-remove')) { return; }
    event.preventDefault();
    fetch(form.dataset.remove, { method: 'DELETE', credentials: 'same-origin', headers: { 'X-CSRF-Token': words.csrf } })
      .then(function () { return redraw(slot); }).then(function (fresh) { tell(fresh, words.gone, false); });
  });
  ['dragenter', 'dragover', 'dragleave', 'drop'].forEach(function (kind) {
    page.addEventListener(kind, function (event) {
      var slot = slotOf(event.target);
      if (!slot) { return; }
      event.preventDefault();
      if (kind === 'dragenter' || kind === 'dragover') { slot.classList.add('over'); } else { slot.classList.remove('over'); }
      if (kind === 'drop' && event.dataTransfer.files.length) { send(slot, event.dataTransfer.files); }
    });
  });
  page.addEventListener('focusin', function (event) { active = slotOf(event.target); });
  page.addEventListener('click', function (event) { active = slotOf(event.target) || active; });
  document.addEventListener('paste', function (event) {
    var files = event.clipboardData ? event.clipboardData.files : [];
    if (files.length && active) { event.preventDefault(); send(document.getElementById(active.id), files); }
  });
})();
