// Building DOM without markup strings, and the one style sheet.

/** @import { InForce, Outcome, Receipt, Site, Texts } from "./types.d.ts" */

/** @param {string} tag @param {Record<string, string | boolean>} attributes @param {(Node | string)[]} content */
export function make(tag, attributes, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...content);
  return node;
}

/** A text with places like {policy}, filled with nodes or strings.
 * @param {string} text @param {Record<string, Node | string>} places */
export const fill = (text, places) =>
  text.split(/\{(\w+)\}/).map((piece, i) => i % 2 ? places[piece] ?? "" : piece);

/** Words that name the exact text: its title as a link, and its printed number.
 * @param {string} words @param {Texts} text @param {InForce} found @param {Site} site
 * @param {string} [clause] */
export function cite(words, text, { edition, version, lang }, site, clause = "") {
  const href = new URL(edition.url, site.base);
  href.hash = clause;
  const title = text.title.replace("{title}", () => edition.title);
  return fill(words, {
    policy: make("a", { href: href.href, hreflang: lang, lang, part: "policy" }, title),
    number: version.number ?? text.unstated,
  });
}

/** @param {string} id @param {string} label @param {Site} site */
export function receiptLink(id, label, site) {
  const href = new URL(`receipts/${encodeURIComponent(id)}`, site.api);
  href.searchParams.set("lang", site.lang);
  return make("a", { href: href.href, part: "receipt" }, label);
}

/** What the server said against a record, in the reader's language where we have the words.
 * @param {Extract<Outcome, {state: "refused"}>} outcome @param {Texts} text */
export const reasonOf = ({ code, reason }, text) =>
  text[`problem-${code}`] ?? (reason || text.problem);

/** @param {string} label @param {string} part @param {(event: Event) => void} act */
export function button(label, part, act) {
  const node = make("button", { type: "button", part }, label);
  node.addEventListener("click", act);
  return node;
}

/** @param {HTMLElement} host @param {Receipt} receipt */
export const announce = (host, receipt) =>
  host.dispatchEvent(
    new CustomEvent("clausepress-receipt", { bubbles: true, composed: true, detail: receipt }),
  );

/** Hand text over: to the clipboard, or as a file.
 * @param {string} text @returns {Promise<boolean>} */
export const copy = (text) =>
  Promise.resolve().then(() => navigator.clipboard.writeText(text)).then(() => true, () => false);

/** @param {string} text @param {string} name */
export function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000); // some browsers read it only after the click
}

/** Keeps what has focus, and the end of the page, from lying under what is fixed at the bottom.
 * @param {Element} dock @param {HTMLElement} layer @param {AbortSignal} signal */
export function makeRoom(dock, layer, signal) {
  const room = new CSSStyleSheet();
  const watch = new ResizeObserver(() => {
    const size = dock.getBoundingClientRect().height;
    // Nothing where nothing is shown: another policy's room is not taken away.
    const rule = size
      ? `@media screen{html{scroll-padding-block-end:${size}px}html::after{content:"";display:block;block-size:${size}px}}`
      : "";
    const open = layer.offsetHeight;
    room.replaceSync(rule + (open ? `html{--clausepress-layer:${open}px}` : ""));
  });
  watch.observe(dock, { box: "border-box" });
  watch.observe(layer);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, room];
  signal.addEventListener("abort", () => {
    watch.disconnect();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== room);
  });
}

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  color-scheme: light dark;
  --text: var(--clausepress-text, #1a1c1e);
  --surface: var(--clausepress-surface, #fff);
  --line: var(--clausepress-line, #8a9099);
  --fill: var(--clausepress-button, #24405e);
  --on-fill: var(--clausepress-button-text, #fff);
  --link: var(--clausepress-link, #0b57a4);
  --focus: var(--clausepress-focus, #b3400a);
  color: var(--text);
  font: 1em/1.5 var(--clausepress-font, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) {
  :host {
    --text: var(--clausepress-text, #eceef0);
    --surface: var(--clausepress-surface, #1b1e22);
    --line: var(--clausepress-line, #7d858f);
    --fill: var(--clausepress-button, #bcd6f2);
    --on-fill: var(--clausepress-button-text, #10202f);
    --link: var(--clausepress-link, #9cc8f5);
    --focus: var(--clausepress-focus, #ffb37a);
  }
}
[hidden] { display: none !important; }
p, ul, dl, dd, fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
a { color: var(--link); }
a, button, input { outline-offset: 2px; }
:focus-visible { outline: 3px solid var(--focus); }
button, input { font: inherit; box-sizing: border-box; min-block-size: 2.75em; border-radius: .5em; }
button { cursor: pointer; }
[part~="action"] {
  padding: .25em .5em;
  border: 1px solid transparent;
  background: var(--fill);
  color: var(--on-fill);
  overflow-wrap: anywhere;
}
[part~="action"][aria-disabled="true"] { cursor: progress; }
[part~="plain"] {
  padding-inline: .75em;
  border: 1px solid var(--line);
  background: var(--surface);
  color: var(--text);
}
[part~="control"], [part~="status"], [part~="layer"] { color: var(--text); background: var(--surface); }
/* The layer at the bottom, a status above it: neither covers the other. */
[part~="dock"] {
  position: fixed;
  z-index: 2147483000;
  inset-inline: 0;
  inset-block-end: 0;
  display: flex;
  flex-direction: column-reverse;
  align-items: flex-start;
  pointer-events: none;
}
[part~="dock"] > * { pointer-events: auto; box-sizing: border-box; }
[part~="layer"] {
  inline-size: 100%;
  max-block-size: 85vh;
  overflow: auto;
  padding: .75em max(1em, (100% - 60em) / 2);
  border-block-start: 1px solid var(--line);
}
[part~="choices"] {
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  gap: .5em;
  margin-block-start: .75em;
}
[part~="layer"] [part~="plain"] { margin-block-start: .5em; }
label { display: flex; align-items: center; gap: .5em; min-block-size: 2.75em; }
[type="checkbox"] { min-block-size: 0; inline-size: 1.25em; block-size: 1.25em; margin: 0; flex: none; accent-color: var(--link); }
legend { padding: 0; }
small { font-size: .875em; }
[part~="status"] { overflow-wrap: anywhere; }
[part~="toast"] {
  margin: .5em;
  max-inline-size: min(30em, 100% - 1em);
  padding: .5em .75em;
  border: 1px solid var(--line);
  border-radius: .5em;
}
[hidden] + [part~="toast"] { margin-block-end: calc(.5em + 52px * var(--of, 1) + var(--clausepress-layer, 0px)); }
[part~="toast"]:empty { margin: 0; padding: 0; border: 0; }
[part~="box"] { padding: 1em; border: 1px solid var(--line); border-radius: .5em; background: var(--surface); }
[part~="box"] > * { margin-block-end: .75em; }
[part~="form"] { display: grid; gap: .5em; justify-items: start; max-inline-size: 30em; }
[part~="form"] label { display: block; min-block-size: 0; }
[type="tel"] { inline-size: 100%; padding-inline: .75em; border: 1px solid var(--line); background: var(--surface); color: var(--text); }
[part~="keyword"] { font-family: ui-monospace, monospace; font-weight: 600; user-select: all; }
dl { margin-block-end: .75em; }
dt { font-weight: 600; }
dd { overflow-wrap: anywhere; }
[part~="row"] { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; }
@media print {
  [part~="dock"], button, form { display: none !important; }
}
`);
