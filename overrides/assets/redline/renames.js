// Terms replaced throughout a text (clausepress.compare.renames): the same words gave way to the
// same words at least three times and almost everywhere.

import { length, LETTER } from "./chars.js";
import { HAN_NUMERAL, samePlace } from "./stream.js";

/** @import { Edit } from "./diff.js" */
/** @import { Token, Unit } from "./stream.js" */

/** Forms of the tokens of a term and of the one it gave way to.
 * @typedef {{ old: string[], now: string[] }} Rename */
/** Tokens, the edits between them, and these joined to words.
 * @typedef {{ old: Token[], now: Token[], edits: Edit[], joined: Edit[] }} Part */
/** Where words gave way to others: the part, the edit, and the kept tokens around it.
 * @typedef {{ part: number, edit: Edit, floor: number, top: number }} Place */

const LEAST = 3;
const CONSISTENT = 0.8;
const LONGEST = 12; // tokens
const WIDEST = 8; // tokens of the term around what differs
const NO_TERM = new RegExp(`^(?:[^${LETTER}]*$|.*[0-9${HAN_NUMERAL}])`, "su");

/** The terms replaced throughout, the most frequent first, then the longest.
 * @param {Part[]} parts @returns {Rename[]} */
export function findRenames(parts) {
  /** @type {Map<string, { gone: string[], come: string[], here: Map<string, Place> }>} */
  const places = new Map();
  for (const [part, { old, now, edits, joined }] of parts.entries()) {
    for (const place of [...placesOf(part, edits, old), ...placesOf(part, joined, old)]) {
      const [i1, i2, j1, j2] = place.edit;
      const gone = forms(old.slice(i1, i2)), come = forms(now.slice(j1, j2));
      const key = JSON.stringify([gone, come]);
      const known = places.get(key) ?? { gone, come, here: new Map() };
      places.set(key, known);
      const spot = `${part} ${place.edit}`;
      if (!known.here.has(spot)) known.here.set(spot, place);
    }
  }
  /** @type {Rename[]} */
  const found = [];
  const told = new Set(); // old tokens that a rename accounts for
  const frequent = [...places.values()].filter(({ here }) => here.size >= LEAST);
  frequent.sort((a, b) => b.here.size - a.here.size || size(b) - size(a));
  for (const { gone, come, here: all } of frequent) {
    const here = [...all.values()].filter(({ part, edit }) => !told.has(`${part} ${edit[0]}`));
    if (here.length < LEAST || !(mayBePart(gone) && mayBePart(come))) continue;
    const rename = widened(gone, come, here, parts);
    if (!rename || !isConsistent(rename, here.length, parts)) continue;
    found.push(rename);
    for (const { part, edit } of here) {
      for (let at = edit[0]; at <= edit[1]; at++) told.add(`${part} ${at}`);
    }
  }
  return found;
}

/** @param {{ gone: string[], come: string[] }} term */
const size = ({ gone, come }) => gone.length + come.length;

/** @param {number} part @param {Edit[]} edits @param {Token[]} old @returns {Place[]} */
function placesOf(part, edits, old) {
  return edits
    .map((edit, at) => ({
      part,
      edit,
      floor: edits[at - 1]?.[1] ?? 0,
      top: edits[at + 1]?.[0] ?? old.length,
    }))
    .filter(({ edit }) => edit[1] - edit[0] <= LONGEST && edit[3] - edit[2] <= LONGEST);
}

/** @param {string[]} words */
const mayBePart = (words) => !words.some((form) => NO_TERM.test(form));

/** Characters of some words. @param {string[]} words */
const characters = (words) => length(words.join(""));

/** The whole term: what differs, with the words that stand around it every time.
 * @param {string[]} gone @param {string[]} come @param {Place[]} here @param {Part[]} parts */
function widened(gone, come, here, parts) {
  if (Math.min(characters(gone), characters(come)) >= 2) return { old: gone, now: come };
  const before = around(here, parts, ({ edit }, far) => edit[0] - 1 - far).reverse();
  const after = around(here, parts, ({ edit }, far) => edit[1] + far);
  const rename = { old: [...before, ...gone, ...after], now: [...before, ...come, ...after] };
  // One character is no term without its neighbours.
  return Math.min(characters(rename.old), characters(rename.now)) >= 2 ? rename : undefined;
}

/** @param {Place[]} here @param {Part[]} parts
 * @param {(place: Place, far: number) => number} where */
function around(here, parts, where) {
  /** @type {string[]} */
  const shared = [];
  while (shared.length < WIDEST) {
    const found = new Set(here.map((place) => {
      const at = where(place, shared.length);
      return place.floor <= at && at < place.top ? parts[place.part].old[at].form : "";
    }));
    const [form] = found;
    if (found.size > 1 || !form || NO_TERM.test(form)) break;
    shared.push(form);
  }
  return shared;
}

/** Whether the old name hardly stays anywhere in what both texts have.
 * @param {Rename} rename @param {number} changed @param {Part[]} parts */
function isConsistent(rename, changed, parts) {
  let stayed = 0;
  for (const { old, edits } of parts) {
    for (let at = 0; at < old.length; at++) {
      if (!standsAt(old, at, rename.old)) continue;
      const end = at + rename.old.length;
      if (!edits.some(([i1, i2]) => i1 <= end && i2 >= at)) stayed++;
    }
  }
  return changed >= CONSISTENT * (changed + stayed);
}

/** Whether a term stands at a place. @param {Token[]} tokens @param {number} at
 * @param {string[]} term */
const standsAt = (tokens, at, term) => term.every((form, far) => tokens[at + far]?.form === form);

/** Whether a token is a name of a renamed term. @param {Token} token */
export const isTerm = (token) => token.form.startsWith("\0");

/** Makes each name of a renamed term one token, both names with the same form.
 * @param {Unit[]} units @param {Rename[]} renames */
export function mergeTerms(units, renames) {
  /** @type {Map<string, Name>} */
  const names = new Map();
  for (const side of /** @type {const} */ (["old", "now"])) {
    for (const [at, rename] of renames.entries()) {
      names.set(JSON.stringify(rename[side]), { term: rename[side], form: `\0${at}` });
    }
  }
  /** @type {Map<string, Name[]>} */
  const byFirst = new Map();
  for (const name of [...names.values()].sort((a, b) => b.term.length - a.term.length)) {
    byFirst.set(name.term[0], [...byFirst.get(name.term[0]) ?? [], name]);
  }
  for (const unit of units) unit.tokens = merged(unit.tokens, byFirst);
}

/** @typedef {{ term: string[], form: string }} Name */

/** @param {Token[]} tokens @param {Map<string, Name[]>} byFirst those with a first word, the
 * longest first */
function merged(tokens, byFirst) {
  /** @type {Token[]} */
  const found = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const name = byFirst.get(token.form)?.find(({ term }) =>
      standsAt(tokens, at, term) && samePlace(token, tokens[at + term.length - 1])
    );
    if (!name) {
      found.push(token);
      continue;
    }
    const all = tokens.slice(at, at + name.term.length);
    const end = all[all.length - 1].end;
    found.push({ ...token, end, form: name.form, mark: all.some((each) => each.mark) });
    at += all.length - 1;
  }
  return found;
}

/** @param {Token[]} tokens */
const forms = (tokens) => tokens.map((token) => token.form);
