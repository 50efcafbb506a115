// For elements that stand in the page: their look, and ways to hand text over.

import { make } from "./view.js";

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

export const box = new CSSStyleSheet();
box.replaceSync(`
ul, dl, dd { margin: 0; padding: 0; }
small { font-size: .875em; }
[part~="action"][aria-disabled="true"] { cursor: progress; }
[part~="box"] { padding: 1em; border: 1px solid var(--line); border-radius: .5em; background: var(--surface); }
[part~="box"] > * { margin-block-end: .75em; }
[part~="form"] { display: grid; gap: .5em; justify-items: start; max-inline-size: 30em; }
[part~="form"] label { display: block; min-block-size: 0; }
[type="tel"], [type="email"] { inline-size: 100%; padding-inline: .75em; border: 1px solid var(--line); background: var(--surface); color: var(--text); }
[part~="keyword"] { font-family: ui-monospace, monospace; font-weight: 600; user-select: all; }
dl { margin-block-end: .75em; }
dt { font-weight: 600; }
dd { overflow-wrap: anywhere; }
[part~="qr"] svg { display: block; inline-size: 9em; block-size: 9em; background: #fff; fill: #000; forced-color-adjust: none; }
[part~="row"] { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; }
`);
