/* Scanning, part 7: the camera. Whatever keeps it away is said in words, with what to do; it is tried again when something is plugged in. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var video = S.el('video'), tries = S.el('tries'), which = S.el('which'), choice = S.el('choice');
  var SIGNS = { blue: '●', green: '✓', orange: '!', red: '✕' };
  var REASONS = {
    NotAllowedError: 'denied', PermissionDeniedError: 'denied', SecurityError: 'denied', NotFoundError: 'none', DevicesNotFoundError: 'none',
    OverconstrainedError: 'none', NotReadableError: 'busy', TrackStartError: 'busy', AbortError: 'busy'
  };
  var stream = null, told = '';
  S.camera = { state: 'off', stream: function () { return stream; } };

  S.say = function (text, tone) {
    if (told === tone + text) { return; }
    told = tone + text;
    var place = S.el('says'), sign = document.createElement('b');
    sign.setAttribute('aria-hidden', 'true');
    sign.textContent = SIGNS[tone];
    place.className = 'note ' + tone;
    place.textContent = '';
    place.appendChild(sign);
    place.appendChild(document.createTextNode(text));
  };
  S.camera.is = function (state, tone) {
    S.camera.state = state;
    S.say(S.word(state === 'on' ? 'look' : state), state === 'on' ? 'blue' : tone || 'orange');
    var isAway = ['denied', 'none', 'busy', 'ended'].indexOf(state) >= 0, isElsewhere = state === 'elsewhere' || state === 'taken';
    tries.hidden = !isAway && !isElsewhere;
    tries.querySelector('[data-do=retry]').hidden = !isAway;
    tries.querySelector('[data-do=here]').hidden = !isElsewhere;
    S.root.querySelector('[data-do=shoot]').disabled = state !== 'on';
    S.root.classList.toggle('away', state !== 'on' && state !== 'wait');  // no large black picture where there is none
    if (state !== 'on') { S.el('outline').textContent = ''; }
    S.fire('camera', state);
  };
  S.camera.stop = function () {
    if (stream) { stream.getTracks().forEach(function (track) { track.onended = null; track.stop(); }); }
    stream = null;
    video.srcObject = null;
  };
  function offered() {
    return navigator.mediaDevices.enumerateDevices().then(function (devices) {
      var cameras = devices.filter(function (one) { return one.kind === 'videoinput'; });
      choice.hidden = cameras.length < 2;
      which.textContent = '';
      cameras.forEach(function (one, at) {
        var option = document.createElement('option');
        option.value = one.deviceId;
        option.textContent = one.label || S.word('camera') + ' ' + (at + 1);
        option.selected = !!stream && stream.getVideoTracks()[0].getSettings().deviceId === one.deviceId;
        which.appendChild(option);
      });
    });
  }
  function ended() {
    S.camera.stop();
    S.camera.is('ended');
  }
  function opened(given) {
    S.camera.stop();
    stream = given;
    stream.getVideoTracks()[0].onended = ended;
    video.srcObject = given;
    S.watch.reset();
    S.camera.is('on');
    offered();
  }
  function asked(device) {
    var wanted = { width: { ideal: 4096 }, height: { ideal: 3072 } };
    if (device) { wanted.deviceId = { exact: device }; } else { wanted.facingMode = 'environment'; }
    return navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  }
  S.camera.start = function () {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { S.camera.is('insecure'); return Promise.resolve(); }
    var device = S.remembered('camera');
    S.camera.is('wait', 'blue');
    return asked(device).catch(function (error) {
      /* The one that was chosen is not plugged in today: any other will do. */
      if (device && REASONS[error.name] === 'none') { return asked(''); }
      throw error;
    }).then(opened).catch(function (error) {
      S.camera.stop();
      S.camera.is(REASONS[error.name] || 'none');
    });
  };
  which.addEventListener('change', function () {
    S.remember('camera', which.value);
    S.camera.start();
  });
  if (navigator.mediaDevices && navigator.mediaDevices.addEventListener) {
    navigator.mediaDevices.addEventListener('devicechange', function () {
      if (['none', 'busy', 'ended'].indexOf(S.camera.state) >= 0) { S.camera.start(); } else if (stream) { offered(); }
    });
  }
  window.addEventListener('pagehide', S.camera.stop);
})(window.YizhanScan);
