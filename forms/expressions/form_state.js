/* A form under some answers, as a page needs it: the twin of settle.py and validate.py.

   YizhanRules.prepare(package)                     a form with its rules compiled; do it once a page
   YizhanRules.formState(form, answers, today, attached)   today "YYYY-MM-DD", attached a list of digests; gives
     {derived, clean, relevant, calculated, rows, problems, warnings}
       relevant, calculated   field id → boolean
       rows                   table id → list of {relevant, calculated} by column id
       problems, warnings     as Python's Problem: {field, column, row, code, facts, message, material}
   YizhanRules.options(form, answers, today, {field, column, row})   [value, label] of what a choice list offers now
   YizhanRules.initialAnswers(form, today), YizhanRules.initialRow(form, tableId, today)   what drafts and rows begin with */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./choice_lists.js") : root.YizhanRules;
  const kinds = rules.kinds;
  const boolean = rules.values.boolean;
  const has = Object.prototype.hasOwnProperty;
  const MAX_UNKNOWN = 20;

  function isEmpty(value) {
    if (value === undefined || value === null || value === "") return true;
    if (rules.values.isList(value)) return value.length === 0;
    return kinds.isMapping(value) && Object.keys(value).length === 0;
  }

  function same(a, b) {
    if (rules.values.isList(a) && rules.values.isList(b)) {
      return a.length === b.length && a.every(function (one, at) { return same(one, b[at]); });
    }
    return a === b;
  }

  /* [kind, name] of everything a tree reads; see evaluate.references in Python. */
  function references(tree) {
    if (!rules.values.isList(tree)) return [];
    const head = tree[0];
    if (head === "field" || head === "form" || head === "param") return [[head, tree[1]]];
    if (head === "where") {
      return references(tree[1]).concat(references(tree[2]).map(function (one) {
        return [one[0] === "field" ? "cell" : one[0], one[1]];
      }));
    }
    if (head === "column") return references(tree[1]).concat([["cell", tree[2]]]);
    return [].concat.apply([], tree.slice(1).map(references));
  }

  function named(tree, levels) {
    return references(tree).filter(function (one) { return levels.indexOf(one[0]) >= 0; }).map(function (one) { return one[1]; });
  }

  function needs(field, levels) {
    return [].concat(named(field.relevant, levels), named(field.calculate, levels), named(field.calculate_when, levels));
  }

  /* The answers that a choice filter reads: of its row inside a table, else of the form. */
  function filteredBy(field) {
    return named(field.choice_filter, ["form"]);
  }

  /* The fields, each after those it needs. */
  function ordered(plans, needed) {
    const ids = plans.map(function (plan) { return plan.field.id; });
    const order = [];
    const settled = {};
    let waiting = plans.slice();
    while (waiting.length) {
      const ready = waiting.filter(function (plan) {
        return needed(plan).every(function (name) { return ids.indexOf(name) < 0 || settled[name]; });
      })[0];
      if (ready === undefined) throw new Error("rules_in_a_circle");
      order.push(ready);
      settled[ready.field.id] = true;
      waiting = waiting.filter(function (plan) { return plan !== ready; });
    }
    return order;
  }

  function plan(field, lists) {
    const columns = (field.columns || []).map(function (column) { return plan(column, lists); });
    const sources = [];
    named(field.calculate, ["field", "form"]).forEach(function (name) { if (sources.indexOf(name) < 0) sources.push(name); });
    return {
      field: field,
      relevant: field.relevant === undefined ? null : rules.compile(field.relevant),
      calculate: field.calculate === undefined ? null : rules.compile(field.calculate),
      calculateWhen: field.calculate_when === undefined ? null : rules.compile(field.calculate_when),
      constraints: (field.constraints || []).map(function (one) { return { test: rules.compile(one.test), is: one }; }),
      sources: sources,
      columns: columns,
      choosing: field.list === undefined ? null : rules.choiceLists.choosing(lists[field.list], field.choice_filter),
      order: ordered(columns, function (column) { return needs(column.field, ["field"]).concat(filteredBy(column.field)); })
    };
  }

  function prepare(form) {
    const lists = {};
    Object.keys(form.lists || {}).forEach(function (name) { lists[name] = rules.choiceLists.listed(form.lists[name]); });
    const fields = [].concat.apply([], form.sections.map(function (section) { return section.fields; }))
      .map(function (field) { return plan(field, lists); });
    return {
      form: form,
      fields: fields,
      order: ordered(fields, function (one) {
        const own = one.columns.map(function (column) { return column.field.id; });
        const inRows = one.columns.map(function (column) {
          const filters = filteredBy(column.field).filter(function (name) { return own.indexOf(name) < 0; });
          return needs(column.field, ["form"]).concat(filters);
        });
        return [].concat.apply(needs(one.field, ["field", "form"]).concat(filteredBy(one.field)), inRows);
      })
    };
  }

  function elsewhere(field) {
    return field.filled_by !== undefined && field.filled_by !== "village";
  }

  function usable(cell) {
    return cell.fault === null && !isEmpty(cell.value);
  }

  function settleField(one, raw, scope, around) {
    const given = isEmpty(raw) ? "" : kinds.written(one.field.kind, raw);
    const cell = { plan: one, relevant: true, calculated: false, given: given, value: "", fault: null, rows: [] };
    if (elsewhere(one.field) || (one.relevant !== null && !boolean(one.relevant(scope)))) {
      cell.relevant = false;
      return cell;
    }
    cell.calculated = one.calculate !== null && (one.calculateWhen === null || boolean(one.calculateWhen(scope)));
    cell.value = cell.calculated ? kinds.calculated(one.field.kind, one.calculate(scope)) : given;
    if (!isEmpty(cell.value)) cell.fault = kinds.formFault(cell.value, one.field, around);
    if (one.choosing !== null && cell.fault === null && !isEmpty(cell.value) && !one.choosing.allows(cell.value, scope)) {
      cell.fault = ["choice", {}];
    }
    if (one.columns.length && (cell.fault === null || cell.fault[0] === "min_rows") && !isEmpty(cell.value)) {
      settleRows(cell, scope, around);
    }
    return cell;
  }

  function settleRows(cell, scope, around) {
    cell.value = cell.value.map(function (row, place) {
      const seen = {};
      const inner = { answers: seen, form: scope.form, today: scope.today, parameters: scope.parameters, answer: "", row: place + 1 };
      const cells = {};
      cell.plan.order.forEach(function (column) {
        const name = column.field.id;
        cells[name] = settleField(column, has.call(row, name) ? row[name] : undefined, inner, around);
        if (usable(cells[name])) seen[name] = cells[name].value;
      });
      cell.rows.push(cells);
      return seen;
    });
  }

  function settle(form, answers, today, around) {
    const seen = {};
    const scope = { answers: seen, form: seen, today: today, parameters: form.form.parameters, answer: "" };
    const cells = {};
    form.order.forEach(function (one) {
      const name = one.field.id;
      cells[name] = settleField(one, has.call(answers, name) ? answers[name] : undefined, scope, around);
      if (usable(cells[name])) seen[name] = cells[name].value;
    });
    return { cells: cells, seen: seen };
  }

  /* A copy that keeps even a member named __proto__ a member. */
  function copied(mapping) {
    const copy = {};
    Object.keys(mapping).forEach(function (name) {
      Object.defineProperty(copy, name, { value: mapping[name], enumerable: true, writable: true, configurable: true });
    });
    return copy;
  }

  function putDerived(found, one, cell) {
    const name = one.field.id;
    if (one.columns.length && rules.values.isList(cell.given)) {
      found[name] = cell.given.map(function (row, at) {
        if (!kinds.isMapping(row) || at >= cell.rows.length) return row;
        const copy = copied(row);
        one.columns.forEach(function (column) { putDerived(copy, column, cell.rows[at][column.field.id]); });
        return copy;
      });
    } else if (cell.calculated) {
      delete found[name];
      if (!isEmpty(cell.value)) found[name] = cell.value;
    } else if (has.call(found, name) && !isEmpty(found[name])) found[name] = cell.given;
  }

  function unknownNames(names, known) {
    return names.filter(function (name) { return !has.call(known, name); }).sort(rules.compareText).slice(0, MAX_UNKNOWN);
  }

  function problem(place, code, facts, message) {
    return {
      field: place.field, code: code, facts: facts || {}, message: message === undefined ? null : message,
      column: place.column === undefined ? null : place.column, row: place.row === undefined ? null : place.row, material: null
    };
  }

  function report(form, settled, today) {
    const problems = [];
    const warnings = [];

    function formProblems(one, cell, place) {
      if (elsewhere(one.field)) {
        if (!isEmpty(cell.given)) problems.push(problem(place, "filled_elsewhere", { filled_by: one.field.filled_by }));
        return;
      }
      if (!cell.relevant) return;
      if (cell.calculated && !isEmpty(cell.value) && !isEmpty(cell.given) && !same(cell.given, cell.value)) {
        problems.push(problem(place, "derived", { expected: cell.value }));
      }
      if (cell.fault) problems.push(problem(place, cell.fault[0], cell.fault[1]));
      if (isEmpty(cell.value) && !cell.calculated && one.field.required) problems.push(problem(place, "required"));
    }

    function constraints(one, cell, place, scope) {
      scope.answer = cell.value;
      one.constraints.forEach(function (rule) {
        if (boolean(rule.test(scope))) return;
        const isId = rule.is.code === "gb11643" || rule.is.code === "gb11643_when";
        const fault = isId ? rules.checks.idFault(String(cell.value), today) : null;
        const found = problem(place, fault ? fault[0] : rule.is.code, fault ? fault[1] : rule.is.facts, rule.is.message);
        (rule.is.level === "warn" ? warnings : problems).push(found);
      });
    }

    function rowsOf(one, cell) {
      return cell.rows.map(function (cells, at) {
        const clean = see(one.columns, one.order, cells, one.field, at);
        unknownNames(Object.keys(cell.given[at]), cells).forEach(function (name) {
          problems.push(problem({ field: one.field.id, column: name, row: at }, "unknown_field"));
        });
        return clean;
      });
    }

    function see(plans, order, cells, table, row) {
      const clean = {};
      const wrong = {};
      let answers = settled.seen;
      if (table !== null) {
        answers = {};
        Object.keys(cells).forEach(function (name) {
          if (cells[name].relevant && usable(cells[name])) answers[name] = cells[name].value;
        });
      }
      const scope = { answers: answers, form: settled.seen, today: today, parameters: form.form.parameters, answer: "", row: (row || 0) + 1 };

      function placeOf(name) {
        return table === null ? { field: name } : { field: table.id, column: name, row: row };
      }

      plans.forEach(function (one) {
        const name = one.field.id;
        const cell = cells[name];
        const before = problems.length;
        formProblems(one, cell, placeOf(name));
        if (cell.relevant && usable(cell)) {
          clean[name] = one.columns.length ? rowsOf(one, cell) : cell.value;
          constraints(one, cell, placeOf(name), scope);
        } else if (cell.rows.length) rowsOf(one, cell);
        if (problems.length > before) wrong[name] = true;
      });
      order.forEach(function (one) {
        const cell = cells[one.field.id];
        if (!cell.relevant || !cell.calculated || !isEmpty(cell.value) || !one.field.required) return;
        const known = one.sources.some(function (name) { return has.call(wrong, name); });
        if (!known) problems.push(problem(placeOf(one.field.id), "underived", { sources: one.sources }));
        wrong[one.field.id] = true;
      });
      return clean;
    }

    const clean = see(form.fields, form.order, settled.cells, null, null);
    return { clean: clean, problems: problems, warnings: warnings };
  }

  function flags(cells, name) {
    const found = {};
    Object.keys(cells).forEach(function (id) { found[id] = cells[id][name]; });
    return found;
  }

  function formState(form, answers, todayText, attached) {
    const fault = kinds.answersFault(answers);
    if (fault) {
      const facts = { type: { expected: "mapping" }, too_large: { limit_bytes: kinds.maxAnswerBytes } }[fault];
      const none = { field: null };
      return {
        derived: kinds.isMapping(answers) ? answers : {}, clean: {}, relevant: {}, calculated: {}, rows: {},
        problems: [problem(none, fault, facts)], warnings: []
      };
    }
    const today = rules.days.parse(todayText);
    const around = { parameters: form.form.parameters, example: form.form.status === "示例数据", attached: attached || [] };
    const settled = settle(form, answers, today, around);
    const found = report(form, settled, today);
    const derived = copied(answers);
    const rows = {};
    form.fields.forEach(function (one) {
      const cell = settled.cells[one.field.id];
      putDerived(derived, one, cell);
      if (one.columns.length) {
        rows[one.field.id] = cell.rows.map(function (cells) {
          return { relevant: flags(cells, "relevant"), calculated: flags(cells, "calculated") };
        });
      }
    });
    unknownNames(Object.keys(answers), settled.cells).forEach(function (name) {
      found.problems.push(problem({ field: name }, "unknown_field"));
    });
    return {
      derived: derived, clean: found.clean, relevant: flags(settled.cells, "relevant"),
      calculated: flags(settled.cells, "calculated"), rows: rows, problems: found.problems, warnings: found.warnings
    };
  }

  function defaults(form, plans, todayText) {
    const scope = { answers: {}, form: {}, today: rules.days.parse(todayText), parameters: form.form.parameters, answer: "" };
    const found = {};
    plans.forEach(function (one) {
      if (one.field.default === undefined || elsewhere(one.field)) return;
      const value = kinds.calculated(one.field.kind, rules.compile(one.field.default)(scope));
      if (!isEmpty(value)) found[one.field.id] = value;
    });
    return found;
  }

  function planned(plans, id) {
    return plans.filter(function (one) { return one.field.id === id; })[0];
  }

  /* [value, label] of what may be chosen now in a field, or in a column of a row (from 0), that takes its options from a list. */
  function options(form, answers, todayText, place) {
    const today = rules.days.parse(todayText);
    const around = { parameters: form.form.parameters, example: false, attached: [] };
    const settled = settle(form, kinds.answersFault(answers) ? {} : answers, today, around);
    const field = planned(form.fields, place.field);
    const scope = { answers: settled.seen, form: settled.seen, today: today, parameters: form.form.parameters, answer: "" };
    if (place.column === undefined) return field.choosing.options(scope);
    const rows = settled.seen[place.field] || [];
    scope.answers = rows[place.row] || {};
    return planned(field.columns, place.column).choosing.options(scope);
  }

  rules.prepare = prepare;
  rules.options = options;
  rules.formState = formState;
  rules.initialAnswers = function (form, today) { return defaults(form, form.fields, today); };
  rules.initialRow = function (form, tableId, today) {
    const table = form.fields.filter(function (one) { return one.field.id === tableId; })[0];
    return defaults(form, table.columns, today);
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
