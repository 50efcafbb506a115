// The UI of <clausepress-choices>: what was chosen here, when, on which text; its receipts, and a way
// to take it back.

import { box } from "./box.js";
import { actsOf } from "./choices-acts.js";
import * as core from "./core.js";
import { part } from "./part.js";
import { card, decisionOf, kindOf, timeOf } from "./receipt.js";
import { held, watch } from "./receipts.js";
import { fill, make, sheet } from "./view.js";

/** @import { Item } from "./choices-acts.js" */
/** @import { Policies, Policy, TextOf, Widget } from "./types.d.ts" */

/** @param {Item} item */
const textsOf = (
  { fields },
) => /** @type {TextOf[]} */ ([...(fields.policy ? [fields] : []), ...fields.documents ?? []]);

/** Which matter a choice decides on: of two on one, the later counts.
 * @param {Item} item */
function matterOf({ receipt, subject, fields: { kind, policy, purpose } }) {
  if (kind === "cookies") return `${policy} cookies`; // of this browser
  if (kind === "opt-out" || kind === "notice-shown") return receipt.id;
  const whole = ["agreement", "guardian-consent", "withdrawal"].includes(kind);
  return `${policy} ${subject} ${purpose ?? (whole ? "" : kind)}`;
}

/** Parts what still stands from what a later choice replaced.
 * @param {Item[]} items the newest first */
function parted(items) {
  /** @type {Set<string>} */
  const decided = new Set();
  /** @type {Item[][]} */
  const [now, earlier] = [[], []];
  for (const item of items) {
    const { subject, fields: { kind, policy, purpose } } = item;
    const matter = matterOf(item), ended = `ended ${policy} ${subject}`;
    // Whoever takes back the agreement to a text leaves no consent under it standing.
    const over = decided.has(matter) || (kind === "consent" && decided.has(ended));
    (over ? earlier : now).push(item);
    decided.add(matter);
    if (kind === "withdrawal" && !purpose) decided.add(ended);
  }
  return { now, earlier };
}

/** @param {Widget} host @param {ShadowRoot} root @param {AbortSignal} signal */
async function build(host, root, signal) {
  const site = core.siteOf(host);
  const text = await core.texts(site.lang).finally(core.flush);
  signal.throwIfAborted();
  /** What is published, to name and link the texts; without it they are named by their ids.
   * @type {Policy[]} */
  let policies = [];
  const published = core.fetchOnce(new URL("policies.json", site.base), "no-cache").then(
    (/** @type {Policies} */ all) => policies = all.policies,
    () => {}, // then by their ids
  );
  const trusted = host.getAttribute("log-key")?.trim().split(/\s+/).filter(Boolean) ?? [];
  const status = make("p", { part: "status", role: "status" });
  const list = make("div", { part: "list" });
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet, box, look])];
  root.replaceChildren(
    make(
      "section",
      { part: "box", "aria-label": text["choices-region"], lang: site.lang },
      list,
      status,
    ),
  );

  /** What is open stays open, and what has focus keeps it. @type {Map<string, HTMLElement>} */
  const drawn = new Map();

  function draw() {
    const { all, kept } = held(site.api.href);
    const items = all.map((one) => ({ ...one, fields: JSON.parse(one.receipt.entry) }));
    const { now, earlier } = parted(items);
    const old = make("details", { part: "earlier" });
    old.toggleAttribute("open", list.querySelector("[part~=earlier]")?.hasAttribute("open"));
    old.append(
      make("summary", {}, text["choices-earlier"].replace("{count}", () => `${earlier.length}`)),
      ...earlier.map((item) => row(item, false)),
    );
    const focused = root.activeElement;
    list.replaceChildren(
      make("p", {}, text[items.length ? "choices-intro" : "choices-none"]),
      ...(kept ? [] : [make("p", { part: "unkept" }, text["choices-unkept"])]),
      ...now.map((item) => row(item, true)),
      ...(earlier.length ? [old] : []),
    );
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
  }

  /** @param {Item} item @param {boolean} stands */
  function row(item, stands) {
    const id = `${item.receipt.id} ${stands}`;
    const known = drawn.get(id) ?? make("article", { part: "choice" }, ...content(item, stands));
    drawn.set(id, known);
    return known;
  }

  /** @param {Item} item @param {boolean} stands @returns {Node[]} */
  function content(item, stands) {
    const { receipt, fields } = item;
    const decision = decisionOf(fields, text);
    const kind = kindOf(fields, text);
    const title = decision
      ? text["choices-title"].replace("{kind}", () => kind).replace("{decision}", () => decision)
      : kind;
    const more = make("details", { part: "details" }, make("summary", {}, text["choices-receipt"]));
    more.addEventListener(
      "toggle",
      () => {
        const about = filled(make("span", {}), () => texts(item));
        more.append(card(receipt, about, site, text, trusted));
      },
      { once: true },
    );
    return [
      make("h2", {}, title),
      filled(make("p", {}), () => texts(item)),
      filled(make("ul", {}), () => purposes(item)),
      make("p", {}, ...fill(text["choices-time"], { time: timeOf(fields.at, site.lang) })),
      ...(stands ? acts(item) : []),
      more,
    ];
  }

  /** Filled now, and again with what is published.
   * @param {HTMLElement} node @param {() => (Node | string)[]} content */
  function filled(node, content) {
    const fill = () => node.replaceChildren(...content());
    fill();
    published.then(fill);
    return node;
  }

  /** Each text by title, version and language, as a link where it is published just so.
   * @param {Item} item */
  function texts(item) {
    const named = textsOf(item).map((of) => {
      const policy = policies.find(({ id }) => id === of.policy);
      const version = policy?.versions.find(({ id }) => id === of.version);
      const edition = version?.editions[of.lang];
      const same = edition?.text_digest === of.text_digest;
      const name = edition && same
        ? make(
          "a",
          { href: new URL(edition.url, site.base).href, part: "policy", lang: of.lang },
          text.title.replace("{title}", () => edition.title),
        )
        : of.policy;
      const number = version?.number ?? of.version;
      const gone = policies.length && !same ? [" ", text["choices-gone"]] : [];
      const lang = languageOf(of.lang);
      return [...fill(text["choices-text"], { policy: name, number, lang }), ...gone];
    });
    return named.flatMap((one, nth) => nth ? ["; ", ...one] : one);
  }

  /** @param {string} lang */
  function languageOf(lang) {
    try {
      return new Intl.DisplayNames(site.lang, { type: "language" }).of(lang) ?? lang;
    } catch {
      return lang; // no language that there is
    }
  }

  /** What was allowed and what was not.
   * @param {Item} item */
  function purposes({ fields }) {
    const policy = policies.find(({ id }) => id === fields.policy);
    const named = policy?.cookies?.purposes.flatMap((one) => [one, ...one.services ?? []]) ?? [];
    const place = (/** @type {string} */ id) => named.findIndex((one) => one.id === id);
    const all = Object.entries({ ...fields.purposes, ...fields.services })
      .sort(([a], [b]) => place(a) - place(b)); // as the text has them
    const rows = all.map(([id, on]) => {
      const label = named[place(id)]?.label;
      const name = label && policy ? core.say(label, site, policy) : id;
      return make(
        "li",
        {},
        text[on ? "choices-on" : "choices-off"].replace("{purpose}", () => name),
      );
    });
    if (fields.purpose) rows.push(make("li", {}, fields.purpose));
    return rows;
  }

  /** @param {string} words */
  const say = (words) => status.replaceChildren(words);

  const acts = actsOf(host, site, text, signal, { say, draw });
  draw();
  watch(draw, signal);
  // From any element of this page: what is announced is held already.
  document.addEventListener("clausepress-receipt", () => draw(), { signal });
}

export const mount = part(build);

const look = new CSSStyleSheet();
look.replaceSync(`
h2 { margin: 0; font-size: 1.125em; }
ul { padding-inline-start: 1.25em; }
ul:empty { display: none; }
dd + dt { margin-block-start: .5em; }
[part~="choice"] { margin-block-start: .75em; padding-block: .75em; border-block-start: 1px solid var(--line); overflow-wrap: anywhere; }
[part~="choice"] > * + * { margin-block-start: .25em; }
summary { display: flex; align-items: center; gap: .5em; min-block-size: 2.75em; cursor: pointer; color: var(--link); }
summary::before { content: "▸" / ""; }
[open] > summary::before { content: "▾" / ""; }
pre { max-block-size: 20em; overflow: auto; padding: .5em; border: 1px solid var(--line); font-size: .8125em; white-space: pre-wrap; overflow-wrap: anywhere; }
[part~="card"] { padding-inline-start: 1em; border-inline-start: 2px solid var(--line); }
`);
