// Terms that the text defines, explained where they stand: the first time in each chapter, not in
// the clause that defines them and not in a key clause, whose marks are the author's.

import { isPlain, openBeside } from "./popover.js";

const SKIPPED = "a, .cp-prominent, .cp-label, .cp-button, h2, h3, h4, h5, h6, thead";

/** @param {HTMLElement} text */
export function explainTerms(text) {
  /** @type {Map<string, Element>} */
  const entries = new Map();
  for (const entry of document.querySelectorAll(".cp-terms dl > div")) {
    entries.set(
      (entry.querySelector("dt")?.textContent ?? "").toLowerCase(),
      entry,
    );
  }
  if (!entries.size) return;
  const box = document.createElement("div");
  box.className = "cp-popover";
  box.popover = "auto";
  box.setAttribute("role", "dialog");
  text.after(box);

  const pattern = anyOf([...entries.keys()]);
  for (const chapter of text.children) {
    /** @type {Set<Element>} */
    const seen = new Set();
    for (let node of textsIn(chapter)) {
      const clause = node.parentElement?.closest("section, .cp-preface")?.id;
      for (;;) {
        const found = pattern.exec(node.data);
        if (!found) break;
        const rest = node.splitText(found.index);
        node = rest.splitText(found[0].length);
        const entry = entries.get(found[0].toLowerCase());
        if (!entry || seen.has(entry) || clause === definedIn(entry)) continue;
        seen.add(entry);
        rest.replaceWith(linkTo(entry, found[0], box));
      }
      node.parentNode?.normalize();
    }
  }
}

/**
 * A pattern for any of some terms, the longest first; Latin words are whole words.
 * @param {string[]} terms
 */
function anyOf(terms) {
  const forms = terms.sort((a, b) => b.length - a.length).map((term) => {
    const plain = term.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return (/^\w/.test(term) ? "(?<![A-Za-z0-9])" : "") + plain +
      (/\w$/.test(term) ? "(?![A-Za-z0-9])" : "");
  });
  return new RegExp(forms.join("|"), "iu");
}

/**
 * @param {Element} chapter
 * @returns {Text[]}
 */
function textsIn(chapter) {
  const walker = document.createTreeWalker(chapter, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (!node.parentElement?.closest(SKIPPED)) found.push(node);
  }
  return found;
}

/** @param {Element} entry */
function definedIn(entry) {
  return decodeURIComponent(entry.querySelector("a")?.hash.slice(1) ?? "");
}

/**
 * @param {Element} entry
 * @param {string} term
 * @param {HTMLElement} box
 */
function linkTo(entry, term, box) {
  const link = document.createElement("a");
  link.className = "cp-term";
  link.href = `#${entry.id}`;
  link.textContent = term;
  link.setAttribute("aria-haspopup", "dialog");
  link.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    const meaning = entry.querySelector("dd")?.cloneNode(true);
    box.setAttribute("aria-label", term);
    box.replaceChildren(...(meaning?.childNodes ?? []));
    openBeside(box, link);
  });
  return link;
}
