// The UI of <clausepress-agree>: the documents, one box that starts empty, and the record that is
// made before the form goes on.

import { no, yes } from "./agree-letters.js";
import { asked, choose, look, safe } from "./agree-view.js";
import { box } from "./box.js";
import * as core from "./core.js";
import { settled } from "./outbox.js";
import { part } from "./part.js";
import { reasonOf } from "./reason.js";
import { setAside } from "./stand-in.js";
import { randomId } from "./store.js";
import { announce, make, sheet } from "./view.js";

/** @import { Letter, Mounted, Receipt } from "./types.d.ts" */
/** @import { Question } from "./agree-view.js" */

/** One text agreed to: the letter that says so, whether that may be on record, its receipt once it is,
 * and whether the page was told.
 * @typedef {{question: Question, letter: Omit<Letter, "slot">, sent: boolean, receipt?: Receipt,
 * told?: boolean}} Consent */

/** What is to be taken back of a person, by `subject`, also by an element that is gone: a newer yes waits
 * for it. On the class, since a page of two languages has two of this module. */
const due = /** @type {{due?: Map<string, Promise<unknown>>}} */ (
  customElements.get("clausepress-agree")
).due ??= new Map();

/** Does a button send its form as it is, or only close its dialog? Then it says no yes.
 * @param {any} submitter */
const cancels = (submitter) => submitter?.formNoValidate || submitter?.formMethod === "dialog";

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
  let turn = 0;
  /** The recording under way. @type {Promise<unknown> | undefined} */
  let under;
  const status = make("p", { part: "status", role: "status", lang: site.lang });
  const body = make("div", {});
  /** @type {ReturnType<typeof choose>} */
  let view;

  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet, box, look])];
  root.replaceChildren(body, status);
  // Ahead of the page's own handlers, so that none of them sees a form that is not ready. From a shadow
  // root no submit gets to the window.
  const place = host.getRootNode();
  (place instanceof ShadowRoot ? place : window).addEventListener("submit", (event) => {
    if (event.target !== internals.form || host.matches(":disabled")) return;
    const { submitter } = /** @type {SubmitEvent} */ (event);
    const cancelled = cancels(submitter);
    if (cancelled) giveUp();
    update(cancelled);
    if (cancelled || ready()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    record(submitter);
  }, { capture: true, signal });
  signal.addEventListener("abort", giveUp);
  // A page that comes back whole has been sent, or left, before.
  addEventListener("pageshow", (event) => event.persisted && reset(), { signal });
  // What is being recorded is not changed meanwhile; it can be refused.
  body.addEventListener("click", (event) => {
    if (under && event.target instanceof HTMLInputElement) event.preventDefault();
  }, { capture: true });
  body.addEventListener("change", () => {
    refused = false;
    const ids = wanted().map(idOf);
    undo(([id]) => !ids.includes(id));
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

  /** What is on record of them. */
  const receipts = () => wanted().flatMap((one) => consents.get(idOf(one))?.receipt ?? []);

  /** Is everything that was ticked on record, and the box that matters ticked? */
  const ready = () => !view.lacks() && receipts().length === wanted().length;

  /** Validity and value follow what is ticked and what is on record.
   * @param {boolean} [cancelled] the form goes without a yes */
  function update(cancelled) {
    const lacks = view.lacks();
    internals.setValidity(
      lacks ? { [lacks.minor ? "customError" : "valueMissing"]: true } : {},
      lacks?.message,
      lacks?.anchor,
    );
    const name = host.getAttribute("name") || "agreement";
    const entries = new FormData();
    if (!cancelled && ready()) {
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
    const said = { subject, label, guardian: view.guardian(), shown: view.shown(question) };
    return { question, sent: false, letter: yes(host, site, text, question, said) };
  }

  /** On record first; only then does the form go on.
   * @param {HTMLElement | null} submitter */
  async function record(submitter) {
    if (under) return;
    if (!internals.reportValidity()) return say(internals.validationMessage);
    const { form } = internals;
    refused = false;
    const shown = submitter?.closest("clausepress-agree") ? null : submitter; // what stands in is not
    const pressed = shown?.textContent || shown?.getAttribute("value") || "";
    const label = [...pressed.replace(/\s+/g, " ").trim() || text.agree].slice(0, 80).join("");
    const open = wanted().map((question) => {
      const id = idOf(question);
      const consent = consents.get(id) ?? consentTo(question, label);
      consents.set(id, consent);
      return consent;
    }).filter((consent) => !consent.receipt);
    say(open.length ? text["agree-recording"] : "");
    const mine = turn;
    const sent = Promise.resolve(due.get(subject))
      .then(() => settled(open.map((one) => one.letter)))
      .then((free) => free && !refused && mine === turn ? Promise.all(open.map(post)) : null);
    hold(sent);
    const outcomes = await sent;
    if (under === sent) hold();
    if (mine !== turn || refused && !outcomes) return;
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
    await null; // the end of an element that a handler has taken out
    if (mine !== turn) return;
    update();
    if (refused) return;
    if (outdated) return renew();
    if (problem) return say(problem);
    if (!ready()) return say(""); // no longer what was pressed
    say(wanted().length ? text["agree-done"] : "");
    consents.forEach((one) => one.told = true);
    tell("clausepress-agree", receipts());
    if (mine !== turn || form !== internals.form) return; // emptied; moved to one that nobody sent
    const its = submitter instanceof HTMLElement && "form" in submitter && submitter.form === form;
    form?.requestSubmit(its ? submitter : null);
  }

  /** The text changed under the reader's eyes: it is put before them anew, with an empty box. */
  async function renew() {
    try {
      questions = await asked(host, site, true);
      undo(() => true); // every box is empty again
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
    say(text["agree-refused"]);
    const mine = turn;
    const kept = questions.filter(({ earlier, clause }) => earlier && !clause)
      .map((question) => consentTo(question, text["agree-refuse"]));
    await undo(() => true, text["agree-refuse"]);
    kept.forEach(({ letter }) => no(letter, { decision: "refused" }));
    if (mine !== turn || !refused) return; // ended, emptied, or decided anew
    const leave = make("a", { href: host.getAttribute("leave") ?? "" });
    if (tell("clausepress-refuse", null) && safe(leave)) leave.click();
  }

  /** @param {string} name @param {unknown} detail */
  const tell = (name, detail) =>
    host.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable: true, detail }),
    );

  /** @param {Promise<unknown>} [work] what is recorded is not typed over meanwhile */
  function hold(work) {
    under = work;
    body.querySelectorAll("[type=text]").forEach((one) => one.toggleAttribute("readonly", !!work));
  }

  /** @param {Consent} consent */
  async function post(consent) {
    consent.sent = true;
    const outcome = await core.post({ ...consent.letter });
    consent.sent = outcome.state !== "refused";
    return outcome;
  }

  /** Forget what was agreed to. A withdrawal follows what may be on record: after what is under way, since
   * what arrives before its yes ends nothing.
   * @param {(entry: [string, Consent]) => boolean} which @param {string} [label] */
  function undo(which, label = text["agree-box"]) {
    const those = [...consents].filter(which);
    those.forEach(([id]) => consents.delete(id));
    const done = Promise.all([due.get(subject), under]).then(() => {
      for (const [, { sent, letter }] of those) {
        if (sent) no(letter, { kind: "withdrawal", decision: "withdrawn", label });
      }
    });
    due.set(subject, done);
    return done;
  }

  /** A yes that the page was not told of does not stand, and leads to nothing any more. */
  function giveUp() {
    undo(([, { told }]) => !told);
    hold(); // whoever comes next need not wait for it
    turn++;
    status.replaceChildren();
  }

  /** @param {string} message */
  const say = (message) => status.replaceChildren(message);

  /** @param {boolean} on */
  function disable(on) {
    root.querySelectorAll("input, button").forEach((one) => one.toggleAttribute("disabled", on));
  }

  /** Of the next person, or of the same one again. */
  function reset() {
    giveUp(); // what the page was told of stays: many empty their form when it has been sent
    consents.clear();
    refused = false;
    subject = newSubject();
    view.clear();
    update();
  }

  draw();
  setAside(host, signal);
  return {
    value: () => ready() ? receipts().map(({ id }) => id).join(" ") : "",
    reset,
    disable,
  };
}

export const mount = part(build, true);
