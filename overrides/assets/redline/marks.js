// Runs of text with the differences marked in them, as HTML (clausepress.compare.marks).

import { chars, cut, length } from "./chars.js";
import { plain } from "./edition.js";

/** @import { ClauseRef, Hunk, HunkClass, Span } from "./hunks.js" */
/** @import { Run } from "./edition.js" */

/** Labels in the reader's language: `words` by the English ones.
 * @typedef {{ lang: string, words: Record<string, string>, classes: Record<HunkClass, string> }}
 *   Labels */
/** Whether a whole clause is in one text only. @typedef {"added" | "removed" | ""} Whole */

/** Classes that change no word. @type {ReadonlySet<HunkClass>} */
export const FOLDED = new Set(/** @type {const} */ (["width", "space", "list-mark", "layout"]));
/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** @param {string} text */
export const escape = (text) => text.replace(/[&<>"']/g, (char) => ESCAPES[char]);

/** A label with its values in place. @param {string} text
 * @param {Record<string, string | number>} values */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** What stands between a number and its text: nothing after a full-width mark.
 * @param {string} number @param {string} following */
export function gap(number, following) {
  const last = number.at(-1);
  if (!last || "、）】：".includes(last)) return "";
  const wide = (following || " ") >= "\u2e80";
  return last === ")" && wide ? "" : " ";
}

/** The characters of a stretch, its number parted from its text as on a page.
 * @param {ClauseRef | null} ref @param {Span | null} span */
function printed(ref, span) {
  if (!ref || !span) return "";
  if (span.start >= 0 || span.end <= 0) return span.text;
  const all = chars(span.text), text = cut(all, -span.start);
  return cut(all, 0, -span.start) + gap(ref.number, text) + text;
}

/** @param {string} label */
const spoken = (label) => `<span class="cp-label">${escape(label)} </span>`;

/** @param {string} id */
const idOf = (id) => id ? ` id="${id}"` : "";

/** Marks with their labels. */
export class Marks {
  /** @param {Labels} labels */
  constructor({ words, classes }) {
    this.words = words;
    this.classes = classes;
  }

  /** Inserted words; `id` names the first mark of a hunk. @param {string} html */
  inserted(html, id = "") {
    return `<ins class="cp-ins"${idOf(id)}>${spoken(this.words["inserted:"])}${html}</ins>`;
  }

  /** Deleted words; a line end among them is a line end. @param {string} html */
  deleted(html, id = "") {
    const text = html.replaceAll("\n", "<br>").replaceAll("\t", " ");
    return `<del class="cp-del"${idOf(id)}>${spoken(this.words["deleted:"])}${text}</del>`;
  }

  /** The runs of one line that begins at an offset of the clause's own text.
   * @param {Run[]} runs @param {number} start @param {Hunk[]} hunks those of the clause, in order
   * @param {Whole} side */
  line(runs, start, hunks, side) {
    const end = start + length(plain(runs));
    if (side) {
      const text = this.stretch(runs, start, start, end, []);
      if (!text) return "";
      return side === "added" ? this.inserted(text) : this.deleted(text);
    }
    const stress = hunks.filter((hunk) => hunk.class.startsWith("emphasis"));
    const parts = [];
    let at = start;
    for (const hunk of hunks) {
      if (!hunk.new || ["renamed-term", "moved"].includes(hunk.class)) continue;
      if (stress.includes(hunk)) continue;
      const first = Math.max(hunk.new.start, start), last = Math.min(hunk.new.end, end);
      const opens = first === hunk.new.start && (first < end || hunk.new.end === end);
      if (first > last || (first === last && !opens)) continue;
      parts.push(this.stretch(runs, start, at, first, stress));
      let id = opens ? hunk.id : "";
      const gone = opens ? printed(hunk.old_clause, hunk.old) : "";
      if (gone) {
        parts.push(this.deleted(escape(gone), id));
        id = "";
      }
      const text = this.stretch(runs, start, first, last, stress);
      if (text) parts.push(this.inserted(text, id));
      at = last;
    }
    parts.push(this.stretch(runs, start, at, end, stress));
    return parts.join("");
  }

  /** Characters from one offset to another, emphasis and changes of it marked.
   * @param {Run[]} runs @param {number} start @param {number} first @param {number} last
   * @param {Hunk[]} stress */
  stretch(runs, start, first, last, stress) {
    const parts = [];
    const edges = stress.flatMap((hunk) => hunk.new ? [hunk.new.start, hunk.new.end] : []);
    let at = start;
    for (const run of runs) {
      const text = chars(run.text);
      const low = Math.max(first, at), high = Math.min(last, at + text.length);
      const cuts = [...new Set([low, high, ...edges])]
        .filter((edge) => low <= edge && edge <= high)
        .sort((a, b) => a - b);
      for (let index = 1; index < cuts.length; index++) {
        const here = cuts[index - 1], there = cuts[index];
        const html = this.run(run, cut(text, here - at, there - at));
        const hunk = stress.find(({ new: span }) => span && span.start <= here && here < span.end);
        parts.push(hunk ? this.stressed(hunk, here, html) : html);
      }
      at += text.length;
    }
    return parts.join("");
  }

  /** @param {Run} run @param {string} piece */
  run(run, piece) {
    const text = escape(piece);
    if ((run.bold || run.underline) && !run.label) {
      const label = spoken(this.words["Key clause:"]);
      return `<strong class="cp-prominent">${label}<u>${text}</u></strong>`;
    }
    return run.label ? `<b class="cp-button">${text}</b>` : text;
  }

  /** @param {Hunk} hunk @param {number} at @param {string} text */
  stressed(hunk, at, text) {
    const opens = hunk.new?.start === at;
    const label = opens ? spoken(this.classes[hunk.class]) : "";
    return `<span class="cp-${hunk.class}"${idOf(opens ? hunk.id : "")}>${label}${text}</span>`;
  }
}
