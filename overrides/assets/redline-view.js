// A redline as HTML, the same markup as the static pages have (clausepress.compare.show_html).
// Offsets count Unicode code points.

const FOLDED = new Set(["width", "space", "list-mark", "layout"]);
const SPACE = /[^\S\ufeff]+/g;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

const escape = (text) => text.replace(/[&<>"']/g, (char) => ESCAPES[char]);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const points = (text) => Array.from(text);
const plain = (runs) => runs.map((run) => run.text).join("");
const length = (text) => points(text).length;
const squeezed = (text) => text.normalize("NFKC").replace(SPACE, "");
const isTable = (block) => block.type === "table";
const rows = (table) => [table.header, ...table.rows];

/**
 * Returns a redline as HTML in three parts: counts, text and what changes no word.
 *
 * @param redline What `redline` returned for the two editions.
 * @param old The `edition` of the older edition.json.
 * @param now That of the newer one.
 * @param labels `lang`, `words` by English words, `classes` by class.
 */
export function renderParts(redline, old, now, labels) {
  const view = new View(redline, old, now, labels);
  return { counts: view.counts(), text: view.text(), folded: view.folded() };
}

/** Every clause by id, what precedes the first one as the clause "preface". */
function clausesOf(edition) {
  const preface = edition.preface ?? [];
  const title = squeezed(edition.title);
  const printed = preface.some((each) => !isTable(each) && squeezed(plain(each.runs)) === title);
  const heading = printed || !edition.title ? [] : [{ text: edition.title }];
  const found = new Map([["preface", { id: "preface", number: "", heading, blocks: preface }]]);
  const levels = new Map();
  const visit = (clause, level) => {
    levels.set(clause.id, level);
    found.set(clause.id, {
      ...clause,
      number: clause.number ?? "",
      heading: clause.heading ?? [],
      blocks: clause.blocks ?? [],
    });
    for (const child of clause.children ?? []) visit(child, level + 1);
  };
  for (const clause of edition.clauses ?? []) visit(clause, 1);
  return { found, levels };
}

/** What stands between a number and its text: nothing after a full-width mark. */
function gap(number, following) {
  const last = points(number).at(-1);
  if (!last || "、）】：".includes(last)) return "";
  const wide = (following || " ").codePointAt(0) >= 0x2e80;
  return last === ")" && wide ? "" : " ";
}

/** Number of a clause, else the beginning of its heading, else its id. */
function name(ref, clauses) {
  if (ref.number) return ref.number;
  const heading = plain(clauses.get(ref.id)?.heading ?? []);
  return heading ? points(heading).slice(0, 40).join("") : ref.id;
}

class View {
  constructor(redline, old, now, { lang, words, classes }) {
    const before = clausesOf(old);
    const after = clausesOf(now);
    this.redline = redline;
    this.lang = lang;
    this.word = (text, values = {}) => fill(words[text], values);
    this.classes = classes;
    this.old = before.found;
    this.now = after.found;
    this.levels = new Map([...before.levels, ...after.levels]);
    this.hunks = new Map(redline.hunks.map((hunk) => [hunk.id, hunk]));
    this.left = this.placesLeft();
    this.stops = this.findStops();
  }

  counts() {
    const items = Object.entries(this.redline.counts)
      .filter(([kind]) => !FOLDED.has(kind))
      .map(([kind, value]) => {
        const text = this.word("{name}: {value}", { name: this.classes[kind], value });
        return `<li>${escape(text)}</li>`;
      });
    for (const hunk of this.redline.hunks) {
      if (hunk.class !== "renamed-term") continue;
      const gone = this.deleted(escape(hunk.old?.text ?? ""));
      const come = this.inserted(escape(hunk.new?.text ?? ""));
      const times = escape(this.word("{count} times", { count: hunk.count }));
      items.push(`<li id="${hunk.id}">${gone} ${come} ${times}</li>`);
    }
    if (!items.length) {
      return `<p class="cp-redline-counts">${escape(this.word("No word differs."))}</p>`;
    }
    return `<ul class="cp-redline-counts">${items.join("")}</ul>`;
  }

  text() {
    const lines = [`<div class="cp-text cp-marked" lang="${escape(this.lang)}">`];
    const seen = new Set();
    for (const pair of this.redline.clauses) {
      if (!pair.new) lines.push(this.gone(pair.old, pair.hunks));
      else if (!seen.has(pair.new.id)) {
        seen.add(pair.new.id);
        lines.push(this.clause(pair));
      }
      if (pair.old) lines.push(...(this.left.get(pair.old.id) ?? []).map((h) => this.stub(h)));
    }
    return [...lines, "</div>"].join("\n");
  }

  folded() {
    return Object.entries(this.redline.counts)
      .filter(([kind]) => FOLDED.has(kind))
      .map(([kind, value]) => {
        const title = this.word("{name}: {value}", { name: this.classes[kind], value });
        const items = this.redline.hunks
          .filter((hunk) => hunk.class === kind)
          .map((hunk) => this.foldedItem(hunk));
        return `<details class="cp-folded cp-box"><summary>${escape(title)}</summary>` +
          `<ul>${items.join("")}</ul></details>`;
      })
      .join("\n");
  }

  foldedItem(hunk) {
    const ref = hunk.new_clause ?? hunk.old_clause;
    const seen = (span) =>
      escape(
        (span?.text ?? "").replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll(" ", "␣"),
      );
    const [old, now] = [seen(hunk.old), seen(hunk.new)];
    const link = `<a href="#${escape(ref.id)}">${escape(name(ref, this.now))}</a>`;
    return `<li id="${hunk.id}">${link} ${old ? this.deleted(old) : ""}` +
      `${now ? this.inserted(now) : ""}</li>`;
  }

  clause(pair) {
    const clause = this.now.get(pair.new.id);
    const hunks = pair.hunks.map((each) => this.hunks.get(each));
    const whole = hunks.find((hunk) => !hunk.old_clause);
    const kind = whole ? "cp-clause cp-added" : "cp-clause";
    const anchor = whole ? ` data-hunk="${whole.id}"` : "";
    const start = whole ? `<span id="${whole.id}"></span>` : "";
    const notes = hunks.map((hunk) => this.note(hunk)).join("");
    const shown = hunks.filter((hunk) => !FOLDED.has(hunk.class));
    const body = this.body(clause, shown, whole ? "added" : "");
    return `<section class="${kind}" id="${escape(clause.id)}"${anchor}>` +
      `${start}${notes}${body}${this.steps(pair.hunks)}</section>`;
  }

  gone(ref, names) {
    const anchor = names.length ? `<span id="${names[0]}"></span>` : "";
    const body = this.body(this.old.get(ref.id), [], "removed");
    return `<section class="cp-clause cp-removed" id="old-${escape(ref.id)}">${anchor}${body}` +
      `${this.steps(names)}</section>`;
  }

  /** Links from a clause that changed to those before and after it. */
  steps(names) {
    const stop = names.find((each) => this.stops.includes(each));
    if (!stop) return "";
    const at = this.stops.indexOf(stop);
    const links = [
      [this.stops[at - 1], "Previous change"],
      [this.stops[at + 1], "Next change"],
    ]
      .filter(([target]) => target)
      .map(([target, text]) => `<a href="#${target}">${escape(this.word(text))}</a>`);
    return links.length ? `<p class="cp-steps">${links.join(" ")}</p>` : "";
  }

  /** What stands where a clause stood that moved. */
  stub(hunk) {
    const number = name(hunk.old_clause, this.old);
    const text = escape(this.word("Clause {number} moved from here", { number }));
    return `<p class="cp-note cp-moved" id="old-${escape(hunk.old_clause.id)}">` +
      `<a href="#${escape(hunk.new_clause.id)}">${text}</a></p>`;
  }

  /** What happened to a clause as a whole, above it. */
  note(hunk) {
    const moved = hunk.class === "moved";
    if (!(moved || hunk.class === "renumbered") || !hunk.old_clause || !hunk.new_clause) return "";
    const number = name(hunk.old_clause, this.old);
    const text = escape(this.word(moved ? "Moved here from {number}" : "Formerly {number}", {
      number,
    }));
    const shown = moved ? `<a href="#old-${escape(hunk.old_clause.id)}">${text}</a>` : text;
    return `<p class="cp-note" id="${hunk.id}">${shown}</p>`;
  }

  /** Number, heading and blocks of a clause, hunks marked. */
  body(clause, hunks, side) {
    const level = Math.min((this.levels.get(clause.id) ?? 1) + 1, 6);
    let number = "";
    if (clause.number) {
      const run = {
        text: clause.number,
        bold: clause.number_bold,
        underline: clause.number_underline,
      };
      const runs = this.marked([run], -length(clause.number), hunks, side);
      const first = clause.heading.length
        ? clause.heading
        : clause.blocks.find((block) => !isTable(block))?.runs ?? [];
      number = `<span class="cp-number">${runs}</span>${gap(clause.number, plain(first))}`;
    }
    const parts = [];
    let at = 0;
    if (clause.heading.length) {
      const text = this.marked(clause.heading, 0, hunks, side);
      parts.push(`<h${level}>${number}${text}</h${level}>`);
      number = "";
      at = length(plain(clause.heading)) + 1;
    }
    for (const block of clause.blocks) {
      if (isTable(block)) {
        parts.push(this.table(block, at, hunks, side));
        for (const row of rows(block)) for (const cell of row) at += length(plain(cell)) + 1;
        continue;
      }
      const text = this.marked(block.runs, at, hunks, side);
      const kind = block.bullet ? ' class="cp-item"' : "";
      parts.push(`<p${kind}>${number}${block.bullet ? "• " : ""}${text}</p>`);
      number = "";
      at += length(plain(block.runs)) + 1;
    }
    if (!clause.heading.length && !clause.blocks.length) {
      // A clause of nothing but its number may still have lost words.
      parts.push(`<p>${number}${this.marked([{ text: "" }], 0, hunks, side)}</p>`);
    } else if (number) parts.unshift(`<p>${number}</p>`);
    return parts.join("\n");
  }

  table(table, at, hunks, side) {
    const lines = rows(table).map((row, index) => {
      const [open, close] = index ? ["td", "td"] : ['th scope="col"', "th"];
      const cells = row.map((cell) => {
        const text = this.marked(cell, at, hunks, side);
        at += length(plain(cell)) + 1;
        return `<${open}>${text}</${close}>`;
      });
      return `<tr>${cells.join("")}</tr>`;
    });
    return `<div class="cp-table" tabindex="0"><table>${lines.join("")}</table></div>`;
  }

  /** The runs of one line that begins at an offset of the clause's own text. */
  marked(runs, start, hunks, side) {
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
      if (!hunk.new || stress.includes(hunk) || hunk.class === "renamed-term") continue;
      const first = Math.max(hunk.new.start, start);
      const last = Math.min(hunk.new.end, end);
      const opens = first === hunk.new.start && (first < end || hunk.new.end === end);
      if (first < last || (first === last && opens)) {
        parts.push(this.stretch(runs, start, at, first, stress));
        let id = opens ? hunk.id : "";
        if (opens && hunk.old?.text) {
          parts.push(this.deleted(escape(hunk.old.text), id));
          id = "";
        }
        const text = this.stretch(runs, start, first, last, stress);
        if (text) parts.push(this.inserted(text, id));
        at = last;
      }
    }
    parts.push(this.stretch(runs, start, at, end, stress));
    return parts.join("");
  }

  /** Characters from one offset to another, emphasis and changes of it marked. */
  stretch(runs, start, first, last, stress) {
    const parts = [];
    let at = start;
    for (const run of runs) {
      const chars = points(run.text);
      const low = Math.max(first, at);
      const high = Math.min(last, at + chars.length);
      const edges = stress.flatMap((hunk) => hunk.new ? [hunk.new.start, hunk.new.end] : []);
      const cuts = [...new Set([low, high, ...edges])]
        .filter((cut) => low <= cut && cut <= high)
        .sort((a, b) => a - b);
      for (let index = 1; index < cuts.length; index++) {
        const [here, there] = [cuts[index - 1], cuts[index]];
        const text = this.run(run, chars.slice(here - at, there - at).join(""));
        const hunk = stress.find((each) =>
          each.new && each.new.start <= here && here < each.new.end
        );
        parts.push(hunk ? this.stressed(hunk, here, text) : text);
      }
      at += chars.length;
    }
    return parts.join("");
  }

  run(run, piece) {
    const text = escape(piece);
    if ((run.bold || run.underline) && !run.label) {
      const label = spoken(this.word("Key clause:"));
      return `<strong class="cp-prominent">${label}<u>${text}</u></strong>`;
    }
    return run.label ? `<b class="cp-button">${text}</b>` : text;
  }

  stressed(hunk, at, text) {
    const opens = hunk.new.start === at;
    const label = opens ? spoken(this.classes[hunk.class]) : "";
    return `<span class="cp-${hunk.class}"${idOf(opens ? hunk.id : "")}>${label}${text}</span>`;
  }

  inserted(html, id = "") {
    return `<ins class="cp-ins"${idOf(id)}>${spoken(this.word("inserted:"))}${html}</ins>`;
  }

  deleted(html, id = "") {
    const text = html.replaceAll("\n", "<br>").replaceAll("\t", " ");
    return `<del class="cp-del"${idOf(id)}>${spoken(this.word("deleted:"))}${text}</del>`;
  }

  /** The first hunk that a reader sees of each clause. */
  findStops() {
    const shown = (each) => {
      const kind = this.hunks.get(each).class;
      return !FOLDED.has(kind) && kind !== "renamed-term";
    };
    const firsts = this.redline.clauses.map((pair) => pair.hunks.find(shown));
    return [...new Set(firsts.filter(Boolean))];
  }

  /** For each old clause that stayed, the moved ones that stood behind it. */
  placesLeft() {
    const moved = new Map(
      this.redline.hunks
        .filter((hunk) => hunk.class === "moved" && hunk.old_clause)
        .map((hunk) => [hunk.old_clause.id, hunk]),
    );
    const gone = new Set(
      this.redline.clauses.filter((pair) => pair.old && pair.moved).map((pair) => pair.old.id),
    );
    const places = new Map();
    let last = this.old.keys().next().value;
    for (const id of this.old.keys()) {
      if (moved.has(id)) places.set(last, [...(places.get(last) ?? []), moved.get(id)]);
      else if (!gone.has(id)) last = id;
    }
    return places;
  }
}

const spoken = (label) => `<span class="cp-label">${escape(label)} </span>`;
const idOf = (id) => id ? ` id="${id}"` : "";
