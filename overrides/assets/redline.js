// The redline of two editions in the browser: the same hunks and clauses, to the byte, as
// clausepress.compare.redline finds, by the same steps; a test holds the two together.

import { squeezed } from "./redline/chars.js";
import { Codes, diff, join, slide } from "./redline/diff.js";
import {
  editHunks,
  firstLine,
  hunk,
  movedRows,
  numberLook,
  numberSpan,
  quietHunks,
  reference,
  wholeHunk,
} from "./redline/hunks.js";
import { matchUnits } from "./redline/matching.js";
import { ledByParent, movedUnits, relativeNumber, wholeWeights } from "./redline/moves.js";
import { findRenames, mergeTerms } from "./redline/renames.js";
import { readUnits } from "./redline/stream.js";
import { cutAtTables } from "./redline/tables.js";
import { wholeWords } from "./redline/words.js";

/** @import { Edit } from "./redline/diff.js" */
/** @import { ClauseRef, Hunk, HunkClass, Placed } from "./redline/hunks.js" */
/** @import { Group } from "./redline/matching.js" */
/** @import { Edition } from "./redline/edition.js" */
/** @import { Cut } from "./redline/tables.js" */
/** @import { Token, Unit } from "./redline/stream.js" */

/** What of edition.json is read. @typedef {{ text_digest: string, edition: Edition }} EditionJson */

/** What became of a clause, or where a new one comes from.
 * @typedef {object} ClausePair
 * @property {ClauseRef | null} old
 * @property {ClauseRef | null} new
 * @property {boolean} moved
 * @property {boolean} renumbered
 * @property {string[]} hunks ids of the hunks in its own text
 */
/** All that differs between two editions, as redline.json has it; offsets count code points.
 * @typedef {object} Redline
 * @property {string} lang
 * @property {string} old_digest
 * @property {string} new_digest
 * @property {Hunk[]} hunks
 * @property {ClausePair[]} clauses
 * @property {Partial<Record<HunkClass, number>>} counts
 */

/** All that differs between two editions of a policy in one language.
 * @param {EditionJson} old
 * @param {EditionJson} now
 * @returns {Redline}
 */
export function redline(old, now) {
  if (old.edition.lang !== now.edition.lang) {
    throw new Error(
      `a redline is of one language, and these are "${old.edition.lang}" and ` +
        `"${now.edition.lang}"; fix: choose two editions in the same language`,
    );
  }
  const { hunks, clauses } = new Work(readUnits(old.edition), readUnits(now.edition)).compare();
  /** @type {Redline["counts"]} */
  const counts = {};
  for (const each of hunks) counts[each.class] = (counts[each.class] ?? 0) + 1;
  return {
    lang: now.edition.lang,
    old_digest: old.text_digest,
    new_digest: now.text_digest,
    hunks,
    clauses,
    counts,
  };
}

/** One comparison: the units of both editions and what is found. */
class Work {
  codes = new Codes();

  /** @param {Unit[]} old @param {Unit[]} now */
  constructor(old, now) {
    this.old = old;
    this.now = now;
    /** @type {[string, string]} */
    this.texts = [text(old), text(now)];
    this.groups = matchUnits(old, now, this.codes);
    this.renames = findRenames(this.groups.map((group) => this.part(group)));
    if (this.renames.length) {
      mergeTerms(old, this.renames);
      mergeTerms(now, this.renames);
      this.groups = matchUnits(old, now, this.codes);
    }
    /** @type {[number, number][]} */
    const pairs = this.groups.map((group) => [group.old[0], group.now[0]]);
    const weights = wholeWeights(now);
    this.toNew = new Map(pairs);
    this.moved = movedUnits(pairs, pairs.map(([, b]) => weights[b]));
  }

  /** @param {Group} group */
  part(group) {
    const old = stream(this.old, group.old), now = stream(this.now, group.now);
    const edits = diff(this.codes.encode(old), this.codes.encode(now));
    return { old, now, edits, joined: join(edits, old, now) };
  }

  /** The hunks and the clauses, in the order of the new text. */
  compare() {
    /** @type {Hunk[]} */
    const found = [];
    /** @type {Omit<ClausePair, "hunks">[]} */
    const rows = [];
    for (const [group, gone, come] of this.places()) {
      if (group) {
        found.push(...this.ofGroup(group));
        rows.push(...this.rowsOf(group));
      } else {
        found.push(wholeHunk(gone, come));
        rows.push(row(gone, come));
      }
    }
    const hunks = counted(found);
    /** @type {Map<string, string[]>} */
    const names = new Map(rows.map((each) => [home(each.old, each.new), []]));
    for (const each of hunks) names.get(home(each.old_clause, each.new_clause))?.push(each.id);
    const clauses = rows.map((each) => ({
      ...each,
      hunks: names.get(home(each.old, each.new)) ?? [],
    }));
    return { hunks, clauses };
  }

  /** Groups, removed units and new ones, in the order of the text.
   * @returns {Generator<[group?: Group, gone?: Unit, come?: Unit]>} */
  *places() {
    const ofOld = new Map(this.groups.flatMap((group) => group.old.map((at) => [at, group])));
    const ofNow = new Map(this.groups.flatMap((group) => group.now.map((at) => [at, group])));
    /** @type {Map<number, Unit[]>} */
    const behind = new Map();
    let last = 0;
    for (const unit of this.old) {
      const group = ofOld.get(unit.index);
      if (!group) behind.set(last, [...behind.get(last) ?? [], unit]);
      else if (!this.moved.has(group.now[0])) last = group.now[group.now.length - 1];
    }
    for (const unit of this.now) {
      const group = ofNow.get(unit.index);
      if (!group) yield [undefined, undefined, unit];
      else if (group.now[0] === unit.index) yield [group];
      for (const gone of behind.get(unit.index) ?? []) yield [undefined, gone];
    }
  }

  /** @param {Group} group */
  rowsOf(group) {
    const a = this.old[group.old[0]], b = this.now[group.now[0]];
    return [
      row(a, b, this.moved.has(b.index), a.number !== b.number),
      ...group.now.slice(1).map((index) => row(a, this.now[index])),
      ...group.old.slice(1).map((index) => row(this.old[index], b)),
    ];
  }

  /** @param {Group} group @returns {Generator<Hunk>} */
  *ofGroup(group) {
    const a = this.old[group.old[0]], b = this.now[group.now[0]];
    yield* this.ofNumbers(a, b);
    if (group.old.length === 1 && group.now.length === 1 && hasSameText(a, b)) return;
    const old = { tokens: stream(this.old, group.old), units: this.old, lead: a };
    const now = { tokens: stream(this.now, group.now), units: this.now, lead: b };
    const cuts = [...cutAtTables(old.tokens, now.tokens, this.codes)];
    const edits = [...this.edits(cuts, old.tokens, now.tokens)];
    const rows = movedRows(cuts, old, now);
    /** @type {Placed[]} */
    const found = [];
    for (const edit of edits) {
      const told = rows.get(`${edit}`) ?? editHunks(edit, old, now);
      for (const each of told) found.push([edit[2], each]);
    }
    found.push(...quietHunks(old, now, edits, this.renames));
    found.sort((x, y) => x[0] - y[0]);
    for (const [, each] of found) yield each;
  }

  /** A move, a renumbering, or another look of the number; and a heading gained or lost.
   * @param {Unit} a @param {Unit} b @returns {Generator<Hunk>} */
  *ofNumbers(a, b) {
    const led = ledByParent(a, b, this.toNew);
    if (this.moved.has(b.index) && !(led && this.moved.has(b.parent))) {
      yield hunk("moved", a, b, null, null);
    } else if (a.number !== b.number) {
      if (!led || relativeNumber(a, this.old) !== relativeNumber(b, this.now)) {
        yield hunk("renumbered", a, b, null, null);
      }
    } else if (a.clause.number !== b.clause.number) {
      yield hunk(numberLook(a, b), a, b, numberSpan(a), numberSpan(b));
    }
    const isHeaded = a.clause.heading.length > 0;
    if (isHeaded !== b.clause.heading.length > 0 && a.tokens.length && b.tokens.length) {
      yield hunk("layout", a, b, firstLine(a), firstLine(b));
    }
  }

  /** @param {Cut[]} cuts @param {Token[]} old @param {Token[]} now @returns {Generator<Edit>} */
  *edits(cuts, old, now) {
    for (const cut of cuts) {
      const [i, iEnd] = cut.old, [j, jEnd] = cut.now;
      if (cut.row) {
        yield [i, iEnd, j, jEnd];
        continue;
      }
      const mine = old.slice(i, iEnd), theirs = now.slice(j, jEnd);
      const raw = diff(this.codes.encode(mine), this.codes.encode(theirs));
      const joined = join(slide(raw, mine, theirs), mine, theirs);
      for (const [i1, i2, j1, j2] of wholeWords(joined, mine, theirs, ...this.texts)) {
        yield [i + i1, i + i2, j + j1, j + j2];
      }
    }
  }
}

/** @param {Unit[]} units */
const text = (units) => units.map((unit) => unit.text).join("\n");

/** Tokens of the units of a group; the numbers of all but the first are text.
 * @param {Unit[]} units @param {number[]} members */
const stream = (units, [first, ...rest]) => [
  ...units[first].tokens,
  ...rest.flatMap((index) => [...units[index].numberTokens, ...units[index].tokens]),
];

/** The clause that a hunk is told in: the new one, if there is one.
 * @param {ClauseRef | null} old @param {ClauseRef | null} now */
const home = (old, now) => now ? `new ${now.id}` : `old ${old?.id}`;

/** @param {Unit | undefined} a @param {Unit | undefined} b */
const row = (a, b, moved = false, renumbered = false) => ({
  old: a ? reference(a) : null,
  new: b ? reference(b) : null,
  moved,
  renumbered,
});

/** @param {Unit} a @param {Unit} b */
const hasSameText = (a, b) =>
  JSON.stringify([a.clause.heading, a.clause.blocks]) ===
    JSON.stringify([b.clause.heading, b.clause.blocks]);

/** Reports each renamed term once, where it first occurs, with its count; names the hunks.
 * @param {Hunk[]} found */
function counted(found) {
  /** @type {Map<string, Hunk>} */
  const terms = new Map();
  const kept = found.filter((each) => {
    if (each.class !== "renamed-term") return true;
    const names = `${squeezed(each.old?.text ?? "")}\n${squeezed(each.new?.text ?? "")}`;
    const first = terms.get(names);
    if (first) first.count++;
    else terms.set(names, each);
    return !first;
  });
  for (const [at, each] of kept.entries()) each.id = `h${at + 1}`;
  return kept;
}
