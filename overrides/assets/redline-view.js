// A redline as HTML, the same markup as the static pages have (clausepress.compare.show_html).
// Offsets count Unicode code points.

import { chars, cut, length } from "./redline/chars.js";
import { clausesOf, clauseText, plain } from "./redline/edition.js";
import { escape, fill, FOLDED, gap, Marks } from "./redline/marks.js";

/** @import { Redline } from "./redline.js" */
/** @import { Block, Clause, Edition, Run, Table } from "./redline/edition.js" */
/** @import { ClauseRef, Hunk, HunkClass } from "./redline/hunks.js" */
/** @import { Labels, Whole } from "./redline/marks.js" */

/** Returns a redline as HTML in three parts: counts, text and what changes no word.
 *
 * @param {Redline} redline What `redline` returned for the two editions.
 * @param {Edition} old The `edition` of the older edition.json.
 * @param {Edition} now That of the newer one.
 * @param {Labels} labels
 */
export function renderParts(redline, old, now, labels) {
  const view = new View(redline, old, now, labels);
  return { counts: view.counts(), text: view.text(), folded: view.folded() };
}

/** Number of a clause, else the beginning of its first line, else its id.
 * @param {ClauseRef} ref @param {Map<string, Clause>} clauses */
function name(ref, clauses) {
  if (ref.number) return ref.number;
  const clause = clauses.get(ref.id);
  const line = clause ? clauseText(clause).split("\n")[0].replaceAll("\t", " ") : "";
  return cut(chars(line), 0, 40) || ref.id;
}

/** @param {Block} block @returns {block is Table} */
const isTable = (block) => block.type === "table";

class View {
  /** @param {Redline} redline @param {Edition} old @param {Edition} now @param {Labels} labels */
  constructor(redline, old, now, labels) {
    this.redline = redline;
    this.labels = labels;
    this.marks = new Marks(labels);
    this.old = new Map(clausesOf(old).map((clause) => [clause.id, clause]));
    this.now = new Map(clausesOf(now).map((clause) => [clause.id, clause]));
    this.hunks = new Map(redline.hunks.map((hunk) => [hunk.id, hunk]));
    this.left = this.placesLeft();
    this.stops = this.findStops();
  }

  /** A label. @param {string} text @param {Record<string, string | number>} values */
  word(text, values = {}) {
    return escape(fill(this.labels.words[text], values));
  }

  /** Classes that were found, with how many. @param {boolean} folded */
  classCounts(folded) {
    const found = /** @type {[HunkClass, number][]} */ (Object.entries(this.redline.counts));
    return found.filter(([kind]) => FOLDED.has(kind) === folded).map(([kind, value]) => {
      const name = this.labels.classes[kind];
      return { kind, text: this.word("{name}: {value}", { name, value }) };
    });
  }

  counts() {
    const items = this.classCounts(false).map(({ text }) => `<li>${text}</li>`);
    for (const hunk of this.redline.hunks) {
      if (hunk.class !== "renamed-term") continue;
      const gone = this.marks.deleted(escape(hunk.old?.text ?? ""));
      const come = this.marks.inserted(escape(hunk.new?.text ?? ""));
      const times = this.word("{count} times", { count: hunk.count });
      items.push(`<li id="${hunk.id}">${gone} ${come} ${times}</li>`);
    }
    if (!items.length) return `<p class="cp-redline-counts">${this.word("No word differs.")}</p>`;
    return `<ul class="cp-redline-counts">${items.join("")}</ul>`;
  }

  text() {
    const lines = [`<div class="cp-text cp-marked" lang="${escape(this.labels.lang)}">`];
    const seen = new Set();
    for (const { old, new: now, hunks } of this.redline.clauses) {
      if (now && !seen.has(now.id)) {
        seen.add(now.id);
        lines.push(this.clause(now, hunks));
      }
      if (old && !now) lines.push(this.gone(old, hunks));
      if (old) lines.push(...(this.left.get(old.id) ?? []).map((hunk) => this.stub(hunk)));
    }
    return [...lines, "</div>"].join("\n");
  }

  folded() {
    return this.classCounts(true)
      .map(({ kind, text }) => {
        const items = this.redline.hunks
          .filter((hunk) => hunk.class === kind)
          .map((hunk) => this.foldedItem(hunk));
        return `<details class="cp-folded cp-box"><summary>${text}</summary>` +
          `<ul>${items.join("")}</ul></details>`;
      })
      .join("\n");
  }

  /** @param {Hunk} hunk */
  foldedItem(hunk) {
    const ref = hunk.new_clause ?? hunk.old_clause;
    if (!ref) return "";
    const [old, now] = [hunk.old, hunk.new].map((span) =>
      escape(
        (span?.text ?? "").replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll(" ", "␣"),
      )
    );
    const link = `<a href="#${escape(ref.id)}">${escape(name(ref, this.now))}</a>`;
    return `<li id="${hunk.id}">${link} ${old ? this.marks.deleted(old) : ""}` +
      `${now ? this.marks.inserted(now) : ""}</li>`;
  }

  /** @param {ClauseRef} ref @param {string[]} ids of its hunks */
  clause(ref, ids) {
    const hunks = this.hunksOf(ids);
    const whole = hunks.find((hunk) => !hunk.old_clause);
    const kind = whole ? "cp-clause cp-added" : "cp-clause";
    const anchor = whole ? ` data-hunk="${whole.id}"` : "";
    const start = whole ? `<span id="${whole.id}"></span>` : "";
    const notes = hunks.map((hunk) => this.note(hunk)).join("");
    const shown = hunks.filter((hunk) => !FOLDED.has(hunk.class));
    const body = this.body(this.now.get(ref.id), shown, whole ? "added" : "");
    return `<section class="${kind}" id="${escape(ref.id)}"${anchor}>` +
      `${start}${notes}${body}${this.steps(ids)}</section>`;
  }

  /** @param {ClauseRef} ref @param {string[]} ids */
  gone(ref, ids) {
    const anchor = ids.length ? `<span id="${ids[0]}"></span>` : "";
    const body = this.body(this.old.get(ref.id), [], "removed");
    return `<section class="cp-clause cp-removed" id="old-${escape(ref.id)}">${anchor}${body}` +
      `${this.steps(ids)}</section>`;
  }

  /** Links from a clause that changed to those before and after it. @param {string[]} ids */
  steps(ids) {
    const stop = this.hunksOf(ids).find((hunk) => this.stops.includes(hunk));
    if (!stop) return "";
    const at = this.stops.indexOf(stop);
    const before = this.stops[at - 1], after = this.stops[at + 1];
    const links = [
      before ? `<a href="#${before.id}">${this.word("Previous change")}</a>` : "",
      after ? `<a href="#${after.id}">${this.word("Next change")}</a>` : "",
    ].filter(Boolean);
    return links.length ? `<p class="cp-steps">${links.join(" ")}</p>` : "";
  }

  /** What stands where a clause stood that moved. @param {Hunk} hunk */
  stub({ old_clause: old, new_clause: now }) {
    if (!old || !now) return "";
    const text = this.word("Clause {number} moved from here", { number: name(old, this.old) });
    return `<p class="cp-note cp-moved" id="old-${escape(old.id)}">` +
      `<a href="#${escape(now.id)}">${text}</a></p>`;
  }

  /** What happened to a clause as a whole, or to a row of its table, above it.
   * @param {Hunk} hunk */
  note({ id, class: kind, old_clause: old, new_clause: now, new: row }) {
    const moved = kind === "moved";
    if (!(moved || kind === "renumbered") || !old || !now) return "";
    if (row) {
      const text = this.word("Table row moved: {row}", { row: row.text.replaceAll("\t", " ") });
      return `<p class="cp-note" id="${id}">${text}</p>`;
    }
    const number = name(old, this.old);
    const text = this.word(moved ? "Moved here from {number}" : "Formerly {number}", { number });
    const shown = moved ? `<a href="#old-${escape(old.id)}">${text}</a>` : text;
    return `<p class="cp-note" id="${id}">${shown}</p>`;
  }

  /** Number, heading and blocks of a clause, hunks marked.
   * @param {Clause | undefined} clause @param {Hunk[]} hunks @param {Whole} side */
  body(clause, hunks, side) {
    if (!clause) return "";
    const level = Math.min((clause.level || 1) + 1, 6);
    let number = "";
    if (clause.number) {
      const run = { text: clause.number, bold: clause.numberMark };
      const text = this.marks.line([run], -length(clause.number), hunks, side);
      const paragraph = clause.blocks.find((block) => block.type === "paragraph");
      const first = clause.heading.length ? clause.heading : paragraph?.runs ?? [];
      number = `<span class="cp-number">${text}</span>${gap(clause.number, plain(first))}`;
    }
    const parts = [];
    let at = 0;
    if (clause.heading.length) {
      const text = this.marks.line(clause.heading, 0, hunks, side);
      parts.push(`<h${level}>${number}${text}</h${level}>`);
      number = "";
      at = length(plain(clause.heading)) + 1;
    }
    for (const block of clause.blocks) {
      if (isTable(block)) {
        parts.push(this.table(block, at, hunks, side));
        for (const cell of [block.header, ...block.rows].flat()) at += length(plain(cell)) + 1;
        continue;
      }
      const text = this.marks.line(block.runs, at, hunks, side);
      const kind = block.bullet ? ' class="cp-item"' : "";
      parts.push(`<p${kind}>${number}${block.bullet ? "• " : ""}${text}</p>`);
      number = "";
      at += length(plain(block.runs)) + 1;
    }
    if (!clause.heading.length && !clause.blocks.length) {
      // A clause of nothing but its number may still have lost words.
      parts.push(`<p>${number}${this.marks.line([{ text: "" }], 0, hunks, side)}</p>`);
    } else if (number) parts.unshift(`<p>${number}</p>`);
    return parts.join("\n");
  }

  /** @param {Table} table @param {number} at @param {Hunk[]} hunks @param {Whole} side */
  table(table, at, hunks, side) {
    /** @param {Run[]} cell */
    const marked = (cell) => {
      const text = this.marks.line(cell, at, hunks, side);
      at += length(plain(cell)) + 1;
      return text;
    };
    const lines = [table.header, ...table.rows].map((row, index) => {
      const [open, close] = index ? ["td", "td"] : ['th scope="col"', "th"];
      return `<tr>${row.map((cell) => `<${open}>${marked(cell)}</${close}>`).join("")}</tr>`;
    });
    return `<div class="cp-table" tabindex="0"><table>${lines.join("")}</table></div>`;
  }

  /** @param {string[]} ids */
  hunksOf(ids) {
    return ids.flatMap((id) => this.hunks.get(id) ?? []);
  }

  /** The first hunk that a reader sees of each clause. */
  findStops() {
    const firsts = this.redline.clauses.flatMap((pair) =>
      this.hunksOf(pair.hunks)
        .filter((hunk) => !FOLDED.has(hunk.class) && hunk.class !== "renamed-term")
        .slice(0, 1)
    );
    return [...new Set(firsts)];
  }

  /** For each old clause that stayed, the moved ones that stood behind it. */
  placesLeft() {
    const moved = new Map(
      this.redline.hunks
        .filter((hunk) => hunk.class === "moved" && !hunk.new)
        .map((hunk) => [hunk.old_clause?.id, hunk]),
    );
    const gone = new Set(
      this.redline.clauses.filter((pair) => pair.moved).map((pair) => pair.old?.id),
    );
    /** @type {Map<string, Hunk[]>} */
    const places = new Map();
    let last = "preface";
    for (const id of this.old.keys()) {
      const hunk = moved.get(id);
      if (hunk) places.set(last, [...places.get(last) ?? [], hunk]);
      else if (!gone.has(id)) last = id;
    }
    return places;
  }
}
