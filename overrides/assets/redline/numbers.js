// Printed clause numbers: read, and told apart from ids that were derived from them.

import { SPACE, squeezed, strip } from "./chars.js";

/** A printed number, read: its scheme and its value, one numeral for each part of a decimal.
 * @typedef {{ scheme: string, values: string[] }} Numeral */

const S = `[${SPACE}]`;
const HAN = "零〇一二三四五六七八九十百";
const HAN_DIGITS = "零一二三四五六七八九";
const CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";
const ROMAN = new Map([["I", 1], ["V", 5], ["X", 10], ["L", 50], ["C", 100]]);
const UNITS = "[倍万亿]|小时|分钟|个工作日|个月|公里|公斤|元\\/";
const AFTER_LETTER = `(?=${S}|[\\u4e00-\\u9fff]|$)(?!${S}*(?:[A-Za-z]\\.|\\p{Nd}))`;

// Order matters: the first scheme that matches names the number.
/** @type {[string, RegExp][]} */
const SCHEMES = Object.entries({
  "di": `第[${HAN}\\p{Nd}]+[编章节条](?=[${SPACE}：:、]|$)`,
  "han": `[${HAN}]+、`,
  "han-paren": `[（(][${HAN}]+[）)]`,
  "decimal": `\\p{Nd}{1,2}(?:[.．]\\p{Nd}{1,4}){1,9}[.．]?(?![\\p{Nd}.．%％]|${S}*(?:${UNITS}))`,
  "dun": "\\p{Nd}{1,5}、",
  "dot": "\\p{Nd}{1,5}[.．](?!\\p{Nd})",
  "paren": "[（(]\\p{Nd}{1,5}[）)]",
  "close": "\\p{Nd}{1,5}[）)]",
  "section": `(?:Article|Section|Clause|Chapter|Part)${S}+(?:\\p{Nd}{1,3}|[IVXLC]+)` +
    `(?:[.:：](?!\\p{Nd})|(?=(?:${S}[A-Z][^.;:?!]{0,60})?$))`,
  "roman": `(?![LC]\\.)[IVXLC]+[.、](?=${S}|[\\u4e00-\\u9fff])`,
  "roman-paren": "[（(](?:i{2,3}|iv|vi{0,3}|ix|xi{0,3})[）)]",
  "alpha": "[（(]?[a-z][）)]",
  "circled": `[${CIRCLED}]`,
  "upper-alpha": `[A-Z]\\.${AFTER_LETTER}`,
  "roman-dot": `(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})\\.${AFTER_LETTER}`,
  "alpha-dot": `[a-z]\\.${AFTER_LETTER}`,
}).map(([scheme, pattern]) => [scheme, new RegExp(`^(?:${pattern})`, "u")]);

const ARABIC = ["decimal", "dun", "dot", "paren", "close"];
const REPEAT = /^(?:-r\p{Nd}+)?$/u;
const BY_NUMBER = /^(?:c|ch|part-)\p{Nd}+(?:-\p{Nd}+)*(?:-r\p{Nd}+)?$/u;

/** A clause's number, read. @param {string} printed @returns {Numeral | undefined} */
export function clauseNumber(printed) {
  if (!printed) return undefined;
  for (const [scheme, pattern] of SCHEMES) {
    const found = pattern.exec(`${printed} `);
    if (found) return { scheme, values: values(scheme, found[0]) };
  }
  return undefined;
}

/** A number without what is only its look: width, brackets, closing mark.
 * @param {string} printed @param {Numeral | undefined} number */
export function numberForm(printed, number) {
  if (!number) return strip(squeezed(printed), ".、()");
  const value = number.values.join(".");
  return ARABIC.includes(number.scheme) ? value : `${number.scheme} ${value}`;
}

/** Whether a clause's id is the one derived from its number when none is written.
 * @param {{ id: string, number: string }} clause @param {Numeral | undefined} number
 * @param {string} parent id of the clause above it, empty at the top
 * @param {number} ordinal its 1-based place among its siblings */
export function isDerived(clause, number, parent, ordinal) {
  if (clause.number && !number) return BY_NUMBER.test(clause.id);
  const derived = derivedId(number, parent, ordinal);
  return clause.id.startsWith(derived) && REPEAT.test(clause.id.slice(derived.length));
}

/** @param {Numeral | undefined} number @param {string} parent @param {number} ordinal */
function derivedId(number, parent, ordinal) {
  if (!number) return parent ? `${parent}-part-${ordinal}` : `part-${ordinal}`;
  const value = number.values.join("-");
  if (number.scheme === "decimal") return `c${value}`;
  return parent ? `${parent}-${value}` : `ch${value}`;
}

/** @param {string} scheme @param {string} printed @returns {string[]} */
function values(scheme, printed) {
  if (scheme === "circled") return [String(CIRCLED.indexOf(printed) + 1)];
  if (scheme.includes("alpha")) {
    return [String(strip(printed, "（()）.").toLowerCase().charCodeAt(0) - 96)];
  }
  if (scheme.startsWith("roman")) return [roman(strip(printed, "（()）.、").toUpperCase())];
  const digits = printed.match(/\p{Nd}+/gu);
  if (digits) return digits.map(numeral);
  if (scheme === "section") return [roman(printed.match(/[IVXLC]+(?=\P{L}*$)/u)?.[0] ?? "")];
  return [han([...printed].filter((char) => HAN.includes(char)))];
}

/** A decimal number in any script, in ASCII digits without leading zeros. @param {string} digits */
function numeral(digits) {
  const ascii = [...digits.normalize("NFKC")].map((digit) => {
    const code = /** @type {number} */ (digit.codePointAt(0));
    let value = 0; // digits stand in tens, from 0 to 9
    while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
    return value % 10;
  });
  return ascii.join("").replace(/^0+(?=.)/, "");
}

/** Value of a Chinese numeral below one thousand (二十一 is 21). @param {string[]} numerals */
function han(numerals) {
  let total = 0, digit = 0;
  for (const char of numerals) {
    if (char === "十" || char === "百") {
      total += (digit || 1) * (char === "十" ? 10 : 100);
      digit = 0;
    } else {
      digit = Math.max(HAN_DIGITS.indexOf(char), 0); // 〇 is 零
    }
  }
  return String(total + digit);
}

/** @param {string} letters */
function roman(letters) {
  const all = [...letters].map((letter) => ROMAN.get(letter) ?? 0);
  return String(
    all.reduce((sum, value, at) => sum + (value < (all[at + 1] ?? 0) ? -value : value), 0),
  );
}
