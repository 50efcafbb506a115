// What scripts add to the page of a text: links beside each clause, terms explained in place,
// tables that can be sorted, old links that find their clause. The text itself stays as it is.

import { arrive } from "./edition/arrival.js";
import { addClauseLinks } from "./edition/clauses.js";
import { sortTables } from "./edition/tables.js";
import { explainTerms } from "./edition/terms.js";
import { layOut, pause } from "./laid.js";

const text = document.querySelector(".cp-text");
if (text instanceof HTMLElement) {
  addEventListener("hashchange", arrive);
  arrive();
  const steps = "popover" in HTMLElement.prototype ? [addClauseLinks, explainTerms] : [];
  for (const step of [...steps, sortTables]) {
    await pause();
    step(text);
  }
  await layOut(text);
}
