// What scripts add to the page of a text: links beside each clause, terms explained in place,
// tables that can be sorted, old links that find their clause. The text itself stays as it is.
// Chapters out of view are laid out one after the other.

import { arrive } from "./edition/arrival.js";
import { addClauseLinks } from "./edition/clauses.js";
import { sortTables } from "./edition/tables.js";
import { explainTerms } from "./edition/terms.js";

/** Let what was done be drawn, and a reader's touch be answered. */
const pause = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

const text = document.querySelector(".cp-text");
if (text instanceof HTMLElement) {
  addEventListener("hashchange", arrive);
  arrive();
  const steps = "popover" in HTMLElement.prototype ? [addClauseLinks, explainTerms] : [];
  for (const step of [...steps, sortTables]) {
    await pause();
    step(text);
  }
  for (const chapter of text.children) {
    await pause();
    chapter.classList.add("cp-laid");
  }
}
