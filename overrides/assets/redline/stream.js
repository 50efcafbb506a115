// An edition as units of tokens: what a redline compares (clausepress.compare.stream).
//
// Tokens are compared by their form: width, quotation marks, composition, and the look of numbers
// (① and (1), 1,000 and 1000) set aside, white space left out. Offsets lead back to the text as
// printed, in code points.

import { chars, cut, length, LETTER, places, SPACE } from "./chars.js";
import { clausesOf, clauseText, linesOf, plain } from "./edition.js";
import { clauseNumber, isDerived, numberForm } from "./numbers.js";

/** @import { Chars } from "./chars.js" */
/** @import { Clause, Edition, Run } from "./edition.js" */

/** A token of a unit.
 * @typedef {object} Token
 * @property {number} unit index of its unit in the edition
 * @property {number} start offset in the clause's own text; negative in the number before it
 * @property {number} end offset behind it
 * @property {string} form what is compared
 * @property {boolean} mark whether it is part of a prominent clause
 * @property {number} block `NUMBER`, 0 for the heading, then 1, 2, …
 * @property {number} row row of a table, 0 for its header; -1 outside tables
 * @property {number} cell column of a table
 * @property {boolean} bullet whether its paragraph carries a list mark
 */

/** A clause as the comparison sees it.
 * @typedef {object} Unit
 * @property {number} index its place in the text, 0 for the preface
 * @property {Clause} clause
 * @property {number} parent index of the clause above it, -1 at the top
 * @property {boolean} explicit whether its id was given, not derived from its number
 * @property {string} text its own text
 * @property {Chars} chars the same, to be cut at offsets
 * @property {string} number its number without what is only its look
 * @property {Token[]} tokens its own text
 * @property {Token[]} numberTokens its number
 */

/** Start, end and form. @typedef {[number, number, string]} Word */

/** Block of the tokens of a printed number. */
export const NUMBER = -1;
/** Inside a class of a regular expression: Chinese numerals. */
export const HAN_NUMERAL = "零〇一二三四五六七八九十百千万亿两";

const WIDE = /[\uff01-\uff5e\u3000“”„‟「」『』‘’‚‛]/g;
const WORD = `(?![\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u3040-\\u30ff])[${LETTER}_]`;
const HAN = `(?![${HAN_NUMERAL}])[\\u3400-\\u9fff]`;
const TOKEN = new RegExp(
  [
    HAN, // most of a Chinese text, found at once
    "[0-9]+(?:[.,:/\\-][0-9]+)*",
    "\\([0-9]{1,2}\\)",
    "[…⋯]+|\\.{2,}",
    `${WORD}[\\u0300-\\u036f]*(?:${WORD}|[\\u0300-\\u036f]|['\\-](?=${WORD}))*`,
    `[${HAN_NUMERAL}]+`,
    `[^${SPACE}\\u00ad\\u200b-\\u200d\\u2060\\ufeff]`,
  ].join("|"),
  "gu",
);
const THOUSANDS = /(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])/g;
const CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";
const MEANINGFUL = // m² is not m2, ㉑ is not 21
  /[ªº²³¹¼-¾\u2070-\u209c℠™\u2150-\u215f\u2189\u2460-\u2473\u24b6-\u24ea\u3244-\u3247\u3251-\u327e\u3280-\u32bf]/;

/** The preface and every clause in printed order, as units.
 * @param {Edition} edition @returns {Unit[]} */
export function readUnits(edition) {
  /** @type {Map<string, string>} */
  const forms = new Map();
  const clauses = clausesOf(edition);
  return clauses.map((clause, index) => {
    const { parent, ordinal } = clause;
    const number = clauseNumber(clause.number);
    const above = clauses[parent]?.id ?? "";
    const text = clauseText(clause);
    return {
      index,
      clause,
      parent,
      explicit: ordinal > 0 && !isDerived(clause, number, above, ordinal),
      text,
      chars: chars(text),
      number: numberForm(clause.number, number),
      tokens: tokensOf(clause, index, forms),
      numberTokens: numberTokens(clause, index, forms),
    };
  });
}

/** Characters of a unit from one offset to another; negative offsets lie in the printed number.
 * @param {Unit} unit @param {number} start @param {number} end */
export function slice(unit, start, end) {
  if (start >= 0) return cut(unit.chars, start, end);
  const number = chars(unit.clause.number);
  return end > 0
    ? cut(number, start) + cut(unit.chars, 0, end)
    : cut(number, start, end || undefined);
}

/** Whether two tokens stand in one block, row and cell of a clause. @param {Token} a @param {Token} b */
export const samePlace = (a, b) =>
  a.unit === b.unit && a.block === b.block && a.row === b.row && a.cell === b.cell;

/** Start, end and form of every token of a line.
 * @param {string} text @param {Map<string, string>} forms those known already; grows
 * @returns {Word[]} */
export function tokenise(text, forms) {
  /** @type {Word[]} */
  const found = [];
  const place = places(text);
  for (const { 0: word, index } of text.replace(WIDE, narrow).matchAll(TOKEN)) {
    let form = forms.get(word);
    if (form === undefined) {
      form = formOf(word);
      forms.set(word, form);
    }
    found.push([place(index), place(index + word.length), form]);
  }
  return found;
}

/** @param {string} word */
function formOf(word) {
  if (/^(?:[…⋯]|\.\.)/.test(word)) return "…";
  if (CIRCLED.includes(word)) return `(${CIRCLED.indexOf(word) + 1})`;
  if (word === "'") return '"';
  return word.normalize(MEANINGFUL.test(word) ? "NFC" : "NFKC")
    .replace(THOUSANDS, (number) => number.replaceAll(",", ""));
}

/** @param {string} char */
function narrow(char) {
  if (char === "\u3000") return " ";
  if ("“”„‟「」『』".includes(char)) return '"';
  if ("‘’‚‛".includes(char)) return "'";
  return String.fromCharCode(char.charCodeAt(0) - 0xfee0);
}

/** @param {Clause} clause @param {number} unit @param {Map<string, string>} forms */
function tokensOf(clause, unit, forms) {
  /** @type {Token[]} */
  const tokens = [];
  let offset = 0;
  for (const { runs, block, row, cell, bullet } of linesOf(clause)) {
    const text = plain(runs);
    const marked = marks(runs);
    for (const [first, last, form] of tokenise(text, forms)) {
      const mark = marked.some(([start, end]) => start < last && first < end);
      const start = offset + first, end = offset + last;
      tokens.push({ unit, start, end, form, mark, block, row, cell, bullet });
    }
    offset += length(text) + 1;
  }
  return tokens;
}

/** @param {Clause} clause @param {number} unit @param {Map<string, string>} forms
 * @returns {Token[]} */
function numberTokens(clause, unit, forms) {
  const shift = length(clause.number);
  return tokenise(clause.number, forms).map(([start, end, form]) => ({
    unit,
    start: start - shift,
    end: end - shift,
    form,
    mark: clause.numberMark,
    block: NUMBER,
    row: -1,
    cell: 0,
    bullet: false,
  }));
}

/** Start and end of the stretches that are prominent. @param {Run[]} runs */
function marks(runs) {
  /** @type {[number, number][]} */
  const found = [];
  let at = 0;
  for (const run of runs) {
    const end = at + length(run.text);
    if ((run.bold || run.underline) && !run.label) found.push([at, end]);
    at = end;
  }
  return found;
}
