// What <clausepress-agree> puts on record: a yes to one text, and the no that ends it.

import * as core from "./core.js";
import { send } from "./outbox.js";
import { randomId } from "./store.js";

/** @import { Letter, Site, Texts } from "./types.d.ts" */
/** @import { Question } from "./agree-view.js" */

/** Who agreed, how, and what had been shown.
 * @typedef {{subject: string, label: string, guardian: Record<string, string> | null,
 * shown: string[]}} Said */

/** @param {HTMLElement} host @param {Site} site @param {Texts} text @param {Question} question
 * @param {Said} said @returns {Omit<Letter, "slot">} */
export function yes(host, site, text, question, { subject, label, guardian, shown }) {
  const { found, clause, earlier } = question;
  const at = new Date().toISOString();
  const account_token = host.getAttribute("account-token");
  return {
    key: randomId(),
    at,
    decision: "given",
    base: site.base.href,
    url: new URL("choices", site.api).href,
    lang: site.lang,
    body: {
      kind: clause ? "consent" : guardian ? "guardian-consent" : "agreement",
      ...(clause && { purpose: clause.id }),
      decision: "given",
      policy: found.policy.id,
      version: found.version.id,
      lang: found.lang,
      text_digest: found.edition.text_digest,
      subject,
      mode: clause ? "separate" : guardian ? "written" : "express",
      ...(guardian && { guardian }),
      ...(account_token && { account_token }),
      surface: host.getAttribute("surface") || (earlier ? "re-acceptance" : "sign-up"),
      label: clause ? text["agree-separate"] : label,
      prominent_shown: clause ? [clause.id] : shown,
      widget: core.WIDGET,
      claimed_at: at,
    },
  };
}

/** It goes by the queue that loses nothing.
 * @param {Omit<Letter, "slot">} letter of the yes @param {Record<string, string>} changes */
export function no(letter, changes) {
  const key = randomId();
  const at = new Date().toISOString();
  // Nobody has to name an account, or a guardian, to say no; and none lies in the queue.
  const { guardian: _guardian, account_token: _token, ...body } = letter.body;
  send({
    ...letter,
    slot: `agree:${body.policy}@${letter.base}:${key}`,
    key,
    at,
    decision: "refused",
    body: { ...body, ...changes, claimed_at: at },
  });
}
