// What <clausepress-agree> shows: documents, key clauses, age, separate consents, two equal buttons.

import { redline } from "./agree-redline.js";
import { clausesOf, emphasised, whole } from "./clauses.js";
import * as core from "./core.js";
import { button, cite, fill, make } from "./view.js";

/** @import { Clause, Edition, InForce, Site, Texts, Version } from "./types.d.ts" */

/** A text to agree to: a document, or one clause of it that the law wants agreed to on its own.
 * `earlier` is the version this person agreed to before.
 * @typedef {{found: InForce, earlier?: Version, clause?: Clause}} Question */

const words = (/** @type {string | null} */ list) => [
  ...new Set(list?.split(/\s+/).filter(Boolean)),
];

/** What the attributes ask: `documents="terms privacy"`, less what `agreed="terms@3"` says is agreed to
 * as it stands now, and `separate="privacy#transfer"`.
 * Rejects when a text cannot be had: then nothing may be asked.
 * @param {HTMLElement} host @param {Site} site @param {boolean} [anew] @returns {Promise<Question[]>} */
export async function asked(host, site, anew) {
  const find = (/** @type {string} */ policy) => core.inForce({ ...site, policy }, anew);
  const agreed = new Map(
    words(host.getAttribute("agreed")).map((
      one,
    ) => /** @type {[string, string]} */ (one.split("@"))),
  );
  const documents = words(host.getAttribute("documents")).map(async (id) => {
    const found = await find(id);
    const { versions } = found.policy; // the newest first
    const now = versions.indexOf(found.version);
    const before = versions.findIndex((v) => v.id === agreed.get(id));
    if (before >= 0 && before <= now) return [];
    return [{ found, earlier: versions[before] }];
  });
  const separate = words(host.getAttribute("separate")).map(async (one) => {
    const [id, name] = one.split("#");
    const found = await find(id);
    const clause = (await clausesOf(found, site)).get(name);
    if (clause) return [{ found, clause }];
    if (anew) return []; // gone with the text that is no longer in force
    throw new Error(`separate="${one}": ${found.edition.json} has no such clause`);
  });
  if (!documents.length && !separate.length) throw new Error("no documents are named");
  return (await Promise.all([...documents, ...separate])).flat();
}

/** @param {string} type @param {Record<string, string>} [more] */
const input = (type, more) => /** @type {HTMLInputElement} */ (make("input", { type, ...more }));

/** @param {HTMLElement} host @param {Texts} text @param {Question[]} questions @param {Site} site
 * @param {{agree: () => void, refuse: () => void}} acts */
export function choose(host, text, questions, site, acts) {
  const documents = questions.filter(({ clause }) => !clause);
  /** The clauses that were open before the reader's eyes. @type {Map<Question, Set<string>>} */
  const seen = new Map();
  /** @type {Map<Question, HTMLInputElement>} */
  const boxes = new Map();
  const box = input("checkbox", { id: "agree" });
  const years = Number(host.getAttribute("minors")) || 0;
  const of = (/** @type {string} */ words) => words.replaceAll("{years}", () => `${years}`);
  const adult = input("radio", { name: "age", value: "adult" });
  const minor = input("radio", { name: "age", value: "minor" });
  const guard = make("p", { part: "guardian", hidden: true }, ...guardian());
  const parent = input("radio", { name: "relation", value: "parent" });
  const other = input("radio", { name: "relation", value: "guardian" });
  const name = input("text", { id: "guardian-name", maxlength: "100", autocomplete: "name" });
  const contact = input("text", {
    id: "guardian-contact",
    maxlength: "320",
    "aria-describedby": "guardian-hint",
  });
  /** The page lets a guardian agree here; else a minor cannot go on. */
  const present = years > 0 && host.hasAttribute("guardian-form");
  const form = present ? asGuardian() : null;
  const statement = make("span", {}, text["agree-box"]);
  /** A guardian agrees in the place of the minor. */
  const stands = () => present && minor.checked;

  /** @param {Question} question */
  function document_(question) {
    const { found, earlier } = question;
    const { version, edition, lang } = found;
    const row = make("li", { part: "document" });
    const line = make("p", {}, ...cite(text["agree-document"], text, found, site), effect());
    line.querySelectorAll("a").forEach(outside);
    row.append(line);
    if (earlier) row.append(...changed(earlier));
    if (edition.prominent.length) row.append(key());
    return row;

    function effect() {
      const day = version.effective_on;
      const date = day && new Date(`${day}T00:00Z`);
      const shown = date
        ? make(
          "time",
          { datetime: day },
          date.toLocaleDateString(site.lang, { dateStyle: "long", timeZone: "UTC" }),
        )
        : text.unstated;
      return make("span", {}, ...fill(text["agree-effective"], { date: shown }));
    }

    /** @param {Version} before */
    function changed(before) {
      const there = before.editions[lang];
      const number = before.number ?? before.id;
      const told = make("p", { part: "earlier" }, ...fill(text["agree-earlier"], { number }));
      if (!there) return [told];
      const href = new URL(`${there.url}to-current/`, site.base).href;
      told.append(" ", outside(make("a", { href, part: "changes" }, text["agree-changes"])));
      return [told, redlined(there)];
    }

    /** The words that differ, when asked for. @param {Edition} there */
    function redlined(there) {
      const list = make("div", { part: "clauses", lang, tabindex: "0", role: "group" });
      list.setAttribute("aria-label", text["agree-redline"]);
      return onDemand(
        text["agree-redline"],
        "redline",
        list,
        async () => list.replaceChildren(...await redline(there, edition, site, text)),
      );
    }

    function key() {
      const list = make("div", { part: "clauses", lang, tabindex: "0", role: "group" });
      const count = text["agree-key"].replace("{count}", () => `${edition.prominent.length}`);
      list.setAttribute("aria-label", count);
      return onDemand(count, "key", list, async () => {
        const all = await clausesOf(found, site);
        const shown = edition.prominent.flatMap((id) => all.get(id) ?? []);
        list.replaceChildren(...shown.flatMap(emphasised));
        seen.set(question, new Set(shown.map(({ id }) => id)));
      });
    }
  }

  /** What is fetched when it is opened, and again as long as it could not be had.
   * @param {string} title @param {string} part @param {HTMLElement} list
   * @param {() => Promise<unknown>} show */
  function onDemand(title, part, list, show) {
    let there = false;
    const more = make("details", { part }, make("summary", {}, title), list);
    more.addEventListener("toggle", async () => {
      if (!more.hasAttribute("open") || there) return;
      list.replaceChildren(text["agree-loading"]);
      try {
        await show();
        there = true;
      } catch {
        list.replaceChildren(text["agree-unread"]); // the link above leads to the whole text
      }
    });
    return more;
  }

  /** One consent of its own: its clause in full, and a box that nothing depends on.
   * @param {Question & {clause?: Clause}} question */
  function own(question) {
    const { found, clause } = question;
    const mine = input("checkbox");
    boxes.set(question, mine);
    const name = text["agree-separate-legend"];
    const line = cite(name, text, found, site, clause?.id);
    const group = make(
      "fieldset",
      { part: "separate" },
      make("legend", {}, ...line),
      make("div", {
        part: "clauses",
        lang: found.lang,
        tabindex: "0",
        role: "group",
        "aria-label": text["agree-clause"],
      }, ...(clause ? whole(clause) : [])),
      make("label", {}, mine, make("span", {}, text["agree-separate"])),
    );
    group.querySelectorAll("a").forEach(outside);
    return group;
  }

  function guardian() {
    const link = make(
      "a",
      { href: host.getAttribute("guardian") ?? "" },
      text["agree-guardian-link"],
    );
    const told = of(text[host.hasAttribute("guardian-form") ? "guardian-here" : "agree-guardian"]);
    return [told, ...(safe(link) ? [" ", outside(link)] : [])];
  }

  /** Who the guardian is; the host's server has to make sure of it. */
  function asGuardian() {
    return make(
      "fieldset",
      { part: "guardian-form", hidden: true },
      make("legend", {}, text["guardian-legend"]),
      make("label", {}, parent, text["guardian-parent"]),
      make("label", {}, other, text["guardian-other"]),
      make("label", { for: "guardian-name", part: "above" }, text["guardian-name"]),
      name,
      make("label", { for: "guardian-contact", part: "above" }, text["guardian-contact"]),
      contact,
      make("small", { id: "guardian-hint" }, text["guardian-hint"]),
    );
  }

  /** What follows from the age: who agrees, and to what. */
  function follow() {
    guard.hidden = !minor.checked;
    if (!form) return;
    form.hidden = !stands();
    statement.textContent = text[stands() ? "guardian-box" : "agree-box"];
    // Asked of the person itself; what a child needs apart from the agreement is the host's to ask.
    section.querySelectorAll("[part~=separate]").forEach((one) =>
      one.toggleAttribute("hidden", stands())
    );
  }

  function age() {
    const rows = [[adult, "agree-adult"], [minor, "agree-minor"]];
    const group = make(
      "fieldset",
      { part: "age" },
      make("legend", {}, of(text["agree-age"])),
      ...rows.map(([one, words]) =>
        make("label", {}, /** @type {Node} */ (one), of(text[/** @type {string} */ (words)]))
      ),
      guard,
      ...(form ? [form] : []),
    );
    group.addEventListener("change", follow);
    return group;
  }

  const section = make(
    "section",
    { part: "box", "aria-label": text["agree-region"], lang: site.lang },
    ...(documents.length
      ? [make("p", {}, text["agree-intro"]), make("ul", {}, ...documents.map(document_))]
      : host.hasAttribute("documents")
      ? [make("p", {}, text["agree-already"])]
      : []),
    ...(years && questions.length ? [age()] : []),
    ...questions.filter(({ clause }) => clause).map(own),
    ...(documents.length ? [make("label", {}, box, statement)] : []),
    make(
      "div",
      { part: "pair" },
      ...(questions.length ? [button(text["agree-refuse"], "action refuse", acts.refuse)] : []),
      button(text[documents.length ? "agree" : "agree-continue"], "action agree", acts.agree),
    ),
  );

  return {
    nodes: [section],
    /** @param {Question} question */
    wants: (question) =>
      question.clause ? !stands() && !!boxes.get(question)?.checked : box.checked,
    /** Who agrees for a minor, in the form of the API. */
    guardian: () =>
      stands()
        ? {
          relation: parent.checked ? "parent" : "guardian",
          contact: contact.value.trim(),
          ...(name.value.trim() && { name: name.value.trim() }),
        }
        : null,
    /** @param {Question} question */
    shown: (question) => [...seen.get(question) ?? []].slice(0, 100), // the API takes no more
    /** What is still missing, and where. */
    lacks() {
      if (years && questions.length && !adult.checked) {
        if (!minor.checked) return { message: of(text["agree-age"]), anchor: adult };
        if (!present) return { message: of(text["agree-guardian"]), anchor: minor, minor: true };
        if (!parent.checked && !other.checked) {
          return { message: text["guardian-relation"], anchor: parent };
        }
        if (!contact.value.trim()) return { message: text["guardian-missing"], anchor: contact };
      }
      return documents.length && !box.checked
        ? { message: text["agree-missing"], anchor: box, minor: false }
        : null;
    },
    clear() {
      [box, adult, minor, parent, other, ...boxes.values()].forEach((one) => one.checked = false);
      name.value = contact.value = "";
      follow();
    },
  };
}

/** Opens beside the form, which is not lost by it.
 * @param {HTMLElement} link */
function outside(link) {
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener");
  return link;
}

/** @param {HTMLElement} link */
export const safe = (link) =>
  link instanceof HTMLAnchorElement && !!link.getAttribute("href") &&
  /^https?:$/.test(link.protocol);

export const look = new CSSStyleSheet();
look.replaceSync(`
ul { padding-inline-start: 1.25em; }
li { margin-block-end: .5em; }
time { white-space: nowrap; }
summary { display: flex; align-items: center; gap: .5em; min-block-size: 2.75em; cursor: pointer; color: var(--link); }
summary::before { content: "▸" / ""; }
[open] > summary::before { content: "▾" / ""; }
summary:focus-visible { outline-offset: -3px; }
[part~="clauses"] {
  max-block-size: 14em;
  overflow: auto;
  padding: .5em .75em;
  border: 1px solid var(--line);
  border-radius: .5em;
  overflow-wrap: anywhere;
}
[part~="clauses"] > * + * { margin-block-start: .5em; }
[part~="prominent"] { text-decoration: underline; }
ins { background: light-dark(#d7f0dc, #16401f); }
del { background: light-dark(#fbdfdb, #5a1f17); }
[part~="said"] { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
table { border-collapse: collapse; }
th, td { padding: .25em .5em; border: 1px solid var(--line); text-align: start; }
[part~="separate"], [part~="age"] { padding: .5em .75em; border: 1px solid var(--line); border-radius: .5em; }
legend { padding-inline: .25em; }
[type="radio"] { min-block-size: 0; inline-size: 1.25em; block-size: 1.25em; margin: 0; flex: none; accent-color: var(--link); }
[part~="guardian"] { font-weight: 600; }
[part~="guardian-form"] { margin-block-start: .75em; }
[part~="above"] { display: block; min-block-size: 0; margin-block-start: .5em; }
[type="text"] { inline-size: 100%; max-inline-size: 30em; padding-inline: .75em; border: 1px solid var(--line); background: var(--surface); color: var(--text); }
[part~="pair"] { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5em; }
button:disabled { cursor: default; opacity: .6; }
`);
