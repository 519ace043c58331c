/* The agent's page while a telephone takes pictures: what changes is asked for anew and put in its place; a shot is shown when it has arrived. */
(function () {
  'use strict';
  var root = document.getElementById('phone'), list = document.getElementById('phone-shots'), tag = '', EVERY_MS = 2000;
  if (!root || !window.fetch || !window.DOMParser) { return; }

  function shape(page) { return page.getElementById('phone-shape').getAttribute('data-shape'); }

  function put(text) {
    var found = new DOMParser().parseFromString(text, 'text/html');
    // Other buttons, and another code: the page as a whole says it best.
    if (shape(found) !== shape(document)) { location.replace(location.pathname); return; }
    window.YizhanArriving(list, found);
    [].forEach.call(found.querySelectorAll('[data-live][id]'), function (fresh) {
      var old = document.getElementById(fresh.id);
      if (old && old.outerHTML !== fresh.outerHTML) { old.parentNode.replaceChild(document.importNode(fresh, true), old); }
    });
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
    // A station that does not answer is asked again; the page keeps what it shows.
    setTimeout(function () { ask().then(later, later); }, EVERY_MS);
  }
  later();
})();
