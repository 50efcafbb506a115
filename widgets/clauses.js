// The words of clauses, read from edition.json and drawn with the emphasis of the print.

import { fetchOnce } from "./core.js";
import { make } from "./view.js";

/** @import { Block, Clause, Edition, InForce, Run, Site } from "./types.d.ts" */

/** The file of an edition.
 * Rejects when it cannot be had, or is not the text that policies.json names.
 * @param {Edition} edition @param {Site} site @returns {Promise<any>} */
export async function fileOf({ json, text_digest }, { base }) {
  const url = new URL(json, base);
  let file = await fetchOnce(url, "no-cache");
  if (file.text_digest !== text_digest) file = await fetchOnce(url, "reload"); // corrected
  if (file.text_digest !== text_digest) throw new Error(`${json}: another text`);
  return file;
}

/** Every clause of an edition by its id, the text before the first one as "preface". Rejects as
 * `fileOf` does.
 * @param {InForce} found @param {Site} site @returns {Promise<Map<string, Clause>>} */
export async function clausesOf({ edition }, site) {
  const { preface = [], clauses = [] } = (await fileOf(edition, site)).edition;
  /** @type {Map<string, Clause>} */
  const all = new Map([["preface", { id: "preface", blocks: preface }]]);
  const walk = (/** @type {Clause} */ clause) => {
    all.set(clause.id, clause);
    clause.children?.forEach(walk);
  };
  clauses.forEach(walk);
  return all;
}

/** @param {Run} run */
const marked = (run) => (run.bold || run.underline) && !run.label;

/** @param {Run[]} runs */
const spans = (runs) =>
  runs.map((run) => marked(run) ? make("strong", { part: "prominent" }, run.text) : run.text);

/** @param {Block} block */
const runsOf = (block) =>
  block.type === "table" ? [block.header, ...block.rows].flat(2) : block.runs;

/** @param {Block} block */
const draw = (block) =>
  block.type === "table"
    ? make(
      "table",
      {},
      ...[block.header, ...block.rows].map((cells, row) =>
        make("tr", {}, ...cells.map((cell) => make(row ? "td" : "th", {}, ...spans(cell))))
      ),
    )
    : make("p", {}, ...spans(block.runs));

/** Number and heading.
 * @param {Clause} clause */
export const nameOf = ({ number = "", heading = [] }) =>
  [number, heading.map((run) => run.text).join("")].filter(Boolean).join(" ");

/** A clause with all below it.
 * @param {Clause} clause @returns {Node[]} */
export const whole = (clause) => [
  ...(nameOf(clause) ? [make("p", {}, make("b", {}, nameOf(clause)))] : []),
  ...(clause.blocks ?? []).map(draw),
  ...(clause.children ?? []).flatMap(whole),
];

/** The blocks of a clause that are emphasised, without what is below it.
 * @param {Clause} clause @returns {Node[]} */
export const emphasised = (clause) => [
  ...(nameOf(clause) ? [make("p", {}, make("b", {}, nameOf(clause)))] : []),
  ...(clause.blocks ?? []).filter((block) => runsOf(block).some(marked)).map(draw),
];
