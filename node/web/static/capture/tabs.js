/* Scanning, part 8: two pages with one camera. The second says that the first has it, and takes it over when asked to. */
(function (S) {
  'use strict';
  if (!S) { return; }
  var WAIT_MS = 250;
  var me = String(Math.random()).slice(2), answered = false;
  var channel = window.BroadcastChannel ? new window.BroadcastChannel('yizhan-camera') : null;

  function send(word) { if (channel) { channel.postMessage({ word: word, from: me }); } }
  if (channel) {
    channel.onmessage = function (event) {
      var word = event.data.word;
      if (word === 'who' && S.camera.stream()) { send('mine'); }
      if (word === 'mine') { answered = true; }
      if (word === 'give' && S.camera.stream()) { S.camera.stop(); S.camera.is('taken'); }
    };
  }
  S.begin = function () {
    if (!channel) { S.camera.start(); return; }
    send('who');
    setTimeout(function () {
      if (answered) { S.camera.is('elsewhere'); } else { S.camera.start(); }
    }, WAIT_MS);
  };
  S.takeOver = function () {
    send('give');
    setTimeout(S.camera.start, WAIT_MS);
  };
})(window.YizhanScan);
