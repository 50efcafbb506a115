// What stands where a frame waits for consent.

import { since, tell } from "./consent.js";
import { texts } from "./fetched.js";

/** @import { Widget } from "./types.d.ts" */

/** @param {HTMLIFrameElement} frame @param {string} lang @param {() => void} show
 * @returns {Promise<Element>} */
export async function placeholder(frame, lang, show) {
  const text = await texts(lang), stand = document.createElement("div");
  const root = stand.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { box-sizing: border-box; display: block; max-inline-size: 100%; padding: 1em; border: 1px solid; font: 1em/1.5 system-ui, sans-serif; }
    p { margin: 0 0 .5em; }
    button { font: inherit; min-block-size: 44px; margin-inline-end: .5em; padding-inline: .75em; }
    @media print { :host { display: none; } }
  `);
  root.adoptedStyleSheets = [sheet];
  stand.lang = lang;
  stand.part.add("clausepress-placeholder");
  const words = document.createElement("p"), name = frame.title || host(frame.dataset.src ?? "");
  words.textContent = text["placeholder-text"].replace("{name}", () => name);
  const once = button(text["placeholder-once"], show);
  const label = text["placeholder-always"];
  /** Known before the press: a no after it is later than it. @type {[Widget, string[]][]} */
  let found = [];
  const always = button(label, async () => {
    always.disabled = true; // one press, one record
    const said = found.map(([known, ids]) => {
      const host = now(known), on = Object.fromEntries(ids.map((id) => [id, true]));
      return { host, wanted: { ...host.choice?.purposes, ...on }, at: since(host) };
    });
    for (const { host, wanted, at } of said) {
      await tell(host, wanted, label, at)
        .catch(() => since(host) === at && show()); // at least this one, unless it was decided since
    }
    always.disabled = false;
  });
  root.append(words, once);
  askers(frame).then((all) => (found = all).length && root.append(always));
  return stand;
}

/** The elements whose policies ask about what a frame is for, each with what it asks about; none when
 * nobody asks about some of it.
 * @param {HTMLIFrameElement} frame @returns {Promise<[Widget, string[]][]>} */
async function askers(frame) {
  const wanted = frame.dataset.purpose?.match(/\S+/g) ?? [],
    room = await import("./material.js").catch(() => null);
  const hosts = /** @type {Widget[]} */ ([...document.querySelectorAll("clausepress-cookies")]);
  const asked = await Promise.all(hosts.map(async (host) => {
    const all = (await room?.policy(host).catch(() => null))?.cookies?.purposes ?? [];
    const known = all.flatMap(({ id, required, services = [] }) =>
      required ? [] : [id, ...services.map((one) => one.id)]
    );
    return /** @type {[Widget, string[]]} */ ([host, wanted.filter((id) => known.includes(id))]);
  }));
  const found = asked.filter(([, ids]) => ids.length);
  return wanted.every((id) => found.some(([, ids]) => ids.includes(id))) ? found : [];
}

/** The element, or what has taken its place. @param {Widget} host */
const now = (host) =>
  [host, .../** @type {NodeListOf<Widget>} */ (document.querySelectorAll(host.localName))]
    .find((one) => one.isConnected && one.getAttribute("policy") === host.getAttribute("policy")) ??
    host;

/** @param {string} src */
const host = (src) => Object.assign(document.createElement("a"), { href: src }).hostname || src;

/** @param {string} label @param {() => void} act */
function button(label, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = label;
  node.onclick = act;
  return node;
}
