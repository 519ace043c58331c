/* Filling in, part 6: another tab or person saved first. Both sides are shown, and each field is chosen on its own. */
(function (F) {
  'use strict';
  if (!F) { return; }
  var panel = document.getElementById('stale');
  /* The server drew the comparison: nothing is saved by itself until both sides were weighed. */
  if (panel.hasAttribute('data-focus')) { F.stopped = true; }

  function side(id, name, text, checked, label) {
    var cell = document.createElement('td'), whole = document.createElement('label'), pick = document.createElement('input');
    pick.type = 'radio'; pick.name = 'pick.' + id; pick.value = name; pick.checked = checked;
    pick.setAttribute('aria-label', label + '：' + F.words[name]);
    whole.appendChild(pick);
    whole.appendChild(document.createTextNode(text || '—'));
    cell.appendChild(whole);
    return cell;
  }
  /* Draws both sides anew, as this page stands now; what was picked already stays picked. */
  function draw(list, saved) {
    var mine = F.answers(), picked = {};
    F.all('input:checked', list).forEach(function (one) { picked[one.name.slice(5)] = one.value; });
    list.textContent = '';
    Object.keys(mine).forEach(function (id) {
      var part = F.part(id), theirs = F.plain(part, saved[id]), ours = F.plain(part, mine[id]);
      if (F.exact(part, saved[id]) === F.exact(part, mine[id])) { return; }
      var row = list.insertRow(), head = document.createElement('th');
      var chosen = picked[id] || (F.touched[id] ? 'mine' : 'saved');
      head.scope = 'row';
      head.textContent = part.dataset.label;
      row.appendChild(head);
      row.appendChild(side(id, 'saved', theirs, chosen === 'saved', part.dataset.label));
      row.appendChild(side(id, 'mine', ours, chosen === 'mine', part.dataset.label));
    });
  }
  F.stale = function (body) {
    F.stopped = true;
    var list = panel.querySelector('tbody'), saved = body.facts.answers || {};
    draw(list, saved);
    if (!list.rows.length) {
      /* Both say the same: there is nothing to choose. */
      F.setVersion(body.facts.version);
      F.stopped = false;
      return;
    }
    F.form.addEventListener('input', function () { draw(list, saved); });
    panel.hidden = false;
    panel.focus();
    F.tell(body.message, true);
    document.getElementById('keep-mine').onclick = function () {
      F.all('input[value=mine]', list).forEach(function (one) { one.checked = true; });
      merge(body.facts.version, list);
    };
    document.getElementById('merge').onclick = function () { merge(body.facts.version, list); };
  };
  /* Keeps what was picked of this page, then shows the page as it is kept. */
  function merge(version, list) {
    var mine = F.answers(), picked = {};
    F.all('input[value=mine]:checked', list).forEach(function (one) { picked[one.name.slice(5)] = mine[one.name.slice(5)]; });
    F.setVersion(version);
    F.send(picked).then(function (kept) {
      if (kept) { location.assign(location.pathname); }
    });
  }
})(window.YizhanFill);
