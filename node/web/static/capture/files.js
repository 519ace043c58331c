/* Scanning, part 12: files that are chosen, dropped or pasted. Pictures become shots with corners; a PDF is added to the slot as it is. */
(function (S) {
  'use strict';
  if (!S) { return; }

  function isPdf(file) { return file.type === 'application/pdf' || /\.pdf$/i.test(file.name); }
  function added(file, page) {
    return S.call('PUT', '/materials/' + S.wanted().material + '?page=' + page, file, 'application/octet-stream').then(function (answer) {
      if (!answer.ok) { S.tell(answer.body.message, true); return page; }
      S.tell(S.word('kept', { slot: S.wanted().name, page: page }));
      return page + 1;
    });
  }
  S.take = function (files) {
    var all = [].slice.call(files), pdfs = all.filter(isPdf), wanted = S.wanted();
    if (wanted.single) { all = all.slice(0, 1); }
    all.filter(function (file) { return !isPdf(file); }).forEach(function (file) { S.send(file, 'file', file.name); });
    if (!pdfs.length) { return; }
    pdfs.reduce(function (before, file) {
      return before.then(function (page) { return added(file, page); });
    }, Promise.resolve(parseInt(wanted.next, 10))).then(function () { return S.redraw(); });
  };
  S.root.addEventListener('change', function (event) {
    if (event.target.type !== 'file' || !event.target.files.length) { return; }
    S.take(event.target.files);
    event.target.value = '';
  });
  S.root.addEventListener('submit', function (event) {
    if (event.target.hasAttribute('data-upload')) { event.preventDefault(); }
  });
  ['dragenter', 'dragover', 'dragleave', 'drop'].forEach(function (kind) {
    S.root.addEventListener(kind, function (event) {
      if (S.isOrdering()) { return; }
      event.preventDefault();
      S.root.classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
      if (kind === 'drop' && event.dataTransfer.files.length) { S.take(event.dataTransfer.files); }
    });
  });
  document.addEventListener('paste', function (event) {
    var files = event.clipboardData ? event.clipboardData.files : [];
    if (files.length) { event.preventDefault(); S.take(files); }
  });
})(window.YizhanScan);
