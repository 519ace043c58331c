/* Filling in, part 4: personal numbers are covered when the field is left. The cover lies over the input; what is in it never changes,
   so nothing masked can be saved. Pressing or clicking the button shows it. */
(function (F) {
  'use strict';
  if (!F) { return; }

  function middle(start, end) {
    return function (text) {
      var hidden = text.length - start - end;
      return hidden <= 0 ? text.replace(/./g, '*') : text.slice(0, start) + '*'.repeat(hidden) + text.slice(text.length - end);
    };
  }
  var masks = {
    id: middle(6, 4),
    phone: middle(3, 4),
    bank: function (text) { return text.length > 8 ? text.slice(0, 4) + ' **** **** ' + text.slice(-4) : text.replace(/./g, '*'); },
    name: function (text) { return text.slice(0, 1) + text.slice(1).replace(/./g, '*'); }
  };
  F.masked = function (mask, text) { return text ? (masks[mask] || function () { return '****'; })(text) : ''; };

  function veil(box) {
    var holder = box.parentNode;
    if (!holder.classList.contains('veil')) {
      holder = document.createElement('span');
      holder.className = 'veil';
      box.parentNode.insertBefore(holder, box);
      holder.appendChild(box);
      var cover = document.createElement('span');
      cover.className = 'cover num';
      cover.setAttribute('aria-hidden', 'true');
      holder.appendChild(cover);
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'slim peek';
      button.setAttribute('data-row-act', '');
      button.setAttribute('aria-pressed', 'false');
      button.textContent = F.words.peek;
      holder.appendChild(button);
    }
    holder.querySelector('.cover').textContent = F.masked(box.dataset.mask, box.value.trim());
    holder.classList.toggle('covered', Boolean(box.value.trim()));
  }
  F.veilAll = function () {
    F.all('input[data-mask]').forEach(function (box) { if (box !== document.activeElement) { veil(box); } });
  };
  F.form.addEventListener('focusout', function (event) {
    if (event.target.matches && event.target.matches('input[data-mask]')) { veil(event.target); }
  });
  F.form.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('.peek') : null;
    if (!button) { return; }
    var shown = button.parentNode.classList.toggle('peeked');
    button.setAttribute('aria-pressed', shown ? 'true' : 'false');
    button.textContent = shown ? F.words.cover : F.words.peek;
  });
})(window.YizhanFill);
