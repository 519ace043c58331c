/* The written form of each kind of field: the twin of written.py, fields.py and bounds.py. */
(function (root) {
  "use strict";

  const inNode = typeof module === "object" && module.exports;
  const rules = inNode ? require("./evaluate.js") : root.YizhanRules;
  const values = rules.values;
  const decimal = rules.decimal;

  const SPACE = " \\t\\r\\n\\v\\f\\u0085\\u00a0\\u1680\\u180e\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
  const OUTER_SPACE = new RegExp("^[" + SPACE + "]+|[" + SPACE + "]+$", "g");
  const INNER_SPACE = new RegExp("[" + SPACE + "]+", "g");
  const MAX_SHORT = 200;
  const MAX_TEXT = 2000;
  const MAX_ANSWER_BYTES = 256 * 1024;
  const MAX_ANSWER_DEPTH = 6;
  const EXAMPLE_IMAGE = "示例图像";
  const UNFIT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u;
  const TAILS = { village: "", township: "000", county: "000000", city: "00000000" };
  const DATES = [
    /^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$/, /^([0-9]{4})([0-9]{2})([0-9]{2})$/,
    /^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日$/
  ];
  const MONTHS = [/^([0-9]{4})[-/.]([0-9]{1,2})$/, /^([0-9]{4})([0-9]{2})$/, /^([0-9]{4})年([0-9]{1,2})月$/];

  function isText(value) {
    return typeof value === "string";
  }

  function isWhole(value) {
    return typeof value === "number" && Math.floor(value) === value && Math.abs(value) < 1e15;
  }

  function isMapping(value) {
    return value !== null && typeof value === "object" && !values.isList(value);
  }

  function trimmed(text) {
    return text.replace(OUTER_SPACE, "");
  }

  function ofText(step) {
    return function (raw) {
      return isText(raw) && values.characters(raw).length <= MAX_SHORT ? step(trimmed(raw.normalize("NFKC"))) : raw;
    };
  }

  function line(raw) {
    return isText(raw) ? trimmed(raw) : raw;
  }

  function digits(text) {
    return text.replace(INNER_SPACE, "");
  }

  function code(text) {
    return digits(text).toUpperCase();
  }

  function joined(forms) {
    return function (text) {
      for (let at = 0; at < forms.length; at += 1) {
        const match = forms[at].exec(text);
        if (match) return match.slice(1).map(function (part) { return part.padStart(2, "0"); }).join("-");
      }
      return text;
    };
  }

  function money(typed) {
    const text = /^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$/.test(typed) ? typed.replace(/,/g, "") : typed;
    const match = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?$/.exec(text);
    if (!match) return text;
    const written = Number(match[2]) + "." + (match[3] || "").padEnd(2, "0");
    return written === "0.00" ? written : match[1] + written;
  }

  function numeric(step) {
    return function (raw) {
      return isWhole(raw) && Math.abs(raw) < 1e12 ? step(values.numberText(raw)) : ofText(step)(raw);
    };
  }

  function degree(part) {
    if (typeof part === "number" && Math.abs(part) < 1e6) return values.numberText(part);
    return isText(part) ? trimmed(part) : part;
  }

  const written = {
    text: line,
    textarea: function (raw) { return isText(raw) ? trimmed(raw.replace(/\r\n?/g, "\n")) : raw; },
    computed: line,
    int: ofText(function (text) { return /^-?[0-9]{1,15}$/.test(text) ? Number(text) + 0 : text; }),
    decimal: numeric(function (text) { return text; }),
    money: numeric(money),
    date: ofText(joined(DATES)),
    month: ofText(joined(MONTHS)),
    id_no: ofText(code),
    uscc: ofText(code),
    disability_no: ofText(code),
    mobile: ofText(digits),
    bank_no: ofText(digits),
    region: ofText(digits),
    coords: function (raw) {
      if (!values.isList(raw)) return raw;
      return raw.map(function (pair) { return values.isList(pair) ? pair.map(degree) : pair; });
    }
  };

  function type(expected) {
    return ["type", { expected: expected }];
  }

  function plainText(value, field) {
    if (!isText(value)) return type("text");
    if (UNFIT.test(value) || (field.kind === "text" && /[\n\r]/.test(value))) return ["characters", {}];
    const most = field.max_length === undefined ? MAX_TEXT : field.max_length;
    return values.characters(value).length > most ? ["max_length", { max: most }] : null;
  }

  function matching(pattern, fault, calendar) {
    return function (value) {
      if (!isText(value)) return type("text");
      return pattern.test(value) && (!calendar || rules.days.parse(value) !== null) ? null : [fault, {}];
    };
  }

  /* What comes from a choice list is looked for there, once the answers that its filter reads are settled. */
  function isOffered(value, field) {
    return field.list !== undefined || field.choices.indexOf(value) >= 0;
  }

  function multichoice(value, field) {
    if (!values.isList(value)) return type("list");
    if (!value.every(function (one) { return isText(one) && isOffered(one, field); })) return ["choice", {}];
    if (new Set(value).size !== value.length) return ["repeated_choice", {}];
    return value.length < (field.min_select || 0) ? ["min_select", { min: field.min_select }] : null;
  }

  function region(value, field, around) {
    if (!isText(value)) return type("text");
    if (!/^[1-8][0-9]{11}$/.test(value)) return ["region", {}];
    const inside = value.slice(0, 6) === (around.parameters.county || "").slice(0, 6);
    const level = inside ? field.level || "village" : field.outside_level;
    if (level === undefined) return ["region_outside", {}];
    if (!value.endsWith(TAILS[level])) return ["region_level", { level: level }];
    const listed = (around.parameters.divisions || []).some(function (one) { return one.code === value; });
    return inside && level === "village" && !listed ? ["region_unknown", {}] : null;
  }

  function image(value, field, around) {
    if (!isText(value)) return type("text");
    if (value === EXAMPLE_IMAGE && around.example) return null;
    if (!/^(?:sm3|sha256):[0-9a-f]{64}$/.test(value)) return ["image", {}];
    return around.attached.indexOf(value) >= 0 ? null : ["not_attached", {}];
  }

  function images(value, field, around) {
    if (!values.isList(value)) return type("list");
    for (let at = 0; at < value.length; at += 1) {
      const fault = image(value[at], field, around);
      if (fault) return fault;
    }
    return value.length < (field.min_items || 0) ? ["min_items", { min: field.min_items }] : null;
  }

  function table(value, field) {
    if (!values.isList(value) || !value.every(isMapping)) return type("table");
    const most = field.max_rows === undefined ? 200 : field.max_rows;
    if (value.length < (field.min_rows || 0)) return ["min_rows", { min: field.min_rows }];
    return value.length > most ? ["max_rows", { max: most }] : null;
  }

  function isDegree(part) {
    const text = degree(part);
    return isText(text) && /^-?[0-9]{1,6}(?:\.[0-9]{1,12})?$/.test(text);
  }

  function coords(value) {
    if (!values.isList(value)) return type("list");
    const fit = value.length >= 3 && value.every(function (pair) {
      return values.isList(pair) && pair.length === 2 && pair.every(isDegree);
    });
    return fit ? null : ["coords", {}];
  }

  const kinds = {
    text: plainText,
    textarea: plainText,
    computed: function (value, field) { return plainText(isWhole(value) ? values.numberText(value) : value, field); },
    int: function (value) { return isText(value) ? ["int", {}] : isWhole(value) ? null : type("number"); },
    decimal: matching(/^-?[0-9]{1,12}(?:\.[0-9]{1,8})?$/, "decimal"),
    money: matching(/^-?[0-9]{1,12}\.[0-9]{2}$/, "money"),
    date: matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "date", true),
    month: matching(/^[0-9]{4}-[0-9]{2}$/, "month", true),
    bool: matching(/^[是否]$/, "bool"),
    choice: function (value, field) {
      return !isText(value) ? type("text") : isOffered(value, field) ? null : ["choice", {}];
    },
    multichoice: multichoice,
    id_no: matching(/^[0-9A-Z()-]{5,20}$/, "id_no"),
    uscc: matching(/^[0-9A-Z]{18}$/, "uscc"),
    disability_no: matching(/^[0-9]{17}[0-9X][0-9]{2}$/, "disability_no"),
    mobile: matching(/^[0-9-]{7,13}$/, "mobile"),
    bank_no: matching(/^[0-9]{12,21}$/, "bank_no"),
    region: region,
    photo: image,
    signature: image,
    photo_list: images,
    table: table,
    coords: coords
  };

  function formFault(value, field, around) {
    const fault = kinds[field.kind](value, field, around);
    const chosen = field.kind === "choice" || field.kind === "multichoice";
    if (fault === null && field.choices && !chosen && field.choices.indexOf(String(value)) < 0) return ["choice", {}];
    return fault;
  }

  function calculated(kind, value) {
    if (value !== value || (values.isMoment(value) && !values.boolean(value))) return "";
    if (typeof value === "boolean") return value ? "是" : "否";
    if (kind === "int" || kind === "money" || kind === "decimal") {
      const exactly = values.exactNumber(value);
      if (exactly === null) return "";
      if (kind === "int") return Math.trunc(Number(decimal.toText(exactly))) + 0;
      return kind === "money" ? decimal.moneyText(exactly) : decimal.toText(exactly);
    }
    return values.isList(value) ? value : kind === "date" && values.isMoment(value) ? values.text(value).slice(0, 10) : values.text(value);
  }

  function utf8Bytes(text) {
    if (text.length > MAX_ANSWER_BYTES) return MAX_ANSWER_BYTES + 1;
    let bytes = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
      if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
        bytes += 4;
        at += 1;
      } else bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    }
    return bytes;
  }

  /* "type", "too_deep" or "too_large" when a set of answers is not to be looked at, else null. */
  function answersFault(answers) {
    if (!isMapping(answers)) return "type";
    const waiting = [[answers, 1]];
    let size = 0;
    while (waiting.length) {
      const next = waiting.pop();
      const value = next[0];
      if (next[1] > MAX_ANSWER_DEPTH) return "too_deep";
      size += 8;
      if (isText(value)) size += utf8Bytes(value);
      else if (values.isList(value)) {
        if (value.length > MAX_ANSWER_BYTES) return "too_large";
        for (let at = 0; at < value.length; at += 1) waiting.push([value[at], next[1] + 1]);
      } else if (isMapping(value)) {
        Object.keys(value).forEach(function (name) {
          size += utf8Bytes(name);
          waiting.push([value[name], next[1] + 1]);
        });
      }
      if (size > MAX_ANSWER_BYTES) return "too_large";
    }
    return null;
  }

  rules.kinds = {
    written: function (kind, raw) {
      return Object.prototype.hasOwnProperty.call(written, kind) ? written[kind](raw) : raw;
    },
    formFault: formFault, calculated: calculated, answersFault: answersFault, isMapping: isMapping,
    maxAnswerBytes: MAX_ANSWER_BYTES
  };

  if (inNode) module.exports = rules;
})(typeof self !== "undefined" ? self : this);
