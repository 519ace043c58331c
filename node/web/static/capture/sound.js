/* Scanning, part 2: short sounds, so that one need not look at the screen: `shot`, `kept`, and `bad` for a picture that is no good. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var Context = window.AudioContext || window.webkitAudioContext;
  var TONES = { shot: [[1400, 0, 0.07]], kept: [[880, 0, 0.09], [1320, 0.1, 0.13]], bad: [[330, 0, 0.22]] };
  var room = null;

  S.beep = function (name) {
    S.root.setAttribute('data-sounded', S.is('sound') ? name : '');
    if (!Context || !S.is('sound')) { return; }
    try {
      room = room || new Context();
      if (room.state === 'suspended') { room.resume(); }
      TONES[name].forEach(function (tone) {
        var voice = room.createOscillator(), level = room.createGain(), from = room.currentTime + tone[1];
        voice.frequency.value = tone[0];
        level.gain.setValueAtTime(0.12, from);
        level.gain.exponentialRampToValueAtTime(0.001, from + tone[2]);
        voice.connect(level);
        level.connect(room.destination);
        voice.start(from);
        voice.stop(from + tone[2]);
      });
    } catch (error) { room = null; }
  };
})(window.YizhanScan);
