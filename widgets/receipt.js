// One receipt, for reading, keeping and checking.

import { copy, download } from "./box.js";
import { check, keysOf } from "./check.js";
import { button, make, receiptLink } from "./view.js";

/** @import { Fields, Receipt, Site, Texts } from "./types.d.ts" */

const KINDS = {
  "cookies": "kind-cookies",
  "agreement": "kind-agreement",
  "consent": "kind-consent",
  "guardian-consent": "kind-guardian-consent",
  "continued-use": "kind-continued-use",
  "personalisation-off": "kind-personalisation-off",
  "withdrawal": "kind-withdrawal",
  "notice-shown": "kind-notice-shown",
  "opt-out": "kind-opt-out",
};
const DECISIONS = {
  given: "decision-given",
  refused: "decision-refused",
  withdrawn: "decision-withdrawn",
};
const FAULTS = {
  malformed: "check-malformed",
  altered: "check-altered",
  signature: "check-signature",
  stranger: "check-stranger",
  unable: "check-unable",
};

/** A word of ours for a word of the record's, which may be newer than we are.
 * @param {Record<string, string>} names @param {string | undefined} word @param {Texts} text */
const worded = (names, word, text) => text[names[word ?? ""]] ?? word ?? "";

/** @param {Fields} fields @param {Texts} text */
export const kindOf = (fields, text) => worded(KINDS, fields.kind, text);

/** @param {Fields} fields @param {Texts} text */
export const decisionOf = (fields, text) => worded(DECISIONS, fields.decision, text);

/** @param {string} at @param {string} lang */
export function timeOf(at, lang) {
  const time = new Date(at);
  const shown = isNaN(time.getTime())
    ? at
    : time.toLocaleString(lang, { dateStyle: "long", timeStyle: "long" });
  return make("time", { datetime: at }, shown);
}

/** The receipt in words and as it is, with what can be done with it.
 * @param {Receipt} receipt @param {Node} texts the texts it is about @param {Site} site
 * @param {Texts} text @param {string[]} trusted the log's keys where the page names them */
export function card(receipt, texts, site, text, trusted) {
  const fields = /** @type {Fields} */ (JSON.parse(receipt.entry)); // what the log holds
  const json = JSON.stringify(receipt, null, 2);
  const status = make("p", { part: "checked", role: "status" });
  const say = (/** @type {string} */ words) => status.replaceChildren(words);
  const rows = /** @type {[string, Node | string | undefined][]} */ ([
    [text["receipt-id"], make("span", { part: "receipt-id" }, receipt.id)],
    [text["receipt-kind"], kindOf(fields, text)],
    [text["receipt-decision"], decisionOf(fields, text)],
    [text["receipt-time"], timeOf(fields.at, site.lang)],
    [text["receipt-texts"], texts],
    [text["receipt-label"], fields.label],
    [text["receipt-digest"], fields.text_digest],
    [text["receipt-log"], receipt.verifier_key],
  ]).filter(([, value]) => value);
  const words = make(
    "dl",
    {},
    ...rows.flatMap((
      [name, value],
    ) => [make("dt", {}, name), make("dd", {}, /** @type {Node} */ (value))]),
  );
  const raw = make(
    "details",
    { part: "raw" },
    make("summary", {}, text["receipt-raw"]),
    make("pre", { tabindex: "0" }, json),
  );

  async function verify() {
    say(text["check-running"]);
    try {
      const keys = trusted.length ? trusted : await keysOf(site.api);
      const found = await check(receipt, keys);
      say(
        found.fault === undefined
          ? text["check-good"].replace("{number}", () => `${found.index + 1}`)
            .replace("{size}", () => `${found.size}`).replace("{log}", () => found.origin)
          : text[FAULTS[found.fault]],
      );
    } catch {
      say(text["check-unreached"]); // the log's key, which is not to be taken from the receipt
    }
  }

  return make(
    "div",
    { part: "card" },
    words,
    raw,
    make(
      "div",
      { part: "row" },
      button(text["receipt-check"], "plain verify", verify),
      button(
        text["copy-receipt"],
        "plain copy",
        async () => say(await copy(json) ? text.copied : text["not-copied"]),
      ),
      button(text.download, "plain download", () => download(json, `receipt-${receipt.id}.json`)),
      button(
        text["receipt-print"],
        "plain print",
        () => print([words, raw], text["receipt-title"]),
      ),
      receiptLink(receipt.id, text["receipt-page"], site),
    ),
    status,
  );
}

const PRINTING = 60_000; // ms after which a sheet goes that no printer's end has taken away
let put = () => {};

/** Print copies of these alone: the rest of the page is not printed meanwhile.
 * @param {Node[]} nodes @param {string} title */
function print(nodes, title) {
  put(); // where printing is not allowed nobody tells that it ended
  const host = make("clausepress-print", {});
  const copies = nodes.map((node) => node.cloneNode(true));
  copies.forEach((node) => node instanceof HTMLDetailsElement && (node.open = true));
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [paper];
  root.append(make("h1", {}, title), ...copies);
  document.body.append(host);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, alone];
  const end = put = () => {
    if (put !== end) return; // of an older sheet, whose styles are the newer one's, too
    host.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== alone);
  };
  addEventListener("afterprint", end, { once: true });
  setTimeout(end, PRINTING);
  globalThis.print();
}

const alone = new CSSStyleSheet();
alone.replaceSync(
  "@media print{body>:not(clausepress-print){display:none!important}}" +
    "@media screen{clausepress-print{display:none!important}}",
);
const paper = new CSSStyleSheet();
paper.replaceSync(`
:host { all: initial; display: block; font: 11pt/1.5 system-ui, sans-serif; }
dt { font-weight: 600; }
dd, pre { overflow-wrap: anywhere; white-space: pre-wrap; }
summary { list-style: none; }
`);
