/* The camera page: shows what the camera sees and posts a frame now and then; the station reads the codes and says what became of them. */
(function () {
  'use strict';
  var root = document.getElementById('camera');
  var view = document.getElementById('camera-view');
  var says = document.getElementById('camera-says');
  var list = document.getElementById('camera-found');
  var choice = document.getElementById('camera-choice');
  var which = document.getElementById('camera-which');
  var canvas = document.createElement('canvas');
  var BETWEEN_MS = 350;
  var MOST_SIDE = 3264;
  var stream = null;
  var told = {};
  var timer = null;

  function say(name, tone) {
    says.textContent = root.getAttribute('data-' + name) || name;
    says.className = 'note ' + tone;
  }

  function stop() {
    if (timer) { clearTimeout(timer); timer = null; }
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); stream = null; }
  }

  function line(one) {
    var item = document.createElement('li');
    var text = document.createElement('p');
    item.className = 'note ' + one.tone;
    text.textContent = one.message;
    item.appendChild(text);
    if (one.parcel) { item.appendChild(link('/paper/parcels/' + one.parcel, root.getAttribute('data-see'))); }
    one.cases.forEach(function (number) { item.appendChild(link('/cases/' + number, root.getAttribute('data-open') + ' ' + number)); });
    list.insertBefore(item, list.firstChild);
  }

  function link(href, words) {
    var a = document.createElement('a');
    a.href = href;
    a.textContent = words;
    return a;
  }

  function heard(answer) {
    if (answer.message) { say(answer.message, 'orange'); } else { say('looking', 'blue'); }
    answer.found.forEach(function (one) {
      // The same code is seen in many frames; it is told once.
      var key = one.state + one.message + one.parcel;
      if (told[key]) { return; }
      // What was just taken in is in the next frame known already.
      if (one.state === 'known' && told['parcel ' + one.parcel]) { return; }
      told[key] = true;
      if (one.parcel) { told['parcel ' + one.parcel] = true; }
      line(one);
    });
  }

  function post(blob) {
    return fetch('/paper/frame.json', {
      method: 'POST', credentials: 'same-origin', headers: { 'X-CSRF-Token': root.getAttribute('data-csrf'), 'Content-Type': 'image/jpeg' }, body: blob
    }).then(function (answer) {
      if (answer.status === 401) { location.href = '/login?next=/paper/camera'; return { found: [], message: '' }; }
      return answer.json();
    }).then(function (body) {
      heard(body.found ? body : { found: [], message: body.message });
    }).catch(function () { say('line', 'red'); });
  }

  function look() {
    if (!stream) { return; }
    if (document.hidden || !view.videoWidth) { timer = setTimeout(look, BETWEEN_MS); return; }
    var shrink = Math.min(1, MOST_SIDE / Math.max(view.videoWidth, view.videoHeight));
    canvas.width = Math.round(view.videoWidth * shrink);
    canvas.height = Math.round(view.videoHeight * shrink);
    canvas.getContext('2d').drawImage(view, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(function (blob) {
      // One frame at a time: the next is taken when the station has answered.
      post(blob).then(function () { timer = setTimeout(look, BETWEEN_MS); });
    }, 'image/jpeg', 0.9);
  }

  function offer() {
    navigator.mediaDevices.enumerateDevices().then(function (devices) {
      var cameras = devices.filter(function (one) { return one.kind === 'videoinput'; });
      choice.hidden = cameras.length < 2;
      which.textContent = '';
      cameras.forEach(function (one, at) {
        var option = document.createElement('option');
        option.value = one.deviceId;
        option.textContent = one.label || root.getAttribute('data-camera') + ' ' + (at + 1);
        option.selected = stream && stream.getVideoTracks()[0].getSettings().deviceId === one.deviceId;
        which.appendChild(option);
      });
    });
  }

  function start(device) {
    stop();
    var wanted = { width: { ideal: 4096 }, height: { ideal: 3072 }, facingMode: 'environment' };
    if (device) { wanted.deviceId = { exact: device }; }
    navigator.mediaDevices.getUserMedia({ video: wanted, audio: false }).then(function (given) {
      stream = given;
      view.srcObject = given;
      say('looking', 'blue');
      offer();
      look();
    }).catch(function (error) {
      say(error.name === 'NotFoundError' || error.name === 'OverconstrainedError' ? 'none' : 'denied', 'orange');
    });
  }

  which.addEventListener('change', function () { start(which.value); });
  window.addEventListener('pagehide', stop);
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { say('insecure', 'orange'); return; }
  start('');
})();
