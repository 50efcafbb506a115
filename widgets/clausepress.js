// The loader: all that a visitor pays who has chosen before. An element's own module is fetched when
// it has something to show; until then, and when it cannot be had, the page's own content stands.

/** @import { Part, Widget } from "./types.d.ts" */

/** An element's module. The site build has one for each language, words and all.
 * @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** @param {Element} host */
const langOf = (host) => host.matches(":lang(zh)") ? "zh" : "en";

/** The cookie elements on the page. @type {Set<Widget>} */
const here = new Set();
const wake = () => here.forEach(load);

/** Fetch the element's module and let it take over.
 * @param {Widget} host */
async function load(host) {
  const stand = () => {
    const slot = document.createElement("slot");
    // Whoever goes to the form has not agreed.
    slot.onclick = slot.onauxclick = () => {
      if (host.key) host.choice = localStorage[host.key] = /** @type {any} */ (0);
    };
    host.ui || host.shadowRoot?.append(slot);
  };
  setTimeout(stand, 5e3); // should the file not come
  try {
    const { mount } = await import(file(host.localName.slice(12), langOf(host)));
    host.ui ??= mount(host);
  } catch {
    stand();
  }
  return host.ui;
}

/** Stand by with the choice that is kept. Rejects when there is more to do.
 * @param {Widget} host */
async function standBy(host) {
  const root = host.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
  navigator.globalPrivacyControl ||
    root.append(Object.assign(document.createElement("slot"), { name: "layer" })); // in the page's HTML
  host.key = `clausepress:cookies:${host.getAttribute("policy")}@${
    host.getAttribute("base") ?? ""
  }`;
  const { at, decision, labels, material, purposes, until, version } = JSON.parse(
    localStorage[host.key],
  );
  sheet.replaceSync(
    "button{position:fixed;bottom:.5em;inset-inline-start:.5em;z-index:99;min-height:44px;font:.875em system-ui}@media print{*{display:none}}",
  );
  root.adoptedStyleSheets = [sheet];
  const textContent = labels[langOf(host)], onclick = () => host.open();
  root.replaceChildren(
    Object.assign(document.createElement("button"), { part: "control", textContent, onclick }),
  );
  const now = decision === "refused" && Date.now() < until
    ? material
    : host.getAttribute("material") ?? await (await import("./material.js")).material(host);
  if (
    host.ui || now !== material || localStorage["clausepress:waits"] || here.size > 1 ||
    !textContent
  ) throw 0;
  const detail = host.choice = { at, decision, purposes, version };
  setTimeout(() =>
    host.dispatchEvent(
      new CustomEvent("clausepress-choice", { detail, bubbles: true, composed: true }),
    )
  );
}

for (const name of ["cookies", "sms", "agree", "choices"]) {
  const tag = "clausepress-" + name;
  customElements.get(tag) || customElements.define(
    tag,
    class extends HTMLElement {
      static formAssociated = true;
      internals = this.attachInternals();
      choice = null;
      /** @type {Part | undefined} */
      ui;

      get value() {
        return this.ui?.value() ?? "";
      }

      async open() {
        (await load(this))?.open();
      }

      connectedCallback() {
        document.querySelector("[data-purpose],[gate]") && import("./gate.js");
        if (name === "cookies") here.add(this) && standBy(this).catch(wake);
        else load(this);
      }

      disconnectedCallback() {
        here.delete(this);
        this.ui?.end();
      }

      formResetCallback() {
        this.ui?.reset();
      }

      /** @param {boolean} on */
      formDisabledCallback(on) {
        this.ui?.disable(on);
      }
    },
  );
}

addEventListener("pageshow", (e) => e.persisted && wake());
addEventListener("storage", (e) => e.key?.startsWith("clausepress:") && wake());
