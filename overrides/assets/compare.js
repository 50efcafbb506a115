// Compares any two versions of a policy in the browser, from their edition.json files.
import { renderParts } from "./redline-view.js";

const form = document.querySelector(".cp-compare");
const result = document.querySelector(".cp-result");
const status = form.querySelector("[role=status]");
const labels = JSON.parse(document.querySelector("#cp-labels").textContent);
const [from, to] = form.querySelectorAll("select");
let asked = 0;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const option = (version) => [...from.options].find((each) => each.value === version);

/** The page of its own that compares two versions, if there is one. */
function staticPage(old, now) {
  if (now.dataset.before === old.value) return now.dataset.changes;
  return now.dataset.inForce !== undefined ? old.dataset.toCurrent : "";
}

async function edition(each) {
  const answer = await fetch(each.dataset.json);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function say(name, values = {}) {
  status.textContent = fill(form.dataset[name], values);
}

/** Shows what the address asks for. */
async function show() {
  const turn = ++asked;
  const query = new URLSearchParams(location.search);
  const names = [query.get("from"), query.get("to")];
  result.hidden = true;
  status.textContent = "";
  if (names.every((name) => name === null)) return;
  const unknown = names.find((name) => name === null || !option(name));
  if (unknown !== undefined) return say("unknown", { version: unknown ?? "" });
  [from.value, to.value] = names;
  if (names[0] === names[1]) return say("same", { version: names[0] });
  const [old, now] = names.map(option);
  say("working");
  try {
    const [{ redline }, before, after] = await Promise.all([
      import("./redline.js"),
      edition(old),
      edition(now),
    ]);
    if (turn !== asked) return;
    const parts = renderParts(redline(before, after), before.edition, after.edition, labels);
    for (const [name, html] of Object.entries(parts)) {
      result.querySelector(`[data-part=${name}]`).innerHTML = html; // every text in it is escaped
    }
    say("done", { from: old.value, to: now.value });
    link(staticPage(old, now));
    result.hidden = false;
  } catch (error) {
    console.error(error);
    if (turn === asked) say("failed");
  }
}

function link(page) {
  if (!page) return;
  const there = document.createElement("a");
  there.href = page;
  there.textContent = form.dataset.own;
  status.append(" ", there);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams({ from: from.value, to: to.value });
  history.pushState(null, "", `?${query}`);
  show();
});
addEventListener("popstate", show);
form.hidden = false;
show();
