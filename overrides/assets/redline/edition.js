// An edition as edition.json has it, read clause by clause.

import { squeezed } from "./chars.js";

/** @typedef {{ text: string, bold?: boolean, underline?: boolean, label?: boolean }} Run */
/** @typedef {{ type: "paragraph", runs: Run[], bullet?: boolean }} Paragraph */
/** @typedef {{ type: "table", header: Run[][], rows: Run[][][] }} Table */
/** @typedef {Paragraph | Table} Block */

/** A clause, what is empty left out.
 * @typedef {object} ClauseJson
 * @property {string} id
 * @property {string} [number] as printed
 * @property {boolean} [number_bold]
 * @property {boolean} [number_underline]
 * @property {Run[]} [heading]
 * @property {Block[]} [blocks]
 * @property {ClauseJson[]} [children]
 */
/** @typedef {{ lang: string, title: string, preface?: Block[], clauses?: ClauseJson[] }} Edition */

/** A clause by itself, what was left out put in.
 * @typedef {object} Clause
 * @property {string} id
 * @property {string} number
 * @property {boolean} numberMark whether the number is prominent
 * @property {Run[]} heading
 * @property {Block[]} blocks
 * @property {number} level 1 at the top, 0 for the preface
 * @property {number} parent place of the clause above it in the text, -1 at the top
 * @property {number} ordinal its 1-based place among its siblings, 0 for the preface
 */

/** Every clause in printed order, what precedes the first one as the clause "preface".
 * @param {Edition} edition */
export function clausesOf(edition) {
  const found = [prefaceOf(edition)];
  /** @param {ClauseJson[] | undefined} clauses @param {number} parent @param {number} level */
  const visit = (clauses, parent, level) => {
    for (const [at, clause] of (clauses ?? []).entries()) {
      const place = found.push(whole(clause, level, parent, at + 1)) - 1;
      visit(clause.children, place, level + 1);
    }
  };
  visit(edition.clauses, -1, 1);
  return found;
}

/** @param {ClauseJson} clause @param {number} level @param {number} parent
 * @param {number} ordinal @returns {Clause} */
const whole = (clause, level, parent, ordinal) => ({
  id: clause.id,
  number: clause.number ?? "",
  numberMark: Boolean(clause.number_bold || clause.number_underline),
  heading: clause.heading ?? [],
  blocks: clause.blocks ?? [],
  level,
  parent,
  ordinal,
});

/** The title is the heading of the preface, unless a paragraph of it prints the title.
 * @param {Edition} edition */
function prefaceOf({ title, preface = [] }) {
  const wanted = squeezed(title);
  const printed = preface.some((block) =>
    block.type === "paragraph" && squeezed(plain(block.runs)) === wanted
  );
  const heading = printed || !title ? [] : [{ text: title }];
  return whole({ id: "preface", heading, blocks: preface }, 0, -1, 0);
}

/** The characters of some runs, marks left out. @param {Run[]} runs */
export const plain = (runs) => runs.map((run) => run.text).join("");

/** A clause's own text: what the offsets of a redline count in. @param {Clause} clause */
export function clauseText(clause) {
  const lines = clause.blocks.flatMap((block) =>
    block.type === "paragraph" ? [[block.runs]] : [block.header, ...block.rows]
  );
  if (clause.heading.length) lines.unshift([clause.heading]);
  return lines.map((line) => line.map(plain).join("\t")).join("\n");
}

/** A line or a cell of a table, with where it stands.
 * @typedef {object} Line
 * @property {number} block 0 for the heading, then 1, 2, …
 * @property {number} row row of a table, 0 for its header; -1 outside tables
 * @property {number} cell column of a table
 * @property {boolean} bullet whether it is a paragraph with a list mark
 * @property {Run[]} runs
 */

/** Every line or cell, in the order of the text. @param {Clause} clause
 * @returns {Generator<Line>} */
export function* linesOf({ heading, blocks }) {
  if (heading.length) yield { block: 0, row: -1, cell: 0, bullet: false, runs: heading };
  for (const [at, block] of blocks.entries()) {
    if (block.type === "paragraph") {
      yield { block: at + 1, row: -1, cell: 0, bullet: block.bullet ?? false, runs: block.runs };
      continue;
    }
    for (const [row, cells] of [block.header, ...block.rows].entries()) {
      for (const [cell, runs] of cells.entries()) {
        yield { block: at + 1, row, cell, bullet: false, runs };
      }
    }
  }
}
