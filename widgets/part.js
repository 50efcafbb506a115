// What the loader may ask of an element, made of its UI.

import { SOON } from "./fetched.js";

/** @import { Build, Part, Widget } from "./types.d.ts" */

const sheet = new CSSStyleSheet();
sheet.replaceSync(":host{all:initial;display:block}:host([hidden]){display:none}");

/** The UI takes over when all of it is there. Without it the page's own content stands in: a link,
 * or a required box.
 * @param {Build} build @param {boolean} [form] it takes part in the form around it
 * @returns {(host: Widget) => Part | undefined} */
export const part = (build, form) => (host) => {
  if (!host.isConnected) return; // removed meanwhile
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: form });
  const home = host.getRootNode();
  const life = new AbortController(), { signal } = life, { internals } = host;
  /** @type {import("./types.d.ts").Mounted | undefined} */
  let ui;
  root.replaceChildren();
  form && internals.setValidity({ customError: true }, "…"); // the form waits
  const stand = (/** @type {unknown} */ error) => {
    if (signal.aborted) return;
    error && console.error(host, error);
    form && life.abort();
    root.replaceChildren(document.createElement("slot"));
    form && host.querySelector(":required") && internals.setValidity({});
  };
  try {
    root.adoptedStyleSheets = [sheet];
  } catch (error) { // moved to another document, where our styles must not be
    return void stand(error);
  }
  const late = setTimeout(stand, SOON);
  build(host, root, signal, internals).then((built) => ui = built ?? undefined, stand)
    .finally(() => clearTimeout(late));
  return {
    value: () => ui?.value() ?? "",
    reset: () => ui?.reset(),
    disable: (on) => ui?.disable(on),
    open: () => ui?.open?.(),
    end: () =>
      queueMicrotask(() => {
        if (host.isConnected && host.getRootNode() === home) return; // only moved
        life.abort();
        host.ui = ui = undefined;
        form && internals.setFormValue(null);
      }),
  };
};
