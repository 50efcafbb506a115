// Building DOM without markup strings, and the one style sheet.

/** @import { InForce, Receipt, Site, Texts } from "./types.d.ts" */

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

/** Once the next paint has shown what a click did, so that it waits for nothing else; earlier when
 * the page is left before that, or none comes while it is hidden.
 * @param {() => void} job @returns {() => void} does it now, if it is not done */
export function afterPaint(job) {
  let open = true;
  const once = () => {
    if (!open) return;
    open = false;
    removeEventListener("pagehide", once);
    job();
  };
  addEventListener("pagehide", once);
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 100);
  return once;
}

/** Keeps what has focus, and the end of the page, from lying under what is fixed at the bottom. After
 * a paint of its own, since it makes the whole page's styles anew.
 * @param {HTMLElement} dock @param {HTMLElement} layer @param {AbortSignal} signal */
export function makeRoom(dock, layer, signal) {
  const room = new CSSStyleSheet();
  const measure = () => {
    const size = dock.offsetHeight, open = layer.offsetHeight;
    // Nothing where nothing is shown: another policy's room is not taken away.
    const rule = size
      ? `@media screen{html{scroll-padding-block-end:${size}px}html::after{content:"";display:block;block-size:${size}px}}`
      : "";
    room.replaceSync(rule + (open ? `html{--clausepress-layer:${open}px}` : ""));
    if (!signal.aborted) document.adoptedStyleSheets = [...others(), room];
  };
  const others = () => document.adoptedStyleSheets.filter((s) => s !== room);
  const watch = new ResizeObserver(() => setTimeout(measure));
  watch.observe(dock);
  watch.observe(layer);
  signal.addEventListener("abort", () => {
    watch.disconnect();
    document.adoptedStyleSheets = others();
  });
}

export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host {
  all: initial;
  display: block;
  color-scheme: light dark;
  --text: var(--clausepress-text, light-dark(#1a1c1e, #eceef0));
  --surface: var(--clausepress-surface, light-dark(#fff, #1b1e22));
  --line: var(--clausepress-line, light-dark(#8a9099, #7d858f));
  --link: var(--clausepress-link, light-dark(#0b57a4, #9cc8f5));
  color: var(--text);
  font: 1em/1.5 var(--clausepress-font, system-ui, sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
p, fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
a { color: var(--link); }
:focus-visible {
  outline: 3px solid var(--clausepress-focus, light-dark(#b3400a, #ffb37a));
  outline-offset: 2px;
}
button, input { font: inherit; box-sizing: border-box; min-block-size: 2.75em; border-radius: .5em; }
button { cursor: pointer; }
[part~="action"] {
  padding: .25em .5em;
  border: 1px solid transparent;
  background: var(--clausepress-button, light-dark(#24405e, #bcd6f2));
  color: var(--clausepress-button-text, light-dark(#fff, #10202f));
  overflow-wrap: anywhere;
}
[part~="plain"], [part~="control"], [part~="status"], [part~="layer"] { color: var(--text); background: var(--surface); }
[part~="plain"], [part~="control"], [part~="toast"] { padding: .5em .75em; border: 1px solid var(--line); }
[part~="control"] {
  position: fixed;
  z-index: 2147483000;
  inset-block-end: calc(.5em + var(--clausepress-layer, 0px) + var(--nth, 0) * 52px);
  inset-inline-start: .5em;
  min-block-size: 44px;
  font-size: .875em;
}
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
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  gap: .5em;
  inline-size: 100%;
  max-block-size: min(85vh, max(50vh, 20em));
  overflow: auto;
  padding: .75em max(1em, (100% - 60em) / 2);
  border-block-start: 1px solid var(--line);
}
[part~="layer"] > :not(button) { grid-column: 1 / -1; margin-block-end: .25em; }
label { display: flex; align-items: center; gap: .5em; min-block-size: 2.75em; }
[type="checkbox"] { min-block-size: 0; inline-size: 1.25em; block-size: 1.25em; margin: 0; flex: none; accent-color: var(--link); }
legend { padding: 0; }
[part~="status"] { overflow-wrap: anywhere; }
[part~="toast"] { margin: .5em; max-inline-size: min(30em, 100% - 1em); border-radius: .5em; }
[hidden] + [part~="toast"] { margin-block-end: calc(.5em + 52px * var(--of, 1) + var(--clausepress-layer, 0px)); }
[part~="toast"]:empty { margin: 0; padding: 0; border: 0; }
@media print {
  [part~="dock"], button, form { display: none !important; }
}
`);
