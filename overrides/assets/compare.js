// Compares any two versions of a policy in the browser, from their edition.json files.
import { layOut } from "./laid.js";
import { renderParts } from "./redline-view.js";
import { fill } from "./redline/marks.js";

/** @import { EditionJson } from "./redline.js" */

/** @param {string} selector @returns {HTMLElement} */
const found = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const form = found(".cp-compare"),
  result = found(".cp-result"),
  own = found(".cp-own"),
  status = found(".cp-compare [role=status]");
const labels = JSON.parse(found("#cp-labels").textContent ?? "");
const [from, to] = form.querySelectorAll("select");
let asked = 0;
/** Every text in it is escaped; browsers with Trusted Types want to be told who says so. */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("clausepress", {
  createHTML: (/** @type {string} */ html) => html,
});

/** @param {string} version */
const option = (version) => [...from.options].find((each) => each.value === version);

/** The page of its own that compares two versions, if there is one.
 * @param {HTMLOptionElement} old @param {HTMLOptionElement} now */
function staticPage(old, now) {
  if (now.dataset.before === old.value) return now.dataset.changes;
  return now.dataset.inForce !== undefined ? old.dataset.toCurrent : "";
}

/** @param {HTMLOptionElement} each @returns {Promise<EditionJson>} */
async function edition(each) {
  const answer = await fetch(each.dataset.json ?? "");
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {string} name @param {Record<string, string>} values */
function say(name, values = {}) {
  status.textContent = fill(form.dataset[name] ?? "", values);
}

/** Shows what the address asks for. */
async function show() {
  const turn = ++asked;
  const query = new URLSearchParams(location.search);
  result.hidden = true;
  own.hidden = false;
  status.textContent = "";
  if (!query.has("from") && !query.has("to")) return;
  const inForce = [...to.options].find((each) => each.dataset.inForce !== undefined);
  const names = [query.get("from") ?? "", query.get("to") ?? inForce?.value ?? ""];
  const [old, now] = names.map(option);
  if (!old || !now) return say("unknown", { version: names[old ? 1 : 0] });
  [from.value, to.value] = names;
  if (old === now) return say("same", { version: old.value });
  say("working");
  own.hidden = true; // it comes after what is not there yet
  try {
    const [{ redline }, before, after] = await Promise.all([
      import("./redline.js"),
      edition(old),
      edition(now),
    ]);
    if (turn !== asked) return;
    const parts = renderParts(redline(before, after), before.edition, after.edition, labels);
    for (const [name, html] of Object.entries(parts)) {
      found(`.cp-result [data-part=${name}]`).innerHTML = policy ? policy.createHTML(html) : html;
    }
    say("done", { from: old.value, to: now.value });
    link(staticPage(old, now));
    result.hidden = false;
    layOut(found(".cp-result .cp-text"));
  } catch (error) {
    console.error(error);
    if (turn === asked) say("failed");
  } finally {
    if (turn === asked) own.hidden = false;
  }
}

/** @param {string | undefined} page */
function link(page) {
  if (!page) return;
  const there = document.createElement("a");
  there.href = page;
  there.textContent = form.dataset.own ?? "";
  status.append(" ", there);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams({ from: from.value, to: to.value });
  history.pushState(null, "", `?${query}`);
  show();
});
addEventListener("popstate", show);
show();
