// Hunks made of edits, and of what differs without a word changing (clausepress.compare.hunks).

import { length, squeezed, startsWithLetter, withoutSpace } from "./chars.js";
import { isTerm } from "./renames.js";
import { NUMBER, samePlace, slice, tokenise } from "./stream.js";

/** @import { Edit } from "./diff.js" */
/** @import { Rename } from "./renames.js" */
/** @import { Cut } from "./tables.js" */
/** @import { Token, Unit } from "./stream.js" */

/** What a difference is.
 * @typedef {"added" | "removed" | "wording" | "moved" | "renumbered" | "emphasis-gained" |
 *   "emphasis-lost" | "renamed-term" | "width" | "space" | "list-mark" | "layout"} HunkClass */
/** @typedef {{ id: string, number: string }} ClauseRef */
/** @typedef {{ text: string, start: number, end: number }} Span */
/** One difference, as redline.json has it.
 * @typedef {object} Hunk
 * @property {string} id
 * @property {HunkClass} class
 * @property {ClauseRef | null} old_clause
 * @property {ClauseRef | null} new_clause
 * @property {Span | null} old
 * @property {Span | null} new
 * @property {number} count
 */
/** A hunk and the place in the new stream it stands at. @typedef {[number, Hunk]} Placed */
/** @typedef {[unit: Unit, start: number, end: number]} Stretch */
/** Tokens of a group of clauses and all units of the text.
 * @typedef {{ tokens: Token[], units: Unit[], lead: Unit }} Side */

/** How a hunk names a clause. @param {Unit} unit @returns {ClauseRef} */
export const reference = (unit) => ({ id: unit.clause.id, number: unit.clause.number });

/** A stretch of a clause's own text. @param {Stretch} stretch @returns {Span} */
const span = ([unit, start, end]) => ({ text: slice(unit, start, end), start, end });

/** @param {HunkClass} kind @param {Unit | undefined} a @param {Unit | undefined} b
 * @param {Span | null} old @param {Span | null} now @returns {Hunk} */
export const hunk = (kind, a, b, old, now) => ({
  id: "",
  class: kind,
  old_clause: a ? reference(a) : null,
  new_clause: b ? reference(b) : null,
  old,
  new: now,
  count: 1,
});

/** The hunk of a clause that only one edition has.
 * @param {Unit | undefined} old @param {Unit | undefined} now */
export const wholeHunk = (old, now) =>
  hunk(now ? "added" : "removed", old, now, old ? all(old) : null, now ? all(now) : null);

/** @param {Unit} unit */
const all = (unit) => span([unit, 0, unit.chars.length]);

/** The printed number as a stretch before the text. @param {Unit} unit */
export const numberSpan = (unit) => span([unit, -length(unit.clause.number), 0]);

/** Class of two numbers that are the same, yet printed in another way.
 * @param {Unit} a @param {Unit} b */
export const numberLook = (a, b) =>
  squeezed(a.clause.number) === squeezed(b.clause.number) ? "width" : "list-mark";

/** The first line of a clause. @param {Unit} unit */
export const firstLine = (unit) => span([unit, 0, length(unit.text.split("\n", 1)[0])]);

/** An edit as hunks, one for each clause it reaches into.
 * @param {Edit} edit @param {Side} old @param {Side} now @returns {Generator<Hunk>} */
export function* editHunks([i1, i2, j1, j2], old, now) {
  const gone = covers(old, i1, i2), come = covers(now, j1, j2);
  const atLine = (j1 === j2 && startsLine(old.tokens, i1)) ||
    (i1 === i2 && startsLine(now.tokens, j1));
  const here = point(old, i2, atLine && !gone.length);
  const there = point(now, j2, atLine && !come.length);
  for (let at = 0; at < Math.max(gone.length, come.length); at++) {
    const mine = gone[at], theirs = come[at];
    const kind = mine && theirs ? "wording" : theirs ? "added" : "removed";
    const a = mine ?? here, b = theirs ?? there;
    yield hunk(kind, a[0], b[0], span(a), span(b));
  }
}

/** What is told of the edits of rows that moved within their table as they are, by edit: the hunk
 * stands at the new place; the edit at the old one tells nothing.
 * @param {Cut[]} cuts @param {Side} old @param {Side} now */
export function movedRows(cuts, old, now) {
  const rows = new Map(cuts.filter((cut) => cut.row).map((cut) => [cut.old, cut]));
  /** @type {Map<string, Hunk[]>} */
  const told = new Map();
  for (const { old: here, now: there, stood } of cuts) {
    const left = stood && rows.get(stood);
    if (!left) continue;
    const [a] = covers(old, ...stood), [b] = covers(now, ...there);
    const before = span(a), after = span(b);
    if (before.text !== after.text) continue;
    told.set(`${[...left.old, ...left.now]}`, []);
    told.set(`${[...here, ...there]}`, [hunk("moved", a[0], b[0], before, after)]);
  }
  return told;
}

/** What a stretch of tokens covers of each clause. @param {Side} side @param {number} start
 * @param {number} end */
function covers({ tokens, units }, start, end) {
  /** @type {Stretch[]} */
  const found = [];
  for (const token of tokens.slice(start, end)) {
    const last = found.at(-1);
    if (last && last[0].index === token.unit) last[2] = token.end;
    else found.push([units[token.unit], token.start, token.end]);
  }
  return found;
}

/** @param {Token[]} tokens @param {number} at */
const startsLine = (tokens, at) => at === 0 || !samePlace(tokens[at - 1], tokens[at]);

/** Where something that is not there would stand: on the line it belongs to.
 * @param {Side} side @param {number} at @param {boolean} atLine @returns {Stretch} */
function point({ tokens, units, lead }, at, atLine) {
  if (!tokens.length) return [lead, 0, 0];
  if (at === tokens.length || (at > 0 && !atLine)) {
    const { unit, end } = tokens[at - 1];
    return [units[unit], end, end];
  }
  const { unit, start } = tokens[at];
  return [units[unit], start, start];
}

/** What differs where the words are the same: looks, borders, emphasis, renamed terms.
 * @param {Side} old @param {Side} now @param {Edit[]} edits @param {Rename[]} renames */
export function quietHunks(old, now, edits, renames) {
  const names = new Set(renames.map((each) => `${each.old.join("")}\n${each.now.join("")}`));
  const pairs = kept(edits, old, now);
  /** @type {Placed[]} */
  const looks = [];
  for (const [a, b, place] of pairs) {
    const before = slice(old.units[a.unit], a.start, a.end);
    const after = slice(now.units[b.unit], b.start, b.end);
    if (before !== after) {
      looks.push([place, over(look(a, before, after, names), [a, b], [a, b], old, now)]);
    }
  }
  return [
    ...runs(looks),
    ...gaps(pairs, old, now),
    ...bullets(pairs, old, now),
    ...emphasis(pairs, old, now),
  ];
}

/** Tokens both texts have, with the place in the new stream.
 * @typedef {[a: Token, b: Token, place: number, oldPlace: number]} Kept */

/** @param {Edit[]} edits @param {Side} old @param {Side} now @returns {Kept[]} */
function kept(edits, old, now) {
  /** @type {Kept[]} */
  const pairs = [];
  const size = old.tokens.length;
  let i = 0, j = 0;
  for (const [i1, i2, , j2] of [...edits, [size, size, 0, 0]]) {
    for (; i < i1; i++, j++) pairs.push([old.tokens[i], now.tokens[j], j, i]);
    [i, j] = [i2, j2];
  }
  return pairs;
}

/** @param {Token} token @param {string} before @param {string} after @param {Set<string>} names
 * @returns {HunkClass} */
function look(token, before, after, names) {
  if (isTerm(token)) {
    const old = nameOf(before), now = nameOf(after);
    if (old !== now) return names.has(`${old}\n${now}`) ? "renamed-term" : "wording";
  }
  if (withoutSpace(before) === withoutSpace(after)) return "space";
  const isNumber = token.form.startsWith("(") && squeezed(before) !== squeezed(after);
  return isNumber ? "list-mark" : "width";
}

/** @param {string} text */
const nameOf = (text) => tokenise(text, new Map()).map(([, , form]) => form).join("");

/** A hunk from one pair of tokens to another.
 * @param {HunkClass} kind @param {Token[]} first @param {Token[]} last @param {Side} old
 * @param {Side} now */
function over(kind, first, last, old, now) {
  const a = old.units[last[0].unit], b = now.units[last[1].unit];
  return hunk(
    kind,
    a,
    b,
    span([a, first[0].start, last[0].end]),
    span([b, first[1].start, last[1].end]),
  );
}

/** Joins tokens of another width that stand side by side. @param {Placed[]} found */
function runs(found) {
  /** @type {Placed[]} */
  const joined = [];
  for (const [place, here] of found) {
    const last = joined.at(-1)?.[1];
    if (last && touch(last, here)) {
      for (const side of /** @type {const} */ (["old", "new"])) {
        const whole = /** @type {Span} */ (last[side]), more = /** @type {Span} */ (here[side]);
        last[side] = { text: whole.text + more.text, start: whole.start, end: more.end };
      }
    } else joined.push([place, here]);
  }
  return joined;
}

/** @param {Hunk} a @param {Hunk} b */
const touch = (a, b) =>
  a.class === "width" && b.class === "width" && a.old_clause?.id === b.old_clause?.id &&
  a.new_clause?.id === b.new_clause?.id && a.old?.end === b.old?.start &&
  a.new?.end === b.new?.start;

/** White space or a border that only one text has between two tokens.
 * @param {Kept[]} pairs @param {Side} old @param {Side} now @returns {Generator<Placed>} */
function* gaps(pairs, old, now) {
  for (let at = 1; at < pairs.length; at++) {
    const [h, k, toNow, toOld] = pairs[at - 1], [i, j, place, oldPlace] = pairs[at];
    if (toNow + 1 !== place || toOld + 1 !== oldPlace) continue;
    const isNumber = h.block === NUMBER || k.block === NUMBER;
    if (isNumber && h.unit === i.unit && k.unit === j.unit) continue; // between number and text
    const insideOld = samePlace(h, i), insideNow = samePlace(k, j);
    if (insideOld && insideNow && i.start - h.end === j.start - k.end) continue;
    const a = old.units[i.unit], b = now.units[j.unit];
    const before = span([a, h.unit === i.unit ? h.end : i.start, i.start]);
    const after = span([b, k.unit === j.unit ? k.end : j.start, j.start]);
    if (insideOld !== insideNow) yield [place, hunk("layout", a, b, before, after)];
    else if (insideOld && before.text !== after.text) {
      yield [place, hunk("space", a, b, before, after)];
    }
  }
}

/** Items whose list mark only one text has: told at their first token.
 * @param {Kept[]} pairs @param {Side} old @param {Side} now @returns {Generator<Placed>} */
function* bullets(pairs, old, now) {
  for (const [a, b, j, i] of pairs) {
    if (a.bullet === b.bullet || !startsLine(old.tokens, i) || !startsLine(now.tokens, j)) continue;
    yield [j, over("list-mark", [a, b], [a, b], old, now)];
  }
}

/** Stretches of the same words that gained or lost their mark, one for each clause.
 * @param {Kept[]} pairs @param {Side} old @param {Side} now @returns {Generator<Placed>} */
function* emphasis(pairs, old, now) {
  for (let at = 0, end = 0; at < pairs.length; at = end) {
    const [a, b, place] = pairs[at];
    while (end < pairs.length && sameChange(pairs[at], pairs[end])) end++;
    const words = pairs.slice(at, end).some(([, each]) => isWord(each));
    if (a.mark === b.mark || !words) continue;
    const last = pairs[end - 1];
    const kind = b.mark ? "emphasis-gained" : "emphasis-lost";
    yield [place, over(kind, [a, b], [last[0], last[1]], old, now)];
  }
}

/** @param {Kept} x @param {Kept} y */
const sameChange = ([a, b], [c, d]) =>
  Number(b.mark) - Number(a.mark) === Number(d.mark) - Number(c.mark) && a.unit === c.unit &&
  b.unit === d.unit;

/** @param {Token} token */
const isWord = (token) => isTerm(token) || startsWithLetter(token.form);
