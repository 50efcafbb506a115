// The UI of <clausepress-sms>: the reply keyword, a form for the number or the mailbox, the receipt.

import { box, copy, download } from "./box.js";
import * as core from "./core.js";
import { send } from "./outbox.js";
import { part } from "./part.js";
import { reasonOf } from "./reason.js";
import { pending, QUEUE, randomId, recall } from "./store.js";
import { announce, button, cite, fill, make, receiptLink, sheet } from "./view.js";

/** @import { Outcome, Policy, Receipt, Site, Texts } from "./types.d.ts" */

/** The words and the field of each channel. */
const CHANNELS = {
  sms: {
    region: "sms-region",
    form: "sms-form",
    label: "phone",
    hint: "phone-hint",
    empty: "sms-empty",
    done: "sms-done",
    wrong: "problem-address-not-valid",
    type: "tel",
  },
  email: {
    region: "email-region",
    form: "email-form",
    label: "email",
    hint: "email-hint",
    empty: "email-empty",
    done: "email-done",
    wrong: "email-not-valid",
    type: "email",
  },
};

/** @param {HTMLElement} host @param {ShadowRoot} root @param {AbortSignal} signal */
async function build(host, root, signal) {
  const site = core.siteOf(host);
  const ready = Promise.all([core.texts(site.lang), core.inForce(site)]);
  const [text, found] = await ready.finally(core.flush);
  if (signal.aborted) return;
  const { policy, version, lang, edition } = found;
  const channel = host.getAttribute("channel") === "email" ? "email" : "sms";
  const its = CHANNELS[channel];
  const { sms } = policy;
  let last = ""; // the slot of what was asked for last, here
  const slots = `${channel}:${policy.id}@${site.base}:`; // one slot per request: each number is its own matter

  const status = make("p", { part: "status", role: "status", id: "status" });
  const result = make("div", {});
  const field = /** @type {HTMLInputElement} */ (make("input", {
    id: "address",
    type: its.type,
    autocomplete: its.type,
    inputmode: its.type,
    maxlength: "320",
    required: true,
    "aria-describedby": "hint status",
  }));
  const form = make(
    "form",
    { part: "form", novalidate: true },
    make("p", {}, ...cite(text[its.form], text, found, site, sms?.clause)),
    make("label", { for: "address" }, text[its.label]),
    field,
    make("small", { id: "hint" }, text[its.hint]),
    make("button", { part: "action submit" }, text.submit),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    request(field.value.trim());
  });

  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet, box])];
  root.replaceChildren(
    make(
      "section",
      { part: "box", "aria-label": text[its.region], lang: site.lang },
      ...(sms && channel === "sms" ? reply(policy, sms.keyword, sms.number) : []),
      form,
      status,
      result,
    ),
  );
  // A request of an earlier visit that is still on its way: tell what becomes of it.
  waiting().forEach(follow);

  /** The keyword, to be copied, or put into a message by a link or by a phone's camera.
   * @param {Policy} policy @param {string} keyword @param {string} [number] */
  function reply(policy, keyword, number = "") {
    const code = make("code", { part: "keyword" }, keyword);
    const word = (/** @type {string} */ words) => words.replace("{keyword}", () => keyword);
    // Of RFC 5724's `?body=` and Apple's older `&body=`, each reader finds its own.
    const href = `sms:${number}?&body=${encodeURIComponent(keyword)}`;
    const row = make(
      "div",
      { part: "row" },
      make("p", {}, ...fill(text["sms-reply"], { keyword: code })),
      button(word(text["copy-keyword"]), "plain copy", () => hand(keyword)),
      make("a", { href, part: "write" }, word(text["sms-write"])),
    );
    const square = make("div", { part: "qr", hidden: true });
    // Where there is a mouse there is seldom a telephone in it.
    if (number && matchMedia("(hover: hover) and (pointer: fine)").matches) {
      qrOf(policy, site, text).then(
        (drawn) => {
          square.replaceChildren(...drawn);
          square.hidden = false;
        },
        () => {}, // the words above say it all
      );
    }
    return [row, square];
  }

  /** @param {string} content */
  const hand = async (content) => say(await copy(content) ? text.copied : text["not-copied"]);

  /** @param {string} message @param {boolean} [wrong] the number is at fault */
  function say(message, wrong = false) {
    status.replaceChildren(message);
    field.setAttribute("aria-invalid", `${wrong}`);
    if (wrong && form.contains(root.activeElement)) field.focus();
  }

  function waiting() {
    return pending().filter((slot) => slot.startsWith(slots));
  }

  /** @param {string} address */
  function request(address) {
    if (!address) return say(text[its.empty], true);
    say(text.submitting);
    const bare = (/** @type {unknown} */ text) =>
      `${text}`.normalize("NFKC").replace(channel === "sms" ? /[^+\p{L}\p{N}]/gu : /\s/g, "");
    const asked = (/** @type {string} */ slot) => recall(QUEUE + slot)?.body?.address;
    const key = randomId();
    const at = new Date().toISOString();
    // Asked for again: the same request, not another.
    const slot = waiting().find((one) => bare(asked(one)) === bare(address)) ?? slots + key;
    result.replaceChildren();
    last = slot;
    follow(slot);
    send({
      slot,
      key,
      at,
      decision: "refused",
      base: site.base.href,
      url: new URL("opt-outs", site.api).href,
      lang: site.lang,
      body: {
        channel,
        address,
        policy: policy.id,
        version: version.id,
        lang,
        text_digest: edition.text_digest,
        surface: "page",
        label: text.submit,
        widget: core.WIDGET,
        claimed_at: at,
      },
    });
  }

  /** @param {string} slot */
  function follow(slot) {
    core.outcomes.addEventListener(slot, told, { signal });
  }

  /** @param {Event} event */
  function told(event) {
    const outcome = /** @type {CustomEvent<Outcome>} */ (event).detail;
    // Of another number than the one in the field: that one stays as it is.
    const other = event.type !== last && field.value;
    if (outcome.state === "waiting") return other || say(text["sms-waiting"]);
    if (outcome.state === "refused") {
      const reason = outcome.code === "address-not-valid"
        ? text[its.wrong]
        : reasonOf(outcome, text);
      return say(text["sms-rejected"].replace("{reason}", () => reason), !other);
    }
    if (!other) {
      say(text[its.done]);
      field.value = "";
      show(outcome.receipt);
    }
    if (!outcome.elsewhere) announce(host, outcome.receipt);
  }

  /** @param {Receipt} receipt */
  function show(receipt) {
    const json = JSON.stringify(receipt, null, 2);
    const at = receipt.record?.at ?? "";
    const time = new Date(at);
    const shown = isNaN(time.getTime())
      ? at
      : time.toLocaleString(site.lang, { dateStyle: "long", timeStyle: "long" });
    result.replaceChildren(
      make(
        "dl",
        {},
        make("dt", {}, text["receipt-id"]),
        make("dd", { part: "receipt-id" }, receipt.id),
        make("dt", {}, text["receipt-time"]),
        make("dd", {}, make("time", { datetime: at }, shown)),
      ),
      make(
        "div",
        { part: "row" },
        receiptLink(receipt.id, text.receipt, site),
        button(text["copy-receipt"], "plain copy", () => hand(json)),
        button(text.download, "plain download", () => download(json, `receipt-${receipt.id}.json`)),
      ),
    );
  }
}

/** The square that the site's build has made of the reply.
 * @param {Policy} policy @param {Site} site @param {Texts} text @returns {Promise<Node[]>} */
async function qrOf({ id }, { base }, text) {
  const url = new URL(`widgets/sms/${encodeURIComponent(id)}.json`, base);
  const { size, path } = await core.fetchOnce(url, "default");
  const draw = (/** @type {string} */ tag, /** @type {Record<string, string>} */ attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    return node;
  };
  const square = draw("svg", {
    viewBox: `0 0 ${size} ${size}`,
    role: "img",
    "aria-label": text["sms-qr"],
  });
  square.append(draw("path", { d: path }));
  return [square, make("p", {}, text["sms-qr"])];
}

export const mount = part(build);
