// The UI of <clausepress-choices>: what was chosen here, when, on which text; its receipts, and a way
// to take it back.

import { box } from "./box.js";
import * as core from "./core.js";
import { part } from "./part.js";
import { card, decisionOf, kindOf, timeOf } from "./receipt.js";
import { held, watch } from "./receipts.js";
import { randomId } from "./store.js";
import { reasonOf } from "./reason.js";
import { announce, button, fill, make, sheet } from "./view.js";

/** @import { Fields, Held, Policies, Policy, Receipt, TextOf, Widget } from "./types.d.ts" */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** The kinds that are taken back by a withdrawal. */
const TAKEN_BACK = ["agreement", "consent", "guardian-consent"];

/** One choice on record.
 * @typedef {Held & {fields: Fields}} Item */

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
    const id = `${item.receipt.id} ${stands} ${policies.length > 0}`;
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
      () => more.append(card(receipt, texts(item), site, text, trusted)),
      { once: true },
    );
    return [
      make("h2", {}, title),
      make("p", {}, texts(item)),
      ...purposes(item),
      make("p", {}, ...fill(text["choices-time"], { time: timeOf(fields.at, site.lang) })),
      ...(stands ? acts(item) : []),
      more,
    ];
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
    return make("span", {}, ...named.flatMap((one, nth) => nth ? ["; ", ...one] : one));
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
    return rows.length ? [make("ul", {}, ...rows)] : [];
  }

  /** What can be done about a choice that stands.
   * @param {Item} item @returns {Node[]} */
  function acts(item) {
    const { kind, decision } = item.fields;
    const take = button(text["choices-withdraw"], "plain withdraw", () => withdraw(item));
    const again = button(text["choices-again"], "plain again", () => anew(item));
    const change = button(text["choices-change"], "plain change", () => settings(item));
    const open = kind === "cookies"
      ? [...(decision === "given" ? [take] : []), change]
      : TAKEN_BACK.includes(kind) && decision === "given"
      ? [take]
      : kind === "withdrawal" && item.subject
      ? [again]
      : [];
    return open.length ? [make("div", { part: "row" }, ...open)] : [];
  }

  /** The page's own cookie element, or one made for this.
   * @param {Item} item */
  function cookiesOf({ fields }) {
    const all = document.querySelectorAll("clausepress-cookies");
    const there = [...all].find((one) => one.getAttribute("policy") === fields.policy);
    if (there) return /** @type {Widget} */ (there);
    const made = make("clausepress-cookies", { policy: fields.policy ?? "", lang: site.lang });
    for (const name of ["base", "api"]) {
      const value = host.getAttribute(name);
      if (value) made.setAttribute(name, value);
    }
    document.body.append(made);
    return /** @type {Widget} */ (made);
  }

  /** @param {Item} item */
  async function settings(item) {
    await cookiesOf(item).open();
  }

  /** One press, and at once: what cannot be sent now is sent later.
   * @param {Item} item */
  async function withdraw(item) {
    const { fields, subject } = item;
    const label = text["choices-withdraw"];
    if (fields.kind === "cookies") {
      const element = cookiesOf(item);
      const lang = element.matches(":lang(zh)") ? "zh" : "en";
      const { mount } = await import(file("cookies", lang));
      element.ui ??= mount(element);
      await element.ui?.set?.({}, label);
      return say(text["choices-withdrawn"]);
    }
    const { kind, policy, version, lang, text_digest, purpose } = fields;
    const key = randomId(), at = new Date().toISOString();
    const slot = `choices:${policy}@${site.base}:${key}`;
    core.outcomes.addEventListener(slot, (e) => {
      /** @type {import("./types.d.ts").Outcome} */
      const outcome = /** @type {CustomEvent} */ (e).detail;
      if (outcome.state === "waiting") return say(text["choices-waiting"]);
      if (outcome.state === "refused") return say(refused(outcome));
      got(outcome.receipt, "clausepress-withdraw");
      say(text["choices-withdrawn"]);
    }, { signal });
    say(text.submitting);
    core.send({
      slot,
      key,
      at,
      decision: "refused",
      base: site.base.href,
      url: new URL("choices", site.api).href,
      lang: site.lang,
      body: {
        kind: "withdrawal",
        decision: "withdrawn",
        policy,
        version,
        lang,
        text_digest,
        subject,
        mode: "express",
        ...(kind === "consent" && { purpose }),
        surface: "choices",
        label,
        widget: core.WIDGET,
        claimed_at: at,
      },
    });
  }

  /** A yes after a withdrawal is a new choice, about the text in force now; it waits for the server.
   * @param {Item} item */
  async function anew({ fields, subject }) {
    say(text.submitting);
    try {
      const { policy, version, lang, edition } = await core.inForce(
        { ...site, policy: fields.policy ?? "" },
        true,
      );
      const { purpose } = fields, at = new Date().toISOString();
      const outcome = await core.post({
        key: randomId(),
        url: new URL("choices", site.api).href,
        lang: site.lang,
        body: {
          kind: purpose ? "consent" : "agreement",
          decision: "given",
          policy: policy.id,
          version: version.id,
          lang,
          text_digest: edition.text_digest,
          subject,
          mode: purpose ? "separate" : "express",
          ...(purpose && { purpose }),
          surface: "choices",
          label: text["choices-again"],
          widget: core.WIDGET,
          claimed_at: at,
        },
      });
      if (outcome.state === "delivered") {
        got(outcome.receipt, "clausepress-agree");
        say(text["agree-done"]);
      } else say(outcome.state === "refused" ? refused(outcome) : text["choices-unsent"]);
    } catch {
      say(text["choices-unsent"]);
    }
  }

  /** @param {Extract<import("./types.d.ts").Outcome, {state: "refused"}>} outcome */
  const refused = (outcome) => text.rejected.replace("{reason}", () => reasonOf(outcome, text));

  /** The page's own server may have to know.
   * @param {Receipt} receipt @param {string} name */
  function got(receipt, name) {
    announce(host, receipt);
    const told = { bubbles: true, composed: true, detail: [receipt] };
    host.dispatchEvent(new CustomEvent(name, told));
  }

  /** @param {string} words */
  const say = (words) => status.replaceChildren(words);

  draw();
  watch(draw, signal);
  // From any element of this page: what is announced is held already.
  document.addEventListener("clausepress-receipt", () => draw(), { signal });
  core.fetchOnce(new URL("policies.json", site.base), "no-cache").then(
    (/** @type {Policies} */ published) => {
      policies = published.policies;
      signal.aborted || draw();
    },
    () => {}, // then by their ids
  );
}

export const mount = part(build);

const look = new CSSStyleSheet();
look.replaceSync(`
h2 { margin: 0; font-size: 1.125em; }
ul { padding-inline-start: 1.25em; }
dd + dt { margin-block-start: .5em; }
[part~="choice"] { margin-block-start: .75em; padding-block: .75em; border-block-start: 1px solid var(--line); overflow-wrap: anywhere; }
[part~="choice"] > * + * { margin-block-start: .25em; }
summary { display: flex; align-items: center; gap: .5em; min-block-size: 2.75em; cursor: pointer; color: var(--link); }
summary::before { content: "▸" / ""; }
[open] > summary::before { content: "▾" / ""; }
pre { max-block-size: 20em; overflow: auto; padding: .5em; border: 1px solid var(--line); font-size: .8125em; white-space: pre-wrap; overflow-wrap: anywhere; }
[part~="card"] { padding-inline-start: 1em; border-inline-start: 2px solid var(--line); }
`);
