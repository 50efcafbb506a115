// What <clausepress-cookies> needs only when somebody looks closer: each purpose and service by
// itself, how the text has changed since a consent, and the words for a choice made elsewhere. Without
// this file all can still be refused.

import * as core from "./core.js";
import { reasonOf as why } from "./reason.js";
import { remember } from "./store.js";
import { button, cite, fill, make, receiptLink } from "./view.js";

/** @import { InForce, Kept, Owner, Purpose, Texts } from "./types.d.ts" */

/** @param {InForce} shown */
const optional = ({ policy }) => policy.cookies?.purposes.filter((p) => !p.required) ?? [];

/** What is asked about has changed since this was agreed to: how.
 * @param {Owner} owner @param {Texts} text @param {InForce} shown @param {Kept} kept
 * @returns {(Node | string)[]} */
export function changed({ site }, text, shown, { version, names, lang }) {
  const { policy } = shown, before = Object.keys(names);
  const list = new Intl.ListFormat(site.lang);
  const name = (/** @type {Purpose} */ p) => core.say(p.label, site, policy);
  const asked = optional(shown);
  const added = asked.filter((p) => !before.includes(p.id)).map(name);
  const gone = before.filter((id) => !asked.some((p) => p.id === id)).map((id) => names[id]);
  const page = `${lang}/${policy.id}/${version}/to-current/`;
  return [
    text["settings-outdated"],
    ...(added.length ? fill(text["settings-added"], { purposes: list.format(added) }) : []),
    ...(gone.length ? fill(text["settings-removed"], { purposes: list.format(gone) }) : []),
    ...(version === shown.version.id
      ? []
      : [make("a", { href: new URL(page, site.base).href }, text["settings-changes"])]),
  ];
}

/** The settings: what stands above the buttons, what is ticked, and the way out.
 * @param {Owner} owner @param {Texts} text @param {InForce} shown @param {() => void} leave */
export function settings(owner, text, shown, leave) {
  const { site } = owner, { policy } = shown;
  const now = owner.choice()?.purposes ?? {};
  /** @type {Map<string, HTMLInputElement>} */
  const boxes = new Map();
  /** @param {string} id @param {Texts} words @param {boolean} required */
  const tick = (id, words, required) => {
    const box = /** @type {HTMLInputElement} */ (make("input", {
      type: "checkbox",
      checked: required || now[id] === true,
      disabled: required,
    }));
    if (!required) boxes.set(id, box);
    const label = core.say(words, site, policy);
    return make(
      "label",
      { part: "purpose" },
      box,
      make(
        "span",
        {},
        required ? text["settings-always"].replace("{purpose}", () => label) : label,
      ),
    );
  };
  const rows = (policy.cookies?.purposes ?? []).flatMap(({ id, label, required, services }) => {
    const row = tick(id, label, required);
    if (!services || required) return [row];
    const each = make("div", { part: "services" });
    each.append(...services.map((one) => tick(one.id, one.label, false)));
    // The box over the services stands for all: it comes with the first of them and goes with the
    // last. Left alone it is as chosen; one service may have been allowed without the purpose.
    const all = /** @type {HTMLInputElement} */ (boxes.get(id));
    const ones = services.map((one) => boxes.get(one.id));
    const sum = () => {
      all.indeterminate = ones.some((one) => one?.checked !== all.checked);
    };
    all.onchange = () => ones.forEach((one) => one && (one.checked = all.checked));
    each.onchange = ({ target }) => {
      const on = /** @type {HTMLInputElement} */ (target).checked;
      all.checked = on || all.checked && ones.some((one) => one?.checked);
      sum();
    };
    sum();
    return [row, each];
  });
  const legend = cite(text["settings-legend"], text, shown, site, policy.cookies?.clause);
  const back = button(text[owner.choice() ? "settings-close" : "settings-back"], "plain", leave);
  return {
    nodes: [make("fieldset", {}, make("legend", {}, ...legend), ...rows), ...record(owner, text)],
    wants: (/** @type {string} */ id) => boxes.get(id)?.checked === true,
    back,
    first: boxes.values().next().value ?? back,
  };
}

/** What became of the record of the choice in force.
 * @param {Owner} owner @param {Texts} text */
function record(owner, text) {
  const kept = owner.kept();
  if (!kept || kept.signal) return [];
  const { receipt, problem } = kept;
  if (receipt) return [make("p", {}, receiptLink(receipt, text.receipt, owner.site))];
  return [make("p", {}, problem ? unrecorded(problem, text) : text.waiting)];
}

/** What the server said against the record. */
export const reasonOf = why;

/** @param {string} problem @param {Texts} text */
export const unrecorded = (problem, text) => text.rejected.replace("{reason}", () => problem);

/** Keep the words for a choice that was made in another language, or is known from a cookie: with them
 * the loader is enough.
 * @param {Owner} owner @param {InForce} shown @param {Pick<Kept, "labels" | "names" | "clear">} words */
export function learn(owner, shown, { labels, ...rest }) {
  const kept = owner.kept();
  if (!kept || kept.signal) return;
  const same = kept.material === shown.policy.cookies?.digest;
  const whole = { ...kept, ...(same && rest), labels: { ...kept.labels, ...labels } };
  owner.keep(whole);
  remember(`clausepress:${owner.slot}`, whole);
}
