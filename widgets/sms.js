// The UI of <clausepress-sms>: the reply keyword, a form for the number, the receipt.

import * as core from "./core.js";
import { pending, randomId } from "./store.js";
import {
  announce,
  button,
  cite,
  copy,
  download,
  fill,
  make,
  reasonOf,
  receiptLink,
  sheet,
} from "./view.js";

/** @import { Outcome, Receipt } from "./types.d.ts" */

/** @param {HTMLElement} host @param {ShadowRoot} root @param {AbortSignal} signal */
export async function mount(host, root, signal) {
  const site = core.siteOf(host);
  const ready = Promise.all([core.texts(site.lang), core.inForce(site)]);
  const [text, found] = await ready.finally(core.flush);
  if (signal.aborted) return;
  const { policy, version, lang, edition } = found;
  const slots = `sms:${policy.id}@${site.base}:`; // one slot per request: each number is its own matter

  /** The request on its way and the number it is for. @type {{key: string, address: string} | null} */
  let under = null;
  const status = make("p", { part: "status", role: "status", id: "status" });
  const result = make("div", {});
  const phone = /** @type {HTMLInputElement} */ (make("input", {
    id: "phone",
    type: "tel",
    autocomplete: "tel",
    inputmode: "tel",
    required: true,
    "aria-describedby": "hint status",
  }));
  const form = make(
    "form",
    { part: "form", novalidate: true },
    make("p", {}, ...cite(text["sms-form"], text, found, site, policy.sms?.clause)),
    make("label", { for: "phone" }, text.phone),
    phone,
    make("small", { id: "hint" }, text["phone-hint"]),
    make("button", { part: "action submit" }, text.submit),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    request(phone.value.trim());
  });

  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet])];
  root.replaceChildren(
    make(
      "section",
      { part: "box", "aria-label": text["sms-region"], lang: site.lang },
      ...(policy.sms ? [reply(policy.sms.keyword)] : []),
      form,
      status,
      result,
    ),
  );
  // A request of an earlier visit that is still on its way: tell what becomes of it.
  pending().filter((slot) => slot.startsWith(slots)).forEach(follow);

  /** @param {string} keyword */
  function reply(keyword) {
    const code = make("code", { part: "keyword" }, keyword);
    const label = text["copy-keyword"].replace("{keyword}", () => keyword);
    return make(
      "div",
      { part: "row" },
      make("p", {}, ...fill(text["sms-reply"], { keyword: code })),
      button(label, "plain copy", () => hand(keyword)),
    );
  }

  /** @param {string} content */
  const hand = async (content) => say(await copy(content) ? text.copied : text["not-copied"]);

  /** @param {string} message @param {boolean} [wrong] the number is at fault */
  function say(message, wrong = false) {
    status.replaceChildren(message);
    phone.setAttribute("aria-invalid", `${wrong}`);
    if (wrong && form.contains(root.activeElement)) phone.focus();
  }

  /** @param {string} address */
  function request(address) {
    if (!address) return say(text.empty, true);
    say(text.sending);
    if (under?.address === address) return core.retry(); // pressed again: the same request, not another
    const key = randomId();
    const at = new Date().toISOString();
    under = { key, address };
    result.replaceChildren();
    follow(slots + key);
    core.send({
      slot: slots + key,
      key,
      at,
      decision: "refused",
      base: site.base.href,
      url: new URL("opt-outs", site.api).href,
      lang: site.lang,
      body: {
        channel: "sms",
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
    core.outcomes.addEventListener(
      slot,
      (e) => told(/** @type {CustomEvent<Outcome>} */ (e).detail),
      { signal },
    );
  }

  /** @param {Outcome} outcome */
  function told(outcome) {
    if (outcome.state === "waiting") return say(text["sms-waiting"]);
    if (under?.key === outcome.key) under = null;
    if (outcome.state === "refused") {
      const reason = reasonOf(outcome, text);
      return say(text["sms-rejected"].replace("{reason}", () => reason), true);
    }
    say(text["sms-done"]);
    phone.value = "";
    show(outcome.receipt);
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
