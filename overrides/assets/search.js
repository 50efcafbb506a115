// The search page: what a reader asks for, found in texts that are fetched only when they are needed.
import { excerpt, find, fold, isCjk, pieces, prepare } from "./search-match.js";

/** @import { Found, Policy } from "./search-match.js" */

const SHOWN = 20; // hits at a time
const PAUSE = 120; // ms after the last key

/** @param {string} selector @returns {HTMLElement} */
const element = (
  selector,
) => /** @type {HTMLElement} */ (document.querySelector(selector));
const form = /** @type {HTMLFormElement} */ (element(".cp-search"));
const status = element(".cp-search [role=status]"),
  list = element(".cp-hits"),
  more = /** @type {HTMLButtonElement} */ (element(".cp-hits-more")),
  contents = element(".cp-contents-of-all");
/** @type {{ root: string, current: string, archives: Record<string, string>, small: string, words: Record<string, string> }} */
const { root, current, archives, small, words } = JSON.parse(
  element("#cp-search-data").textContent ?? "",
);
const smallWords = new Set(small.split(" "));
/** @param {string} name @returns {HTMLInputElement} */
const field = (
  name,
) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
const [query, policy, key, all] = ["q", "policy", "key", "all"].map(field);

/** @type {Map<string, Promise<Found[]>>} */
const files = new Map();

/** @param {string} path */
function load(path) {
  const held = files.get(path) ?? fetch(root + path).then(async (answer) => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return prepare(/** @type {Policy[]} */ (await answer.json()));
  });
  files.set(path, held);
  held.catch(() => files.delete(path)); // the next key may have better luck
  return held;
}

/** The clauses that the settings name. @returns {Promise<Found[]>} */
async function clauses() {
  if (!all.checked) return load(current);
  const wanted = Object.entries(archives).filter(([id]) => !policy.value || id === policy.value);
  return (await Promise.all(wanted.map(([, path]) => load(path)))).flat();
}

/** Characters that no text has in the form that the texts have.
 * @param {string} text @param {Found[]} within */
async function sameScript(text, within) {
  const known = new Set(within.map(({ top, body }) => top + body).join(""));
  const strange = [...text].filter((one) => /\p{Script=Han}/u.test(one) && !known.has(one));
  if (!strange.length) return text;
  const { pairs } = await import("./search-traditional.js");
  const chars = [...pairs];
  const other = (/** @type {string} */ one) => {
    for (
      let at = chars.indexOf(one);
      at >= 0;
      at = chars.indexOf(one, at + 1)
    ) {
      if (known.has(chars[at ^ 1])) return chars[at ^ 1];
    }
    return one;
  };
  return [...text].map((one) => strange.includes(one) ? other(one) : one).join(
    "",
  );
}

/** @param {string} text @param {Record<string, string | number>} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => `${values[name]}`);

/** @param {string} tag @param {string} name @param {(Node | string)[]} content */
function make(tag, name, ...content) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...content);
  return node;
}

/** @param {string} text @param {RegExp | null} marks */
const marked = (text, marks) =>
  pieces(text, marks).map((piece, i) => i % 2 ? make("mark", "", piece) : piece);

/** Where a clause stood, newest last: "2019-09-16 – 2021-01-25". @param {Found} clause */
function versionsOf({ policy: { versions }, runs }) {
  const parts = [];
  for (let i = 0; i < runs.length; i += 2) {
    const [first, last] = [versions[runs[i]][0], versions[runs[i + 1]][0]];
    parts.push(first === last ? first : `${first} – ${last}`);
  }
  return parts.join(words.comma);
}

/** @param {Found} clause @param {RegExp | null} marks */
function hit(clause, marks) {
  const { policy: { title, versions }, runs, number, heading, text, chapter } = clause;
  const places = versions.map((_, i) => i).filter((i) =>
    runs.some((first, at) => at % 2 === 0 && first <= i && i <= runs[at + 1])
  );
  const place = places.find((i) => versions[i][2] === "effective") ??
    places[places.length - 1];
  const [, path, state] = versions[place];
  const name = [number, heading || (number ? "" : words.preface)].filter(
    Boolean,
  ).join(" ");
  const link = /** @type {HTMLAnchorElement} */ (make("a", "", ...marked(name, marks)));
  link.href = `${root}${path}#${encodeURIComponent(clause.id)}`;
  const head = make("h2", "", link);
  if (clause.key) head.append(" ", make("span", "cp-tag", words.key));
  const where = make(
    "p",
    "cp-where",
    [title, chapter].filter(Boolean).join(" › "),
  );
  if (all.checked) {
    where.append(
      make(
        "span",
        "",
        fill(words.versions, {
          versions: versionsOf(clause),
          status: words[state],
        }),
      ),
    );
  }
  const item = make(
    "li",
    state === "effective" || !all.checked ? "" : "cp-past",
    head,
    where,
  );
  const size = isCjk(text) ? 120 : 240;
  if (text) {
    item.append(make("p", "", ...marked(excerpt(text, marks, size), marks)));
  }
  return item;
}

let asked = 0;

/** Shows what the form asks for. */
async function show() {
  const turn = ++asked, text = query.value;
  const blank = !text.trim();
  contents.hidden = !blank;
  if (blank || !/[\p{L}\p{N}]/u.test(text)) {
    list.replaceChildren();
    more.hidden = true;
    status.textContent = blank ? "" : words.empty;
    return;
  }
  try {
    const within = await clauses();
    const found = find(within, await sameScript(fold(text), within), {
      small: smallWords,
      keep: (each) =>
        (!key.checked || each.key) &&
        (!policy.value || each.policy.id === policy.value),
    });
    if (turn !== asked) return;
    const { hits, marks, whole } = found;
    list.replaceChildren();
    const next = () => {
      const from = list.children.length;
      list.append(
        ...hits.slice(from, from + SHOWN).map((each) => hit(each, marks)),
      );
      more.hidden = list.children.length >= hits.length;
      return from;
    };
    more.onclick = () => links()[next()].focus();
    next();
    status.textContent = hits.length
      ? fill(whole ? words.found : words.near, { count: hits.length })
      : words.none;
  } catch {
    if (turn === asked) status.textContent = words.failed;
  }
}

/** @returns {HTMLAnchorElement[]} */
const links = () => [...list.querySelectorAll("a")];

/** Keeps the address in step, so that a search can be sent to somebody and gone back to. */
function remember() {
  const address = new URL(location.href);
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value) asked.set(name, `${value}`);
  }
  address.search = `${asked}`;
  history.replaceState(null, "", address);
}

let timer = 0;
/** @param {number} pause */
function soon(pause) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    remember();
    show();
  }, pause);
}

form.addEventListener(
  "input",
  ({ target }) => soon(target === query ? PAUSE : 0),
);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  soon(0);
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const stops = [query, ...links()];
  const at = stops.indexOf(
    /** @type {HTMLInputElement} */ (document.activeElement),
  );
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
  if (step && at >= 0 && stops[at + step]) {
    stops[at + step].focus();
    event.preventDefault();
  } else if (event.key === "Escape" && at >= 0) {
    if (at === 0) query.value = "";
    query.focus();
    soon(0);
    event.preventDefault();
  }
});

const address = new URLSearchParams(location.search);
for (const each of [query, policy]) each.value = address.get(each.name) ?? "";
for (const each of [key, all]) each.checked = address.has(each.name);
contents.hidden = query.value.trim() !== "";
query.focus({ preventScroll: true });
if (query.value) show();
