/* Scanning, part 1: the page, its words, what is remembered, and calls to the station. The parts share `YizhanScan`; each needs those before it. */
window.YizhanScan = (function () {
  'use strict';
  var root = document.getElementById('capture');
  if (!root || !window.fetch || !document.createElement('canvas').toBlob) { return null; }
  var heard = {};
  var S = {
    root: root,
    base: '/cases/' + root.dataset.number,
    url: '/api/v1/cases/' + root.dataset.number,
    csrf: root.dataset.csrf,
    finds: !!root.dataset.finds,  /* whether the station can find the edges of a sheet */
    mode: 'live',                 /* or `review`, while a shot is looked at */
    front: null,                  /* the front of a card that waits for its back: {shot, plan} */
    replacing: 0                  /* the page that the next one takes the place of */
  };
  document.documentElement.classList.add('js');

  S.el = function (id) { return document.getElementById(id); };
  S.all = function (selector, from) { return [].slice.call((from || document).querySelectorAll(selector)); };
  S.wanted = function () { return S.el('wanted').dataset; };
  S.word = function (name, facts) {
    var text = root.getAttribute('data-say-' + name) || '';
    return text.replace(/\{(\w+)\}/g, function (whole, key) { return facts && facts[key] !== undefined ? facts[key] : whole; });
  };
  S.tell = function (text, bad) {
    S.el('told').textContent = text || '';
    S.el('told').className = bad ? 'saved bad' : 'saved';
  };
  S.on = function (name, call) { (heard[name] = heard[name] || []).push(call); };
  S.fire = function (name, what) { (heard[name] || []).forEach(function (call) { call(what); }); };

  /* Choices are remembered in this browser; where it keeps nothing they hold for this page. */
  S.remember = function (name, value) {
    try { window.localStorage.setItem('yizhan.scan.' + name, value); } catch (error) { return; }
  };
  S.remembered = function (name) {
    try { return window.localStorage.getItem('yizhan.scan.' + name) || ''; } catch (error) { return ''; }
  };
  S.is = function (name) { return root.querySelector('[data-keep="' + name + '"]').checked; };
  S.all('[data-keep]', root).forEach(function (box) {
    var kept = S.remembered(box.dataset.keep);
    if (kept) { box.checked = kept === 'on'; }
    box.addEventListener('change', function () {
      S.remember(box.dataset.keep, box.checked ? 'on' : 'off');
      S.fire('switch', box.dataset.keep);
    });
  });

  /* A page of ours, read anew: after a login in another window its token is another one. */
  S.page = function (path) {
    return fetch(path, { credentials: 'same-origin' }).then(function (answer) { return answer.text(); }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, 'text/html'), there = fresh.getElementById('capture');
      if (!there) { throw new Error('login'); }
      S.csrf = there.dataset.csrf;
      return fresh;
    });
  };
  function asked(method, path, body, type) {
    var told = { method: method, credentials: 'same-origin', headers: { 'X-CSRF-Token': S.csrf } };
    if (body !== undefined && body !== null) {
      told.body = type ? body : JSON.stringify(body);
      told.headers['Content-Type'] = type || 'application/json';
    }
    return fetch(S.url + path, told);
  }
  function read(answer) {
    var kind = answer.headers.get('Content-Type') || '';
    if (answer.status === 204) { return { ok: true, status: 204, body: {} }; }
    if (answer.ok && kind.indexOf('image/') === 0) {
      return answer.blob().then(function (blob) { return { ok: true, status: answer.status, body: blob }; });
    }
    return answer.json().catch(function () { return { message: S.word('line') }; }).then(function (body) {
      return { ok: answer.ok, status: answer.status, body: answer.status === 401 ? { message: S.word('login') } : body };
    });
  }
  /* Answers {ok, status, body}; status 0 when the station was not reached. A body with a type goes as it is, else as JSON. */
  S.call = function (method, path, body, type, again) {
    return asked(method, path, body, type).then(read).then(function (answer) {
      if (again || answer.status !== 403 || answer.body.code !== 'csrf') { return answer; }
      return S.page(location.pathname).then(function () { return S.call(method, path, body, type, true); });
    }).catch(function () { return { ok: false, status: 0, body: { message: S.word('line') } }; });
  };
  return S;
})();
