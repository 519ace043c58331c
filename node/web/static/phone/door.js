/* The telephone's page. Written for old browsers and for addresses that they call insecure: nothing here needs more than XMLHttpRequest.
   A picture counts as sent only when the station has said that it is on its disk; until then it is kept here and can be sent again. */
(function () {
  'use strict';
  var root = document.getElementById('door'), list = document.getElementById('shots'), work = document.getElementById('work');
  var saysAt = document.getElementById('says'), doneButton = document.getElementById('done');
  var LONGEST_PX = 4096, THUMB_PX = 152, POLL_MS = 4000, SLOW_MS = 120000, TRIES = 3, NOTE = { ready: 'blue', opening: 'blue', finished: 'green' };
  var most = Number(root.getAttribute('data-most'));
  var base = '', shots = [], busy = false, ended = false, left = 0, leftAt = 0, sure = false;

  function words(name, facts) {
    var text = root.getAttribute('data-say-' + name) || name, key;
    for (key in facts || {}) { text = text.replace('{' + key + '}', facts[key]); }
    return text;
  }
  function say(text, tone) {
    if (saysAt.textContent === text) { return; }
    saysAt.textContent = text;
    saysAt.className = 'note ' + tone;
  }
  function tell(name, facts) { say(words(name, facts), NOTE[name] || 'red'); }

  /* A call, answered with the status (0: no answer) and what was said. */
  function call(method, path, body, then, onProgress) {
    var request = new XMLHttpRequest(), over = false;
    function end(status) {
      var told = {};
      if (over) { return; }
      over = true;
      try { told = JSON.parse(request.responseText) || {}; } catch (error) { told = {}; }
      then(status, told);
    }
    request.open(method, path, true);
    request.timeout = SLOW_MS;
    if (method !== 'GET') { request.setRequestHeader('X-Yizhan-Phone', '1'); }
    if (body !== null) { request.setRequestHeader('Content-Type', typeof body === 'string' ? 'application/json' : 'application/octet-stream'); }
    request.onload = function () { end(request.status); };
    request.onerror = request.ontimeout = request.onabort = function () { end(0); };
    if (onProgress && request.upload) { request.upload.onprogress = onProgress; }
    request.send(body);
  }

  function close(name, facts) {
    ended = true;
    document.getElementById('pick').disabled = document.getElementById('album').disabled = true;
    work.hidden = !shots.length;
    [].forEach.call(work.children, function (one) { if (one !== list) { one.hidden = true; } });
    shots.forEach(draw);
    tell(name, facts);
  }

  /* A name of its own for each shot: sent twice under it, it is there once. */
  function newName() {
    var name = '', bytes = new Uint8Array(16), index;
    if (window.crypto && window.crypto.getRandomValues) {
      window.crypto.getRandomValues(bytes);
    } else {
      for (index = 0; index < 16; index += 1) { bytes[index] = Math.floor(Math.random() * 256); }
    }
    for (index = 0; index < 16; index += 1) { name += ('0' + bytes[index].toString(16)).slice(-2); }
    return name;
  }

  function line(tag, name, text) {
    var made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  }
  function button(text, act) {
    var made = line('button', '', text);
    made.type = 'button';
    made.onclick = act;
    return made;
  }
  function draw(shot) {
    var box = document.createElement('div'), bar;
    if (shot.box) { shot.item.removeChild(shot.box); }
    shot.item.className = shot.state;
    box.appendChild(line('p', '', words('shot', { number: shot.number })));
    box.appendChild(line('p', 'state', words(shot.state, { percent: shot.percent, page: shot.page })));
    if (shot.state === 'sending') {
      bar = document.createElement('progress');
      bar.max = 100;
      bar.value = shot.percent;
      bar.setAttribute('aria-label', words('shot', { number: shot.number }));
      box.appendChild(bar);
    }
    (shot.messages || []).forEach(function (text) { box.appendChild(line('p', 'heed', text)); });
    if (shot.again && shot.state === 'arrived') { box.appendChild(line('p', 'heed', words('again'))); }
    if (shot.state === 'failed' && !ended) {
      if (shot.file) { box.appendChild(button(words('resend'), function () { shot.tries = 0; wait(shot); })); }
      box.appendChild(button(words('drop'), function () { drop(shot); }));
    }
    shot.item.appendChild(box);
    shot.box = box;
  }
  function drop(shot) {
    shots.splice(shots.indexOf(shot), 1);
    list.removeChild(shot.item);
    next();
  }
  function add(shot) {
    shot.item = document.createElement('li');
    shot.thumb = line('span', 'blank', '');
    shot.item.appendChild(shot.thumb);
    shots.push(shot);
    shot.number = shots.length > 1 ? shots[shots.length - 2].number + 1 : 1;
    list.insertBefore(shot.item, list.firstChild);
    draw(shot);
  }
  function known(name) { return shots.filter(function (one) { return one.name === name; })[0]; }
  function unsent() { return shots.filter(function (one) { return one.file || one.blob; }); }

  /* Whether a browser turns a photograph upright by itself when it draws it. Where it does not, the telephone's own file is sent: the
     station turns it, and a picture drawn anew would have forgotten which way is up. */
  function turns() { return !!(window.CSS && CSS.supports && CSS.supports('image-orientation', 'from-image')); }
  function shrink(file, then) {
    var address = window.URL && URL.createObjectURL ? URL.createObjectURL(file) : '', image = new Image();
    function end(blob, thumb) {
      if (address) { URL.revokeObjectURL(address); }
      then(blob || file, thumb);
    }
    if (!address) { end(null, null); return; }
    image.onerror = function () { end(null, null); };
    image.onload = function () {
      var wide = image.naturalWidth, high = image.naturalHeight, scale = Math.min(1, LONGEST_PX / Math.max(wide, high));
      var needs = scale < 1 || file.size > most || !/^image\/(jpeg|png|webp)$/.test(file.type);
      var thumb = drawn(image, Math.min(1, THUMB_PX / Math.max(wide, high))), whole;
      if (!needs || !turns() || !document.createElement('canvas').toBlob) { end(null, thumb); return; }
      whole = drawn(image, scale);
      if (!whole) { end(null, thumb); return; }
      whole.toBlob(function (blob) {
        // An old telephone without the memory for it gives an empty picture.
        end(blob && blob.size > 1000 && (blob.size < file.size || file.type !== 'image/jpeg') ? blob : null, thumb);
      }, 'image/jpeg', 0.9);
    };
    image.src = address;
  }
  function drawn(image, scale) {
    var canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    try { canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height); } catch (error) { return null; }
    return canvas;
  }

  function wait(shot) {
    shot.state = 'waits';
    shot.messages = [];
    draw(shot);
    next();
  }
  function next() {
    var shot = shots.filter(function (one) { return one.state === 'waits'; })[0];
    if (busy || ended || !shot) { return; }
    busy = true;
    if (shot.blob) { send(shot); return; }
    shot.state = 'shrinks';
    draw(shot);
    shrink(shot.file, function (blob, thumb) {
      shot.blob = blob;
      if (thumb) { shot.item.replaceChild(thumb, shot.thumb); shot.thumb = thumb; }
      send(shot);
    });
  }
  function failed(shot, text) {
    shot.state = 'failed';
    shot.messages = text ? [text] : [];
    draw(shot);
  }
  function send(shot) {
    if (shot.blob.size > most) {
      shot.file = shot.blob = null;
      failed(shot, words('large'));
      busy = false;
      next();
      return;
    }
    shot.state = 'sending';
    shot.percent = 0;
    draw(shot);
    call('POST', base + 'shots/' + shot.name, shot.blob, function (status, told) {
      busy = false;
      if (status === 200) { arrived(shot, told); next(); return; }
      if (told.code === 'phone_over') { failed(shot, ''); close('over'); return; }
      shot.tries += 1;
      // What the station has refused in words it would refuse again; what got no answer may yet be there, and is sent under the same name.
      if (told.message && status < 500) { shot.file = shot.blob = null; failed(shot, told.message); next(); return; }
      failed(shot, told.message || '');
      if (shot.tries < TRIES) { setTimeout(function () { if (shot.state === 'failed' && shot.blob) { wait(shot); } }, 2000 * shot.tries); }
      if (!told.code) { poll(); }
      next();
    }, function (event) {
      var percent = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      var state = percent >= 100 ? 'checking' : 'sending';
      if (shot.state === state && percent - shot.percent < 5) { return; }
      if (shot.state !== 'sending' && shot.state !== 'checking') { return; }
      shot.percent = percent;
      shot.state = state;
      draw(shot);
    });
  }
  function arrived(shot, told) {
    var before = shot.state + shot.page;
    shot.file = shot.blob = null;
    shot.state = told.state;
    shot.page = told.page;
    shot.messages = told.state === 'arrived' ? told.messages : [];
    shot.again = told.again;
    if (before !== shot.state + shot.page) { draw(shot); }
  }

  function took(event) {
    [].forEach.call(event.target.files || [], function (file) {
      add({ name: newName(), file: file, blob: null, state: 'waits', percent: 0, tries: 0 });
    });
    event.target.value = '';
    sure = false;
    document.getElementById('pick-words').textContent = words('more');
    next();
  }

  function showTime() {
    var now = left - (new Date().getTime() - leftAt) / 1000;
    document.getElementById('time').textContent = now < 60 ? words('soon') : words('left', { minutes: Math.ceil(now / 60) });
  }
  function learn(status, told) {
    if (ended) { return; }
    if (status === 200) {
      left = told.left_s;
      leftAt = new Date().getTime();
      document.getElementById('slot').textContent = told.slot;
      document.getElementById('slot').hidden = work.hidden = false;
      told.shots.forEach(function (one) {
        // After the page was loaded again: what it had sent before is shown, without its picture.
        if (!known(one.name)) { add({ name: one.name, state: one.state, page: one.page }); }
        if (!known(one.name).file && !known(one.name).blob) { arrived(known(one.name), one); }
      });
      if (!sure) { tell('ready'); }
      showTime();
    } else if (told.code === 'phone_over') {
      close('over');
    } else {
      tell('line');
    }
  }
  function poll() { call('GET', base + 'shots', null, learn); }
  function watch() {
    setTimeout(function () {
      if (ended) { return; }
      if (document.hidden || busy) { watch(); return; }
      call('GET', base + 'shots', null, function (status, told) { learn(status, told); watch(); });
    }, POLL_MS);
  }

  doneButton.onclick = function () {
    var count = unsent().length;
    if (count && !sure) {
      sure = true;
      say(words('unsent', { count: count }), 'orange');
      saysAt.scrollIntoView();
      return;
    }
    call('POST', base + 'done', null, function (status, told) {
      var there = shots.filter(function (one) { return one.state === 'arrived' || one.state === 'kept'; }).length;
      if (status === 200) { close('finished', { count: there }); window.scrollTo(0, 0); return; }
      if (told.code === 'phone_over') { close('over'); } else { tell('line'); }
    });
  };
  [].forEach.call(document.querySelectorAll('input[type=file]'), function (input) {
    var label = document.querySelector('label[for=' + input.id + ']');
    input.onchange = took;
    input.onfocus = function () { label.className += ' focus'; };
    input.onblur = function () { label.className = label.className.replace(' focus', ''); };
  });
  window.onbeforeunload = function () { return unsent().length && !ended ? words('failed') : undefined; };

  /* Begins with the token of the code that was scanned, or goes on after the page was loaded again. The token leaves the address at once. */
  function begin() {
    var token = location.hash.slice(1), path = location.pathname;
    if (token) {
      if (window.history && history.replaceState) { history.replaceState(null, '', path); } else { location.hash = ''; }
      call('POST', '/redeem', JSON.stringify({ token: token }), function (status, told) {
        if (status !== 200) { say(told.message || words('line'), 'red'); return; }
        base = '/p/' + told.pairing + '/';
        if (window.history && history.replaceState) { history.replaceState(null, '', base); }
        poll();
        watch();
      });
    } else if (/^\/p\/[0-9a-f]+\/$/.test(path)) {
      base = path;
      poll();
      watch();
    } else {
      tell('noscan');
    }
  }
  window.onhashchange = function () { if (location.hash.length > 1) { location.reload(); } };
  begin();
})();
