// What can be done about a choice that stands: take it back, agree again, change it.

import * as core from "./core.js";
import { send, settled, waits } from "./outbox.js";
import { reasonOf } from "./reason.js";
import { held } from "./receipts.js";
import { QUEUE, randomId, recall } from "./store.js";
import { afterPaint, announce, button, make } from "./view.js";

/** @import { Fields, Held, Outcome, Receipt, Site, Texts, Widget } from "./types.d.ts" */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** One choice on record.
 * @typedef {Held & {fields: Fields}} Item */

/** The kinds that are taken back by a withdrawal. */
const TAKEN_BACK = ["agreement", "consent", "guardian-consent"];

/** Taking one choice back is one decision, however often it is pressed and however long it waits.
 * @param {Item} item */
const slotOf = ({ receipt }) => `choices:${receipt.id}`;

/** Gives the buttons of a choice.
 * @param {Widget} host @param {Site} site @param {Texts} text @param {AbortSignal} signal
 * @param {{say: (words: string) => void, draw: () => void}} page
 * @returns {(item: Item) => Node[]} */
export function actsOf(host, site, text, signal, { say, draw }) {
  /** @param {Item} item @returns {Node[]} */
  function acts(item) {
    const { kind, decision } = item.fields;
    const act = (/** @type {(item: Item) => unknown} */ job) => () => once(item, job);
    const take = button(text["choices-withdraw"], "plain withdraw", act(withdraw));
    const again = button(text["choices-again"], "plain again", act(anew));
    const change = button(text["choices-change"], "plain change", act(settings));
    const open = kind === "cookies"
      ? [...(decision === "given" ? [take] : []), change]
      : TAKEN_BACK.includes(kind) && decision === "given"
      ? [take]
      : kind === "withdrawal" && item.subject
      ? [again]
      : [];
    if (waits(slotOf(item))) { // since an earlier visit
      follow(item);
      open.push(make("span", { part: "waiting" }, text["choices-waiting"]));
    }
    return open.length ? [make("div", { part: "row" }, ...open)] : [];
  }

  /** The choices about which a press is under way: another press is the same one. @type {Set<string>} */
  const under = new Set();

  /** @param {Item} item @param {(item: Item) => unknown} job */
  async function once(item, job) {
    const { id } = item.receipt;
    if (under.has(id)) return;
    under.add(id);
    try {
      await job(item);
    } catch {
      say(text["choices-unsent"]);
    } finally {
      under.delete(id);
    }
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

  /** Is a no to this on its way to the server, or there? What this browser heeds says nothing of that:
   * a no on the form, or without a record, leaves the yes on record.
   * @param {Item} item @param {Widget} element */
  function underWay({ receipt, subject, fields: { policy } }, element) {
    const slot = `cookies:${policy}@${element.getAttribute("base") ?? ""}`;
    if (recall(QUEUE + slot)?.decision === "refused") return true;
    return held(site.api.href).all.some((one) => {
      const { kind, decision, policy: of } = JSON.parse(one.receipt.entry);
      const same = kind === "cookies" && of === policy && one.subject === subject;
      return same && decision !== "given" && one.receipt.id > receipt.id;
    });
  }

  /** One press, and at once: what cannot be sent now is sent later.
   * @param {Item} item */
  async function withdraw(item) {
    const { fields, subject } = item;
    const label = text["choices-withdraw"];
    if (fields.kind === "cookies") {
      const lang = cookiesOf(item).matches(":lang(zh)") ? "zh" : "en";
      const { mount } = await import(file("cookies", lang));
      const element = cookiesOf(item); // what has taken the place meanwhile
      element.ui ??= mount(element);
      if (!underWay(item, element)) {
        if (!element.ui?.set) throw new Error("the element has been taken from the page");
        await element.ui.set({}, label);
        await new Promise((done) => afterPaint(() => done(null))); // it is in the queue
      }
      return say(text["choices-withdrawn"]);
    }
    const { kind, policy, version, lang, text_digest, purpose } = fields;
    const key = randomId(), at = new Date().toISOString();
    follow(item);
    say(text.submitting);
    send({
      slot: slotOf(item),
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

  /** @param {Item} item */
  const follow = (item) => core.outcomes.addEventListener(slotOf(item), told, { signal });

  /** @param {Event} event */
  function told(event) {
    const outcome = /** @type {CustomEvent<Outcome>} */ (event).detail;
    if (outcome.state === "waiting") return say(text["choices-waiting"]);
    if (outcome.state === "refused") return say(refused(outcome));
    outcome.elsewhere ? draw() : got(outcome.receipt, "clausepress-withdraw");
    say(text["choices-withdrawn"]);
  }

  /** Each yes that got no answer: the server may have it, so it is the same request that is repeated.
   * @type {Map<string, Parameters<typeof core.post>[0]>} */
  const unanswered = new Map();

  /** A yes after a withdrawal is a new choice, about the text in force now; it waits for the server.
   * @param {Item} item */
  async function anew(item) {
    const { id } = item.receipt;
    say(text.submitting);
    const letter = unanswered.get(id) ?? await yesTo(item);
    if (!await settled([letter])) return say(text["choices-unsent"]);
    unanswered.set(id, letter);
    const outcome = await core.post(letter);
    if (outcome.state === "waiting") return say(text["choices-unsent"]);
    unanswered.delete(id);
    if (outcome.state === "refused") return say(refused(outcome));
    got(outcome.receipt, "clausepress-agree");
    say(text["agree-done"]);
  }

  /** @param {Item} item */
  async function yesTo({ fields, subject }) {
    const { policy, version, lang, edition } = await core.inForce(
      { ...site, policy: fields.policy ?? "" },
      true,
    );
    const { purpose } = fields, at = new Date().toISOString();
    return {
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
    };
  }

  /** @param {Extract<Outcome, {state: "refused"}>} outcome */
  const refused = (outcome) => text.rejected.replace("{reason}", () => reasonOf(outcome, text));

  /** The page's own server may have to know.
   * @param {Receipt} receipt @param {string} name */
  function got(receipt, name) {
    announce(host, receipt);
    const told = { bubbles: true, composed: true, detail: [receipt] };
    host.dispatchEvent(new CustomEvent(name, told));
  }

  return acts;
}
