// Token differences of two streams: anchored, slid to where a person would cut, joined to words
// (clausepress.compare.diff). Streams are strings of one UTF-16 unit a token.

import { length, startsWithLetter } from "./chars.js";
import { kept } from "./lcs.js";
import { samePlace } from "./stream.js";

/** @import { Token } from "./stream.js" */

/** Old start and end, new start and end, in tokens: what is between them differs.
 * @typedef {[number, number, number, number]} Edit */

/** Old times new tokens above which no longest common subsequence is searched for. */
export const LARGEST_SEARCH = 20_000_000;
const LARGEST = 10; // characters that a joined edit may be larger than the smallest edit in it
const GRAM = 4; // tokens of an anchor
const CONFETTI = 0.4; // share of kept tokens below which a passage counts as rewritten

const SENTENCE_END = new Set("。；！？;!?.");
const CLOSERS = new Set('，、：,:）)》】」”"’%');
const OPENERS = new Set("（(《【「“");
const LINKS = new Set("./?&=@:#%_+~-"); // what holds a link or a mailbox together
const LATIN = /^[A-Za-z0-9]/;
const COMMAS = new Set("，、,：:");

/** One UTF-16 unit for each form. */
export class Codes {
  /** @type {Map<string, string>} */
  known = new Map();

  /** @param {string} key */
  code(key) {
    let code = this.known.get(key);
    if (code === undefined) {
      if (this.known.size > 0xffff) throw new RangeError("more than 65536 different words");
      code = String.fromCharCode(this.known.size);
      this.known.set(key, code);
    }
    return code;
  }

  /** @param {Token[]} tokens */
  encode(tokens) {
    return tokens.map((token) => this.code(token.form)).join("");
  }
}

/** The edits between two streams, in order, none touching the next.
 * @param {string} old @param {string} now @returns {Edit[]} */
export function diff(old, now) {
  /** @type {Edit[]} */
  const edits = [];
  search(old, now, 0, 0, (i1, i2, j1, j2) => {
    const last = edits.at(-1);
    if (last && last[1] === i1 && last[3] === j1) [last[1], last[3]] = [i2, j2];
    else edits.push([i1, i2, j1, j2]);
  });
  return edits;
}

/** Edits of two streams that begin at `i` and `j`.
 * @param {string} old @param {string} now @param {number} i @param {number} j
 * @param {(...edit: Edit) => void} found */
function search(old, now, i, j, found) {
  const head = commonPrefix(old, now, 0, 0);
  const tail = commonSuffix(old, now, head);
  [old, now] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  [i, j] = [i + head, j + head];
  if (!old || !now) {
    if (old || now) found(i, i + old.length, j, j + now.length);
    return;
  }
  const anchors = findAnchors(old, now);
  let at = 0, to = 0;
  for (const [a, b] of anchors) {
    if (a < at || b < to) continue; // inside the match before
    search(old.slice(at, a), now.slice(to, b), i + at, j + to, found);
    const size = commonPrefix(old, now, a, b);
    [at, to] = [a + size, b + size];
  }
  if (anchors.length) search(old.slice(at), now.slice(to), i + at, j + to, found);
  else if (old.length * now.length > LARGEST_SEARCH) found(i, i + old.length, j, j + now.length);
  else {
    for (const [a, b] of [...kept(old, now), [old.length, now.length]]) {
      if (at < a || to < b) found(i + at, i + a, j + to, j + b);
      [at, to] = [a + 1, b + 1];
    }
  }
}

/** Places of runs of tokens that occur once in each stream, in the order of both.
 * @param {string} old @param {string} now */
function findAnchors(old, now) {
  const theirs = once(now);
  /** @type {[number, number][]} */
  const pairs = [];
  for (const [gram, at] of once(old)) {
    const there = theirs.get(gram);
    if (there !== undefined) pairs.push([at, there]);
  }
  return increasing(pairs.map(([, there]) => there)).map((at) => pairs[at]);
}

/** @param {string} stream */
function once(stream) {
  /** @type {Map<string, number>} */
  const found = new Map();
  const again = new Set();
  for (let at = 0; at + GRAM <= stream.length; at++) {
    const gram = stream.slice(at, at + GRAM);
    if (found.has(gram)) again.add(gram);
    else found.set(gram, at);
  }
  for (const gram of again) found.delete(gram);
  return found;
}

/** Indices of a longest increasing subsequence of distinct values. @param {number[]} values */
function increasing(values) {
  /** @type {number[]} */
  const ends = [];
  /** @type {number[]} */
  const before = [];
  for (const [at, value] of values.entries()) {
    let low = 0, high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]] < value) low = middle + 1;
      else high = middle;
    }
    before.push(low ? ends[low - 1] : -1);
    ends[low] = at;
  }
  /** @type {number[]} */
  const chain = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) chain.push(at);
  return chain.reverse();
}

/** @param {string} old @param {string} now @param {number} at @param {number} to */
function commonPrefix(old, now, at, to) {
  const limit = Math.min(old.length - at, now.length - to);
  let size = 0;
  while (size < limit && old.charCodeAt(at + size) === now.charCodeAt(to + size)) size++;
  return size;
}

/** @param {string} old @param {string} now @param {number} head */
function commonSuffix(old, now, head) {
  const limit = Math.min(old.length, now.length) - head;
  let size = 0;
  while (size < limit && old.at(-1 - size) === now.at(-1 - size)) size++;
  return size;
}

/** The edits with each pure insertion or deletion at its most natural borders.
 * @param {Edit[]} edits @param {Token[]} old @param {Token[]} now */
export function slide(edits, old, now) {
  /** @type {Edit[]} */
  const slid = [];
  for (const [at, [i1, i2, j1, j2]] of edits.entries()) {
    const [, floorI, , floorJ] = slid.at(-1) ?? [0, 0, 0, 0];
    const [topI, , topJ] = edits[at + 1] ?? [old.length, 0, now.length];
    const back = Math.min(i1 - floorI, j1 - floorJ);
    const on = Math.min(topI - i2, topJ - j2);
    let move = 0;
    if (i1 === i2) move = best(now, j1, j2, back, on);
    else if (j1 === j2) move = best(old, i1, i2, back, on);
    slid.push([i1 + move, i2 + move, j1 + move, j2 + move]);
  }
  return slid;
}

/** How far to slide a stretch, by the weight of the borders at both its ends; the least of equals.
 * @param {Token[]} tokens @param {number} start @param {number} end @param {number} back
 * @param {number} on */
function best(tokens, start, end, back, on) {
  /** @param {number} move */
  const weight = (move) => border(tokens, start + move) + border(tokens, end + move);
  const choices = [0];
  for (let move = 1; move <= back; move++) {
    if (tokens[start - move].form !== tokens[end - move].form) break;
    choices.push(-move);
  }
  for (let move = 1; move <= on; move++) {
    if (tokens[start + move - 1].form !== tokens[end + move - 1].form) break;
    choices.push(move);
  }
  choices.sort((a, b) => Math.abs(a) - Math.abs(b));
  return choices.reduce((most, move) => weight(move) > weight(most) ? move : most);
}

/** Weight of the border before a token: how natural it is to cut there.
 * @param {Token[]} tokens @param {number} at */
function border(tokens, at) {
  if (at <= 0 || at >= tokens.length) return 8;
  const before = tokens[at - 1], after = tokens[at];
  if (before.unit !== after.unit) return 9;
  if (!samePlace(before, after)) return 8;
  if (SENTENCE_END.has(before.form)) return 5;
  if (CLOSERS.has(after.form) || OPENERS.has(before.form)) return COMMAS.has(after.form) ? 0 : -1;
  if (CLOSERS.has(before.form)) return 3;
  return OPENERS.has(after.form) ? 2 : 1;
}

/** The edits with crumbs between them taken in, so that a person reads words.
 * @param {Edit[]} edits @param {Token[]} old @param {Token[]} now */
export function join(edits, old, now) {
  return joinRewritten(joinCrumbs(edits, old, now), old);
}

/** @param {Edit[]} edits @param {Token[]} old @param {Token[]} now */
function joinCrumbs(edits, old, now) {
  /** @param {Edit} edit */
  const size = ([i1, i2, j1, j2]) => Math.max(width(old, i1, i2), width(now, j1, j2));
  /** @type {Edit[]} */
  const joined = [];
  /** @type {number[]} */
  const smallest = []; // of the edits joined into each
  for (const edit of edits) {
    const own = size(edit);
    const last = joined.at(-1);
    if (last) {
      /** @type {Edit} */
      const both = [last[0], edit[1], last[2], edit[3]];
      const least = Math.min(smallest[smallest.length - 1], own);
      const crumb = edit[0] - last[1] === 1 && isCrumb(old, last[1]) &&
        onOneLine(old, both[0], both[1]) && onOneLine(now, both[2], both[3]);
      if (crumb && size(both) - least <= LARGEST) {
        joined[joined.length - 1] = both;
        smallest[smallest.length - 1] = least;
        continue;
      }
    }
    joined.push(edit);
    smallest.push(own);
  }
  return joined;
}

/** Characters of a stretch of tokens. @param {Token[]} tokens @param {number} start
 * @param {number} end */
function width(tokens, start, end) {
  let sum = 0;
  for (let at = start; at < end; at++) sum += tokens[at].end - tokens[at].start;
  return sum;
}

/** Whether a token is one character or short word, or a mark inside a link.
 * @param {Token[]} tokens @param {number} at */
function isCrumb(tokens, at) {
  const { start, end, form } = tokens[at];
  if (!LINKS.has(form)) return length(form) <= 3 && startsWithLetter(form);
  const before = tokens[at - 1], after = tokens[at + 1];
  return before?.end === start && after?.start === end && LATIN.test(before.form) &&
    LATIN.test(after.form);
}

/** @param {Token[]} tokens @param {number} start @param {number} end */
const onOneLine = (tokens, start, end) =>
  start === end || samePlace(tokens[start], tokens[end - 1]);

/** Joins three or more edits that leave only crumbs of a passage between them.
 * @param {Edit[]} edits @param {Token[]} old */
function joinRewritten(edits, old) {
  /** @type {Edit[]} */
  const joined = [];
  for (let at = 0; at < edits.length;) {
    const first = edits[at];
    let end = at + 1, kept = 0, best = at + 1;
    while (end < edits.length && isWithin(old, edits[end - 1][1], edits[end][0])) {
      kept += edits[end][0] - edits[end - 1][1];
      const last = edits[end++];
      if (end - at < 3) continue;
      if (kept >= CONFETTI * Math.max(last[1] - first[0], last[3] - first[2])) break;
      best = end;
    }
    const last = edits[best - 1];
    joined.push([first[0], last[1], first[2], last[3]]);
    at = best;
  }
  return joined;
}

/** Whether an island is at most two tokens inside a sentence.
 * @param {Token[]} old @param {number} start @param {number} end */
const isWithin = (old, start, end) =>
  end - start <= 2 &&
  old.slice(start, end).every((each) =>
    !SENTENCE_END.has(each.form) && samePlace(each, old[start])
  );
