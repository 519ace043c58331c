/* The page while a scanner works: what changes is asked for anew and put in its place; a page is shown when it has come.
   Sources that the chosen scanner has not are hidden. Without this the page shows what was when it was loaded. */
(function () {
  'use strict';
  var root = document.getElementById('scanner'), list = document.getElementById('scan-shots'), form = document.getElementById('scan-form');
  var tag = '', last = {}, BUSY_MS = 1000, IDLE_MS = 6000;
  if (!root || !window.fetch || !window.DOMParser) { return; }

  function sources() {
    var device = form.querySelector('input[name=device]:checked');
    var can = device ? device.getAttribute('data-sources').split(' ') : [];
    [].forEach.call(form.querySelectorAll('input[name=source]'), function (one) {
      one.disabled = Boolean(device) && can.indexOf(one.value) < 0;
      one.parentNode.hidden = one.disabled;
    });
    var chosen = form.querySelector('input[name=source]:checked');
    if (chosen && chosen.disabled) {
      chosen = form.querySelector('input[name=source]:not([disabled])');
      if (chosen) { chosen.checked = true; }
    }
  }

  function putPart(fresh) {
    var old = document.getElementById(fresh.id), text = fresh.outerHTML;
    if (!old || last[fresh.id] === text || old.outerHTML === text) { last[fresh.id] = text; return; }
    last[fresh.id] = text;
    var focused = old.contains(document.activeElement) ? document.activeElement.id : '';
    var device = form.querySelector('input[name=device]:checked'), chosen = device && device.value;
    old.parentNode.replaceChild(document.importNode(fresh, true), old);
    [].forEach.call(form.querySelectorAll('input[name=device]'), function (one) {
      if (one.value === chosen && !one.disabled) { one.checked = true; }
    });
    if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
  }

  function put(text) {
    var found = new DOMParser().parseFromString(text, 'text/html');
    window.YizhanArriving(list, found);
    [].forEach.call(found.querySelectorAll('[data-live][id]'), putPart);
    sources();
  }
  function ask() {
    var headers = tag ? { 'If-None-Match': tag } : {};
    return fetch(root.getAttribute('data-live-from'), { headers: headers, credentials: 'same-origin' }).then(function (answer) {
      // Logged out, or the case has gone up: the page says so itself.
      if (answer.redirected || answer.status === 401 || answer.status === 403) { location.replace(location.pathname); }
      if (answer.status !== 200) { return null; }
      tag = answer.headers.get('ETag') || '';
      return answer.text().then(put);
    });
  }
  function later() {
    var isBusy = document.getElementById('scan-shape').getAttribute('data-busy');
    // A station that does not answer is asked again; the page keeps what it shows.
    setTimeout(function () {
      if (document.hidden && !isBusy) { later(); return; }
      ask().then(later, later);
    }, isBusy ? BUSY_MS : IDLE_MS);
  }
  form.addEventListener('change', sources);
  sources();
  later();
})();
