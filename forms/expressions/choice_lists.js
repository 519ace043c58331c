/* Choice lists and their filters: the twin of forms/choice_lists.py.
   A field whose answer comes from a list has `choosing`: allows(value, scope) and options(scope), a list of [value, label]. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./kinds.js") : root.YizhanRules;
  const has = Object.prototype.hasOwnProperty;

  /* A list of the package with what looking up needs; made once a package. */
  function listed(raw) {
    const byValue = new Map();
    raw.rows.forEach(function (row) { byValue.set(row[0], row); });
    const byColumn = {};
    return {
      rows: raw.rows,
      columns: raw.columns,
      byValue: byValue,
      label: function (value) { return byValue.has(value) ? byValue.get(value)[1] : value; },
      having: function (column, text) {
        if (!has.call(byColumn, column)) {
          const place = raw.columns.indexOf(column);
          const index = new Map();
          raw.rows.forEach(function (row) {
            if (!index.has(row[place])) index.set(row[place], []);
            index.get(row[place]).push(row);
          });
          byColumn[column] = index;
        }
        return byColumn[column].get(text) || [];
      }
    };
  }

  /* [column, answer] where the filter asks that a column equals an answer; see _equality in Python. */
  function equality(tree) {
    if (!rules.values.isList(tree)) return null;
    if (tree[0] === "and") {
      return tree.slice(1).reduce(function (found, part) { return found || equality(part); }, null);
    }
    if (tree[0] !== "=" || !rules.values.isList(tree[1]) || !rules.values.isList(tree[2])) return null;
    const heads = {};
    tree.slice(1).forEach(function (side) {
      if (side[0] === "field" || side[0] === "form") heads[side[0]] = side[1];
    });
    return has.call(heads, "field") && has.call(heads, "form") ? [heads.field, heads.form] : null;
  }

  function known(scope) {
    return scope.answers === scope.form ? scope.form : Object.assign({}, scope.form, scope.answers);
  }

  function choosing(list, filter) {
    const test = filter === undefined ? null : rules.compile(filter);
    const key = equality(filter);

    function inner(scope) {
      return { answers: {}, form: known(scope), today: scope.today, parameters: scope.parameters, answer: "" };
    }

    function fits(row, within) {
      if (test === null) return true;
      const answers = {};
      list.columns.forEach(function (column, at) { answers[column] = row[at]; });
      within.answers = answers;
      return rules.values.boolean(test(within));
    }

    function candidates(within) {
      if (key === null) return list.rows;
      const wanted = has.call(within.form, key[1]) ? within.form[key[1]] : "";
      return typeof wanted === "string" ? list.having(key[0], wanted) : list.rows;
    }

    return {
      list: list,
      allows: function (value, scope) {
        const within = inner(scope);
        return (rules.values.isList(value) ? value : [value]).every(function (one) {
          return list.byValue.has(one) && fits(list.byValue.get(one), within);
        });
      },
      options: function (scope) {
        const within = inner(scope);
        return candidates(within).filter(function (row) { return fits(row, within); })
          .map(function (row) { return [row[0], row[1]]; });
      }
    };
  }

  rules.choiceLists = { listed: listed, choosing: choosing };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
