// The UI of <clausepress-agree>: the documents, one box that starts empty, and the record that is
// made before the form goes on.

import { asked, choose, look, safe } from "./agree-view.js";
import { box } from "./box.js";
import * as core from "./core.js";
import { send, settled } from "./outbox.js";
import { part } from "./part.js";
import { reasonOf } from "./reason.js";
import { randomId } from "./store.js";
import { announce, make, sheet } from "./view.js";

/** @import { Letter, Mounted, Receipt } from "./types.d.ts" */
/** @import { Question } from "./agree-view.js" */

/** One text agreed to: the letter that says so, and its receipt once it is on record.
 * @typedef {{question: Question, letter: Omit<Letter, "slot">, sent: boolean, receipt?: Receipt}} Consent */

/** @param {HTMLElement} host @param {ShadowRoot} root @param {AbortSignal} signal
 * @param {ElementInternals} internals @returns {Promise<Mounted>} */
async function build(host, root, signal, internals) {
  const site = core.siteOf(host);
  let [text, questions] = await Promise.all([core.texts(site.lang), asked(host, site)])
    .finally(core.flush);
  signal.throwIfAborted();

  /** What was agreed to, by text. @type {Map<string, Consent>} */
  const consents = new Map();
  /** Of this sign-up alone: the next person at this screen is another. */
  const newSubject = () => host.getAttribute("subject") || randomId();
  let subject = newSubject();
  let refused = false;
  let resets = 0;
  /** The recording under way. @type {Promise<unknown> | undefined} */
  let under;
  const status = make("p", { part: "status", role: "status", lang: site.lang });
  const body = make("div", {});
  /** @type {ReturnType<typeof choose>} */
  let view;

  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet, box, look])];
  root.replaceChildren(body, status);
  // Ahead of the page's own handlers, so that none of them sees a form that is not ready.
  addEventListener("submit", (event) => {
    if (event.target !== internals.form || host.matches(":disabled") || ready()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    record(event.submitter);
  }, { capture: true, signal });
  // What is being recorded is not changed meanwhile; it can be refused.
  body.addEventListener("click", (event) => {
    if (under && event.target instanceof HTMLInputElement) event.preventDefault();
  }, { capture: true });
  body.addEventListener("change", () => {
    refused = false;
    for (const [id, consent] of consents) {
      if (view.wants(consent.question) && id === idOf(consent.question)) continue;
      consents.delete(id);
      if (consent.sent) takeBack(consent, text["agree-box"]);
    }
    status.replaceChildren();
    update();
  });

  function draw() {
    view = choose(host, text, questions, site, {
      agree: () => internals.form ? internals.form.requestSubmit() : record(null),
      refuse,
    });
    body.replaceChildren(...view.nodes);
    disable(host.matches(":disabled"));
    update();
  }

  /** The questions answered with yes. */
  const wanted = () => questions.filter(view.wants);

  /** @param {Question} question */
  const idOf = ({ found, clause }) =>
    JSON.stringify([found.policy.id, clause?.id, found.edition.text_digest, view.guardian()]);

  /** Is everything that was ticked on record, and the box that matters ticked? */
  const ready = () =>
    !view.lacks() && wanted().every((question) => consents.get(idOf(question))?.receipt);

  /** Validity and value follow what is ticked and what is on record. */
  function update() {
    const lacks = view.lacks();
    internals.setValidity(
      lacks ? { [lacks.minor ? "customError" : "valueMissing"]: true } : {},
      lacks?.message,
      lacks?.anchor,
    );
    const name = host.getAttribute("name") || "agreement";
    const entries = new FormData();
    if (ready()) {
      for (const question of wanted()) {
        const receipt = consents.get(idOf(question))?.receipt;
        const whole = host.hasAttribute("whole");
        const key = question.clause ? `${name}-${question.clause.id}` : name;
        if (receipt) entries.append(key, whole ? JSON.stringify(receipt) : receipt.id);
      }
    }
    internals.setFormValue([...entries].length ? entries : null);
  }

  /** @param {Question} question @param {string} label @returns {Consent} */
  function consentTo(question, label) {
    const { found, clause } = question;
    const at = new Date().toISOString();
    const shown = clause ? [clause.id] : view.shown(question);
    const guardian = view.guardian();
    const account_token = host.getAttribute("account-token");
    return {
      question,
      sent: false,
      letter: {
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
          surface: host.getAttribute("surface") || (question.earlier ? "re-acceptance" : "sign-up"),
          label: clause ? text["agree-separate"] : label,
          prominent_shown: shown,
          widget: core.WIDGET,
          claimed_at: at,
        },
      },
    };
  }

  /** On record first; only then does the form go on.
   * @param {HTMLElement | null} submitter */
  async function record(submitter) {
    if (under) return;
    if (!internals.reportValidity()) return say(internals.validationMessage);
    const pressed = submitter?.textContent || submitter?.getAttribute("value") || "";
    const label = [...pressed.replace(/\s+/g, " ").trim() || text.agree].slice(0, 80).join("");
    const open = wanted().map((question) => {
      const id = idOf(question);
      const consent = consents.get(id) ?? consentTo(question, label);
      consents.set(id, consent);
      return consent;
    }).filter((consent) => !consent.receipt);
    say(text["agree-recording"]);
    const turn = resets;
    const sent = settled(open.map((one) => one.letter)).then((free) =>
      free && !refused && !signal.aborted && turn === resets
        ? Promise.all(open.map((consent) => {
          consent.sent = true;
          return core.post({ ...consent.letter });
        }))
        : null
    );
    under = sent;
    const outcomes = await sent;
    if (under === sent) under = undefined;
    if (signal.aborted || turn !== resets || refused && !outcomes) return;
    if (!outcomes) return say(text["agree-waiting"]);
    let problem = "", outdated = false;
    outcomes.forEach((outcome, nth) => {
      if (outcome.state === "delivered") {
        open[nth].receipt = outcome.receipt;
        announce(host, outcome.receipt);
      } else if (outcome.state === "refused") {
        consents.delete(idOf(open[nth].question)); // not recorded; the next try is another request
        outdated ||= core.RENEW.includes(outcome.code);
        const reason = outcome.code === "account-token-expired"
          ? text["agree-expired"]
          : reasonOf(outcome, text);
        problem = text["agree-rejected"].replace("{reason}", () => reason);
      } else problem ||= text["agree-waiting"];
    });
    update();
    if (refused) return;
    if (outdated) return renew();
    if (problem) return say(problem);
    say(text["agree-done"]);
    tell("clausepress-agree", open.map(({ receipt }) => receipt));
    const { form } = internals;
    const its = submitter instanceof HTMLElement && "form" in submitter && submitter.form === form;
    form?.requestSubmit(its ? submitter : null);
  }

  /** The text changed under the reader's eyes: it is put before them anew, with an empty box. */
  async function renew() {
    try {
      questions = await asked(host, site, true);
      draw();
      say(text["agree-changed"]);
    } catch {
      say(text["agree-waiting"]);
    }
  }

  /** A no is one press, like a yes. Where nobody had agreed before there is nothing to record; a
   * person asked again keeps the text they agreed to, and that is put on record. */
  async function refuse() {
    if (refused) return;
    refused = true;
    view.clear();
    update();
    await under; // a yes that is on its way arrives before the no
    for (const consent of consents.values()) {
      if (consent.sent) takeBack(consent, text["agree-refuse"]);
    }
    consents.clear();
    for (const question of questions) {
      if (question.earlier && !question.clause) {
        const { letter } = consentTo(question, text["agree-refuse"]);
        queue(letter, { decision: "refused" });
      }
    }
    say(text["agree-refused"]);
    const leave = make("a", { href: host.getAttribute("leave") ?? "" });
    if (tell("clausepress-refuse", null) && safe(leave)) leave.click();
  }

  /** @param {string} name @param {unknown} detail */
  const tell = (name, detail) =>
    host.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }),
    );

  /** A box that is emptied after its record was made: the withdrawal follows it.
   * @param {Consent} consent @param {string} label */
  const takeBack = ({ letter }, label) =>
    queue(letter, { kind: "withdrawal", decision: "withdrawn", label });

  /** A no goes by the queue that loses nothing.
   * @param {Consent["letter"]} letter @param {Record<string, string>} changes */
  function queue(letter, changes) {
    const key = randomId();
    const at = new Date().toISOString();
    // Nobody has to name an account, or a guardian, to say no; and none lies in the queue.
    const { guardian: _guardian, account_token: _token, ...body } = letter.body;
    const { policy } = body;
    send({
      ...letter,
      slot: `agree:${policy}@${site.base}:${key}`,
      key,
      at,
      decision: "refused",
      body: { ...body, ...changes, claimed_at: at },
    });
  }

  /** @param {string} message */
  const say = (message) => status.replaceChildren(message);

  /** @param {boolean} on */
  function disable(on) {
    root.querySelectorAll("input, button").forEach((one) => one.toggleAttribute("disabled", on));
  }

  draw();
  // What stands in for the element without scripts is no part of the form now.
  host.querySelectorAll(":is(input, select, textarea, button):enabled").forEach((control) => {
    control.toggleAttribute("disabled", true);
    signal.addEventListener("abort", () => control.removeAttribute("disabled"));
  });
  return {
    value: () =>
      ready() ? wanted().map((q) => consents.get(idOf(q))?.receipt?.id ?? "").join(" ") : "",
    reset() {
      // What is being recorded for a form that is empty now is taken back. What is on record stays: many
      // pages empty their form when it has been sent.
      const open = [...consents.values()].filter(({ receipt }) => !receipt);
      Promise.resolve(under).then(() =>
        open.forEach((one) => one.sent && takeBack(one, text["agree-box"]))
      );
      under = undefined; // whoever comes next need not wait for it
      resets++;
      consents.clear();
      refused = false;
      subject = newSubject();
      status.replaceChildren();
      view.clear();
      update();
    },
    disable,
  };
}

export const mount = part(build, true);
