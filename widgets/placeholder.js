// What stands where a frame waits for consent.

import { set } from "./consent.js";
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
  const always = button(text["placeholder-always"], () => {
    const ids = (frame.dataset.purpose ?? "").split(/\s+/);
    const asked = /** @type {Widget | null} */ (document.querySelector("clausepress-cookies"));
    const wanted = {
      ...asked?.choice?.purposes,
      ...Object.fromEntries(ids.map((id) => [id, true])),
    };
    set(wanted, text["placeholder-always"]).catch(() => show()); // at least this one
  });
  root.append(words, once, always);
  return stand;
}

/** @param {string} src */
const host = (src) => new URL(src, document.baseURI).hostname;

/** @param {string} label @param {() => void} act */
function button(label, act) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = label;
  node.onclick = act;
  return node;
}
