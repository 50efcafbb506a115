// How much two texts have in common. Texts are strings of one UTF-16 unit a token.

import { LARGEST_SEARCH } from "./diff.js";
import { similarity } from "./lcs.js";

/** Tokens of a run. */
export const GRAM = 3;

/** Share of tokens that two texts have in common, in order: 0 to 1.
 * @param {string} old @param {string} now */
export function likeness(old, now) {
  if (old.length * now.length <= LARGEST_SEARCH) return similarity(old, now);
  const mine = grams(old), theirs = grams(now); // as good for a long text, and linear
  return 2 * shared(mine, theirs) / (mine.size + theirs.size);
}

/** The runs of tokens in a text; the whole of one that is shorter.
 * @param {string} text @returns {Set<string>} */
export function grams(text, size = GRAM) {
  const found = new Set();
  for (let at = 0; at === 0 || at + size <= text.length; at++) {
    if (text) found.add(text.slice(at, at + size));
  }
  return found;
}

/** How many members two sets share. @param {Set<string>} a @param {Set<string>} b */
export function shared(a, b) {
  let count = 0;
  for (const each of a) if (b.has(each)) count++;
  return count;
}
