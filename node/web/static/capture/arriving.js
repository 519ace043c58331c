/* Shots that arrive while one looks: those that are gone leave the list, those that are new come into it and stand out for a moment.
   Pictures that are there already stay: each was made for this page alone, and would have to be made again. */
(function () {
  'use strict';
  var NEW_MS = 3000;
  window.YizhanArriving = function (list, found) {
    [].forEach.call(list.querySelectorAll('li'), function (old) {
      if (!found.getElementById(old.id)) { list.removeChild(old); }
    });
    [].forEach.call(found.getElementById(list.id).children, function (fresh) {
      if (document.getElementById(fresh.id)) { return; }
      var item = document.importNode(fresh, true);
      item.className = 'new';
      list.appendChild(item);
      setTimeout(function () { item.className = ''; }, NEW_MS);
    });
  };
})();
