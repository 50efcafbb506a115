// Which of the paired clauses moved, and which changed their number by themselves
// (clausepress.compare.moves).

/** @import { Unit } from "./stream.js" */

/** The new units that stand elsewhere: the least text that, taken out, leaves order.
 * @param {[number, number][]} pairs old and new index of each, in the order of the new text
 * @param {number[]} weights how much each pair weighs, in tokens */
export function movedUnits(pairs, weights) {
  // Heaviest increasing subsequence: ends in order of old index, each heavier than those before.
  /** @type {{ old: number, total: number, at: number }[]} */
  const ends = [];
  /** @type {number[]} */
  const before = [];
  for (const [at, [old]] of pairs.entries()) {
    let place = 0;
    while (place < ends.length && ends[place].old <= old) place++;
    const last = ends[place - 1];
    before.push(last ? last.at : -1);
    const total = (last ? last.total : 0) + weights[at];
    let behind = place;
    while (behind < ends.length && ends[behind].total <= total) behind++;
    ends.splice(place, behind - place, { old, total, at });
  }
  const moved = new Set(pairs.map(([, now]) => now));
  for (let at = ends.at(-1)?.at ?? -1; at >= 0; at = before[at]) moved.delete(pairs[at][1]);
  return moved;
}

/** Whether a pair stands below a pair.
 * @param {Unit} a @param {Unit} b @param {Map<number, number>} toNew */
export const ledByParent = (a, b, toNew) => a.parent > 0 && toNew.get(a.parent) === b.parent;

/** A number without the part that repeats the number of the clause above.
 * @param {Unit} unit @param {Unit[]} units */
export function relativeNumber(unit, units) {
  const above = unit.parent > 0 ? units[unit.parent].number.split(" ").at(-1) : "";
  return above && unit.number.startsWith(`${above}.`)
    ? unit.number.slice(above.length + 1)
    : unit.number;
}

/** How much each clause weighs with all below it, in tokens. @param {Unit[]} units */
export function wholeWeights(units) {
  const weights = units.map((unit) => unit.tokens.length + 1);
  for (const unit of [...units].reverse()) {
    if (unit.parent > 0) weights[unit.parent] += weights[unit.index];
  }
  return weights;
}
