// Which clause of the old text became which of the new one (clausepress.compare.matching): first
// those with the same words, then the same given id, then short items below one clause, then by
// likeness, then by the clauses below.

import { Codes, diff } from "./diff.js";
import { GRAM, grams, likeness, shared } from "./likeness.js";

/** @import { Unit } from "./stream.js" */

/** Old clauses that hold the same text as some new ones; the first are paired with each other.
 * @typedef {{ old: number[], now: number[] }} Group */

const LIKE = 0.5; // likeness of a pair that nothing else speaks for
const LIKE_IN_PLACE = 0.3; // the same with the same number between the same neighbours
const LIKE_ELSEWHERE = 0.6; // the same for a clause that moved
const LIKE_WHOLE = 0.6; // the same with all that stands below, for a clause that became a list
const SHORT = 6; // tokens below which a clause is not found elsewhere by its words
const HELD = 0.6; // share of a clause's words that another must hold to be its other half
const HELD_BELOW = 0.5; // the same for an item below that clause, by shorter runs
const COMMON = 24; // clauses with a run of tokens above which it tells nothing
const CHOICES = 8; // clauses compared closely for each
const GRAM_BELOW = 2;
const CLOSERS = new Set("。；，、;,.");

/** The groups in the order of the new text; units in none are gone or new.
 * @param {Unit[]} old @param {Unit[]} now @param {Codes} codes */
export function matchUnits(old, now, codes) {
  const matcher = new Matcher(old, now, codes);
  matcher.byWords();
  matcher.byId();
  matcher.byItems();
  matcher.byLikeness();
  matcher.byChildren();
  return matcher.groups();
}

class Matcher {
  /** @type {Map<number, number>} */
  toNew = new Map([[0, 0]]); // the preface is the preface
  /** @type {Map<number, number>} */
  toOld = new Map([[0, 0]]);

  /** @param {Unit[]} old @param {Unit[]} now @param {Codes} codes */
  constructor(old, now, codes) {
    this.old = old;
    this.now = now;
    this.codes = codes;
    this.olds = old.map((unit) => codes.encode(unit.tokens));
    this.nows = now.map((unit) => codes.encode(unit.tokens));
  }

  /** @param {number} a @param {number} b */
  pair(a, b) {
    this.toNew.set(a, b);
    this.toOld.set(b, a);
  }

  /** Pairs equal texts: in order first, then the long ones that stand elsewhere once. */
  byWords() {
    const keys = new Codes();
    /** @param {Unit[]} units @param {string[]} texts */
    const stream = (units, texts) =>
      units.slice(1).map(({ index, number }) =>
        keys.code(`${texts[index].length < SHORT ? number : ""}\n${texts[index]}`)
      ).join("");
    const mine = stream(this.old, this.olds), theirs = stream(this.now, this.nows);
    let a = 1, b = 1;
    for (const [i1, i2, j1, j2] of [...diff(mine, theirs), [mine.length, 0, theirs.length, 0]]) {
      while (a <= i1 && b <= j1) this.pair(a++, b++);
      [a, b] = [i2 + 1, j2 + 1];
    }
    const there = places(this.nows, this.toOld);
    for (const [text, here] of places(this.olds, this.toNew)) {
      const others = there.get(text);
      if (others?.length !== here.length) continue;
      for (const [at, index] of here.entries()) this.pair(index, others[at]);
    }
  }

  /** Pairs clauses with the same id; one that may be derived needs some of the words. */
  byId() {
    const theirs = new Map(this.now.map((unit) => [unit.clause.id, unit]));
    for (const unit of this.old) {
      const other = theirs.get(unit.clause.id);
      if (!other || !(unit.explicit || other.explicit)) continue;
      const a = unit.index, b = other.index;
      if (this.toNew.has(a) || this.toOld.has(b)) continue;
      if ((unit.explicit && other.explicit) || this.likeness(a, b) >= LIKE_IN_PLACE) {
        this.pair(a, b);
      }
    }
  }

  /** Pairs short items with the same words below paired clauses, their closing mark aside. */
  byItems() {
    const theirs = items(this.now, this.nows, this.toOld);
    for (const { parent, item, here } of items(this.old, this.olds, this.toNew).values()) {
      if (parent >= 0 && !this.toNew.has(parent)) continue;
      const there = theirs.get(`${this.toNew.get(parent) ?? -1} ${item}`)?.here ?? [];
      if (here.length !== there.length) continue;
      for (const [at, a] of here.entries()) this.pair(a, there[at]);
    }
  }

  /** Pairs what is left, the likest first. */
  byLikeness() {
    /** @type {[number, number, number][]} */
    const found = [];
    const beforeOld = before(this.toNew, this.old.length);
    const beforeNow = before(this.toOld, this.now.length);
    for (const [a, b] of this.candidates()) {
      let like = this.likeness(a, b);
      const inPlace = this.toNew.get(beforeOld[a]) === beforeNow[b];
      const same = this.old[a].number === this.now[b].number;
      const sizes = [this.olds[a].length, this.nows[b].length];
      let needed = LIKE_ELSEWHERE;
      if (inPlace && same) needed = sizes.every(Boolean) ? LIKE_IN_PLACE : 0; // may gain its text
      else if (inPlace) needed = LIKE;
      else if (Math.min(...sizes) < SHORT && !(same && this.hasSameParent(a, b))) continue;
      if (like < needed && (inPlace || (same && this.hasSameParent(a, b)))) {
        [like, needed] = [this.wholeLikeness(a, b), LIKE_WHOLE];
      }
      if (like >= needed) {
        const bonus = 0.1 * Number(same) + 0.1 * Number(inPlace) +
          0.05 * Number(this.hasSameParent(a, b));
        found.push([like + bonus, a, b]);
      }
    }
    found.sort((x, y) => y[0] - x[0] || x[1] - y[1] || x[2] - y[2]);
    for (const [, a, b] of found) {
      if (!this.toNew.has(a) && !this.toOld.has(b)) this.pair(a, b);
    }
  }

  /** Pairs clauses most of whose clauses below are paired, the lowest first. */
  byChildren() {
    /** @type {Map<number, Map<number, number>>} */
    const votes = new Map();
    /** @type {Map<number, number>} */
    const count = new Map();
    for (const unit of this.now) count.set(unit.parent, (count.get(unit.parent) ?? 0) + 1);
    for (let b = this.now.length - 1; b > 0; b--) {
      let a = this.toOld.get(b);
      if (a === undefined) {
        const best = [...votes.get(b) ?? []]
          .filter(([old]) => !this.toNew.has(old))
          .sort((x, y) => y[1] - x[1] || y[0] - x[0])[0];
        if (best && best[1] * 2 > (count.get(b) ?? 0)) this.pair(a = best[0], b);
      }
      if (a === undefined) continue;
      const above = this.old[a].parent, there = this.now[b].parent;
      if (above > 0 && there > 0) {
        const votesHere = votes.get(there) ?? new Map();
        votes.set(there, votesHere.set(above, (votesHere.get(above) ?? 0) + 1));
      }
    }
  }

  /** Every pair, with the clauses that hold the rest of its words. @returns {Group[]} */
  groups() {
    /** @type {Map<number, Group>} */
    const ofNow = new Map();
    /** @type {Map<number, Group>} */
    const ofOld = new Map();
    for (const [a, b] of this.toNew) {
      const group = { old: [a], now: [b] };
      ofNow.set(b, group);
      ofOld.set(a, group);
    }
    for (const step of [1, -1]) {
      this.attach(ofNow, step, "now");
      this.attach(ofOld, step, "old");
    }
    return [...new Set(ofNow.values())].sort((a, b) => a.now[0] - b.now[0]);
  }

  /** @param {Map<number, Group>} into @param {number} step @param {"old" | "now"} side */
  attach(into, step, side) {
    const [mine, theirs] = side === "now" ? [this.nows, this.olds] : [this.olds, this.nows];
    for (let at = 1; at < mine.length; at++) {
      const index = step > 0 ? at : mine.length - at;
      if (into.has(index) || !mine[index]) continue;
      const above = into.get(this[side][index].parent);
      const group = into.get(index - step) ?? above;
      if (!group) continue;
      const others = side === "now" ? group.old : group.now, own = group[side];
      const [size, held] = group === above ? [GRAM_BELOW, HELD_BELOW] : [GRAM, HELD];
      const rest = new Set(others.flatMap((each) => [...grams(theirs[each], size)]));
      for (const each of own) for (const gram of grams(mine[each], size)) rest.delete(gram);
      const here = grams(mine[index], size);
      if (shared(here, rest) >= held * here.size) {
        own.push(index);
        own.sort((a, b) => a - b);
        into.set(index, group);
      }
    }
  }

  /** Share of tokens that two clauses have in common, in order (0 to 1).
   * @param {number} a @param {number} b */
  likeness(a, b) {
    return likeness(this.olds[a], this.nows[b]);
  }

  /** The same with the clauses below that are not paired; 0 when there are none.
   * @param {number} a @param {number} b */
  wholeLikeness(a, b) {
    const old = this.whole(this.old, this.olds, a, this.toNew);
    const now = this.whole(this.now, this.nows, b, this.toOld);
    return old === this.olds[a] && now === this.nows[b] ? 0 : likeness(old, now);
  }

  /** @param {Unit[]} units @param {string[]} texts @param {number} top
   * @param {Map<number, number>} taken */
  whole(units, texts, top, taken) {
    let text = texts[top];
    for (let at = top + 1; at < units.length && units[at].parent >= top; at++) {
      if (!taken.has(at)) text += this.codes.encode(units[at].numberTokens) + texts[at];
    }
    return text;
  }

  /** @param {number} a @param {number} b */
  hasSameParent(a, b) {
    return (this.toNew.get(this.old[a].parent) ?? -1) === this.now[b].parent;
  }

  /** Pairs worth a close look: they share rare runs of tokens, or number and place.
   * @returns {Generator<[number, number]>} */
  *candidates() {
    /** @type {Map<string, number[]>} */
    const index = new Map();
    /** @type {Map<string, number[]>} */
    const numbers = new Map();
    for (const [a, text] of this.olds.entries()) {
      if (this.toNew.has(a)) continue;
      for (const gram of grams(text)) add(index, gram, a);
      const { number, parent } = this.old[a];
      if (number) add(numbers, `${this.toNew.get(parent) ?? -1} ${number}`, a);
    }
    for (const [b, text] of this.nows.entries()) {
      if (this.toOld.has(b)) continue;
      /** @type {Map<number, number>} */
      const counts = new Map();
      for (const gram of grams(text)) {
        const here = index.get(gram) ?? [];
        if (here.length <= COMMON) {
          for (const a of here) counts.set(a, (counts.get(a) ?? 0) + 1);
        }
      }
      const likest = [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]).map(([a]) => a);
      const { number, parent } = this.now[b];
      const same = numbers.get(`${parent} ${number}`) ?? [];
      const chosen = new Set([...likest.slice(0, CHOICES), ...same.slice(0, CHOICES)]);
      for (const a of [...chosen].sort((x, y) => x - y)) yield [a, b];
    }
  }
}

/** Short items that are not paired yet, by the clause above and their words.
 * @param {Unit[]} units @param {string[]} texts @param {Map<number, number>} taken */
function items(units, texts, taken) {
  /** @type {Map<string, { parent: number, item: string, here: number[] }>} */
  const found = new Map();
  for (const { index, parent, tokens } of units) {
    const text = texts[index];
    const item = CLOSERS.has(tokens.at(-1)?.form ?? "") ? text.slice(0, -1) : text;
    if (taken.has(index) || !item || item.length >= SHORT) continue;
    const key = `${parent} ${item}`;
    const known = found.get(key) ?? { parent, item, here: [] };
    found.set(key, known);
    known.here.push(index);
  }
  return found;
}

/** Texts that are long and not paired yet, with their indices.
 * @param {string[]} texts @param {Map<number, number>} taken */
function places(texts, taken) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const [index, text] of texts.entries()) {
    if (!taken.has(index) && text.length >= SHORT) add(found, text, index);
  }
  return found;
}

/** @param {Map<string, number[]>} lists @param {string} key @param {number} value */
function add(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** For each unit the nearest paired one before it.
 * @param {Map<number, number>} paired @param {number} size */
function before(paired, size) {
  let last = 0;
  return Array.from({ length: size }, (_, index) => {
    const found = last;
    if (paired.has(index)) last = index;
    return found;
  });
}
