// What changed between the text a person agreed to and the one now asked about: the site's redline,
// made here from both edition.json, and of it the lines in which a word differs.

import { redline } from "../overrides/assets/redline.js";
import { chars, cut, length } from "../overrides/assets/redline/chars.js";
import { clausesOf, clauseText, plain } from "../overrides/assets/redline/edition.js";

/** @import { EditionJson } from "../overrides/assets/redline.js" */
/** @import { Clause } from "../overrides/assets/redline/edition.js" */
/** @import { Hunk } from "../overrides/assets/redline/hunks.js" */
/** @import { Changes, Piece } from "./types.d.ts" */

const WORDS = ["added", "removed", "wording"];

/** @param {EditionJson} before @param {EditionJson} now @returns {Changes} */
export function changes(before, now) {
  const found = redline(before, now);
  const old = byId(before), fresh = byId(now), seen = new Set();
  const hunks = new Map(found.hunks.map((hunk) => [hunk.id, hunk]));
  /** @type {Changes["clauses"]} */
  const clauses = [];
  for (const pair of found.clauses) {
    const clause = pair.new ? fresh.get(pair.new.id) : pair.old && old.get(pair.old.id);
    if (!clause || seen.has(clause)) continue;
    seen.add(clause);
    const mine = pair.hunks.flatMap((id) => hunks.get(id) ?? []);
    const mark = mine.some((hunk) => !hunk.old_clause) ? "ins" : pair.new ? "" : "del";
    const lines = linesOf(mark ? [{ text: clauseText(clause), mark }] : pieces(clause, mine));
    if (lines.length) clauses.push({ number: clause.number, name: plain(clause.heading), lines });
  }
  const renamed = found.hunks.filter((hunk) => hunk.class === "renamed-term").map((hunk) => ({
    old: hunk.old?.text ?? "",
    now: hunk.new?.text ?? "",
  }));
  return { renamed, clauses };
}

/** @param {EditionJson} file */
const byId = ({ edition }) => new Map(clausesOf(edition).map((clause) => [clause.id, clause]));

/** The text of a clause with what was taken out and put in; its number, at negative offsets, apart.
 * @param {Clause} clause @param {Hunk[]} hunks @returns {Piece[]} */
function pieces(clause, hunks) {
  const text = chars(clauseText(clause));
  /** @type {Piece[]} */
  const found = [];
  let at = 0;
  for (const { class: kind, old, new: now } of hunks) {
    if (!now || !WORDS.includes(kind)) continue;
    const start = Math.max(now.start, at), end = Math.max(now.end, start);
    const gone = old ? cut(chars(old.text), Math.max(-old.start, 0)) : "";
    found.push(
      { text: cut(text, at, start), mark: "" },
      { text: gone, mark: "del" },
      { text: cut(text, start, end), mark: "ins" },
    );
    at = end;
  }
  return [...found, { text: cut(text, at, length(clauseText(clause))), mark: "" }];
}

/** The lines with a mark. @param {Piece[]} all */
function linesOf(all) {
  /** @type {Piece[][]} */
  const lines = [[]];
  for (const { text, mark } of all) {
    for (const [nth, part] of text.split("\n").entries()) {
      if (nth) lines.push([]);
      if (part) lines.at(-1)?.push({ text: part.replaceAll("\t", " "), mark });
    }
  }
  return lines.filter((line) => line.some(({ mark }) => mark));
}
