/* The shelf: items are found as one types, by name, any words or pinyin initials. Without this the form asks the server. */
(function () {
  'use strict';
  var seek = document.getElementById('seek');
  if (!seek) { return; }
  var box = document.getElementById('q');
  var found = document.getElementById('found');
  var all = document.getElementById('all');
  var nothing = document.getElementById('nothing');
  var remote = seek.getAttribute('data-found');
  var timer = 0, asked = 0;

  /* Input methods put apostrophes between syllables that are still being typed. */
  function words() {
    return box.value.normalize('NFKC').toLowerCase().replace(/['’]/g, '').split(/\s+/).filter(Boolean);
  }

  function filter(wanted) {
    var count = 0;
    [].forEach.call(all.querySelectorAll('section, details'), function (group) {
      var left = 0;
      [].forEach.call(group.querySelectorAll('li[data-find]'), function (item) {
        var text = item.getAttribute('data-find');
        var fits = !(wanted.length && group.id === 'recent') && wanted.every(function (word) { return text.indexOf(word) >= 0; });
        item.hidden = !fits;
        if (fits) { left += 1; }
      });
      group.hidden = left === 0;
      var shown = group.querySelector('.count');
      if (shown) { shown.textContent = wanted.length ? left : shown.getAttribute('data-all'); }
      if (group.tagName === 'DETAILS' && wanted.length) { group.open = true; }
      count += left;
    });
    [].forEach.call(all.querySelectorAll('nav'), function (nav) { nav.hidden = wanted.length > 0; });
    found.textContent = '';
    return count;
  }

  /* While an input method is still composing, what fits nothing is no word yet: then everything stays in sight. */
  function narrow(composing) {
    if (filter(words())) { return; }
    if (composing) { filter([]); } else { found.appendChild(nothing.content.cloneNode(true)); }
  }

  function ask() {
    var query = box.value.replace(/['’]/g, '').trim(), mine = (asked += 1);
    if (!query) { found.textContent = ''; all.hidden = false; return; }
    fetch(remote + '?q=' + encodeURIComponent(query), { credentials: 'same-origin' }).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(answer.status);
    }).then(function (html) {
      if (mine !== asked) { return; }
      found.innerHTML = html;
      all.hidden = true;
    }).catch(function () { /* The form still asks. */ });
  }

  function look(event) {
    var composing = Boolean(event && event.isComposing);
    clearTimeout(timer);
    if (remote) { timer = setTimeout(ask, 150); } else if (all.querySelector('li[data-find]')) { narrow(composing); }
  }

  function links() {
    return [].filter.call(document.querySelectorAll('#found a.pick, #all a.pick'), function (link) { return link.offsetParent !== null; });
  }

  box.addEventListener('input', look);
  box.addEventListener('compositionend', function () { look(); });

  /* Arrows go through what is left; Enter in the box opens the first of it. */
  document.addEventListener('keydown', function (event) {
    var there = links(), at = there.indexOf(document.activeElement), is_box = document.activeElement === box;
    if (event.isComposing || (!is_box && at < 0)) { return; }
    if (event.key === 'ArrowDown' && there[at + 1]) { event.preventDefault(); there[at + 1].focus(); }
    if (event.key === 'ArrowUp' && at >= 0) { event.preventDefault(); (there[at - 1] || box).focus(); }
    if (event.key === 'Enter' && is_box && box.value.trim() && there.length && !remote) { event.preventDefault(); there[0].click(); }
    if (event.key === 'Escape' && is_box && box.value) { box.value = ''; look(); }
  });

  if (box.value && !remote && all.querySelector('li[data-find]')) { look(); }
})();
