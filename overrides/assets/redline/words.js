// Chinese words of two characters that an edit of one character would cut in half
// (clausepress.compare.words): a character that neither text ever prints without the same neighbour
// makes a word with it there.

import { HAN_NUMERAL, samePlace } from "./stream.js";

/** @import { Edit } from "./diff.js" */
/** @import { Token } from "./stream.js" */

const LEAST = 2; // occurrences that make a habit

/** The edits, each of one Chinese character for another as one of words.
 * @param {Edit[]} edits @param {Token[]} old @param {Token[]} now
 * @param {string} before the whole old text @param {string} after the whole new one
 * @returns {Edit[]} */
export function wholeWords(edits, old, now, before, after) {
  /** @type {Edit[]} */
  const found = [];
  for (const [at, edit] of edits.entries()) {
    const [i1, i2, j1, j2] = edit;
    found.push(edit);
    if (i2 - i1 !== 1 || j2 - j1 !== 1 || !isHan(old[i1]) || !isHan(now[j1])) continue;
    const floor = at ? found[at - 1][1] + 1 : 0; // edits do not touch
    const top = at + 1 < edits.length ? edits[at + 1][0] - 1 : old.length;
    const gone = old[i1].form, come = now[j1].form;
    if (i2 < top && touch(old[i1], old[i2]) && touch(now[j1], now[j2])) {
      const { form } = old[i2];
      if (isHabit(before, gone, gone + form) && isHabit(after, come, come + form)) {
        found[at] = [i1, i2 + 1, j1, j2 + 1];
        continue;
      }
    }
    if (floor < i1 && touch(old[i1 - 1], old[i1]) && touch(now[j1 - 1], now[j1])) {
      const { form } = old[i1 - 1];
      if (isHabit(before, gone, form + gone) && isHabit(after, come, form + come)) {
        found[at] = [i1 - 1, i2, j1 - 1, j2];
      }
    }
  }
  return found;
}

/** @param {string} text @param {string} char @param {string} word */
function isHabit(text, char, word) {
  const count = occurrences(text, char);
  return count >= LEAST && occurrences(text, word) === count;
}

/** @param {string} text @param {string} part */
const occurrences = (text, part) => text.split(part).length - 1;

/** Whether two tokens are Chinese characters side by side. @param {Token} a @param {Token} b */
const touch = (a, b) => isHan(a) && isHan(b) && samePlace(a, b) && a.end === b.start;

/** @param {Token} token */
const isHan = ({ form }) => /^[\u3400-\u9fff]$/.test(form) && !HAN_NUMERAL.includes(form);
