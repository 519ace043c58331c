/* The page 在途 while one looks at it: parts that change are asked for anew and put in their places. Without this the page is as it was loaded. */
(function () {
  'use strict';
  var line = document.getElementById('road-line');
  if (!line || !window.fetch || !window.DOMParser) { return; }
  var list = line.getAttribute('data-list'), every = 1000 * line.getAttribute('data-every'), tag = '';

  function put(text) {
    var found = new DOMParser().parseFromString(text, 'text/html');
    [].forEach.call(found.querySelectorAll('[data-live][id]'), function (fresh) {
      var old = document.getElementById(fresh.id);
      if (old && old.outerHTML !== fresh.outerHTML) { old.parentNode.replaceChild(document.importNode(fresh, true), old); }
    });
    var now = found.getElementById('road-line'), changed = document.getElementById('road-changed');
    if (now && changed) { changed.hidden = now.getAttribute('data-list') === list; }
  }
  function ask() {
    var headers = tag ? { 'If-None-Match': tag } : {};
    return fetch('/road/live' + location.search, { headers: headers, credentials: 'same-origin' }).then(function (answer) {
      if (answer.status !== 200) { return null; }
      tag = answer.headers.get('ETag') || '';
      return answer.text().then(put);
    });
  }
  function later() {
    setTimeout(function () {
      if (document.hidden) { later(); return; }
      // A station that does not answer is asked again; the page keeps what it shows.
      ask().then(later, later);
    }, document.hidden ? 15000 : every);
  }
  later();
})();
