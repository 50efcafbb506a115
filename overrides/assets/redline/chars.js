// Characters counted and classed as the Python side does: code points, white space, letters.

/** Inside a class of a regular expression: white space. */
export const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/** The same: letters and digits. */
export const LETTER = "\\p{L}\\p{N}";

const SPACES = new RegExp(`[${SPACE}]+`, "g");
const LEADING_LETTER = new RegExp(`^[${LETTER}]`, "u");
const SURROGATE = /[\ud800-\udfff]/;

/** Text that is cut at code points: a string, or its characters where some take two units.
 * @typedef {string | string[]} Chars */

/** @param {string} text @returns {Chars} */
export const chars = (text) => SURROGATE.test(text) ? [...text] : text;

/** @param {Chars} text @param {number} start @param {number} [end] @returns {string} */
export function cut(text, start, end) {
  const part = text.slice(start, end);
  return typeof part === "string" ? part : part.join("");
}

/** Code points of a text. @param {string} text */
export const length = (text) => chars(text).length;

/** Offset in code points of each character of a text and of its end, by UTF-16 unit.
 * @param {string} text @returns {(unit: number) => number} */
export function places(text) {
  if (!SURROGATE.test(text)) return (unit) => unit;
  const found = new Uint32Array(text.length + 1);
  let count = 0, unit = 0;
  for (const char of text) {
    found[unit] = count++;
    unit += char.length;
  }
  found[unit] = count;
  return (unit) => found[unit];
}

/** @param {string} text */
export const startsWithLetter = (text) => LEADING_LETTER.test(text);

/** @param {string} text */
export const withoutSpace = (text) => text.replace(SPACES, "");

/** A text in NFKC without white space. @param {string} text */
export const squeezed = (text) => withoutSpace(text.normalize("NFKC"));

/** A text without some characters at its ends. @param {string} text @param {string} those */
export function strip(text, those) {
  let start = 0, end = text.length;
  while (start < end && those.includes(text[start])) start++;
  while (end > start && those.includes(text[end - 1])) end--;
  return text.slice(start, end);
}
