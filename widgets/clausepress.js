// The loader: all that a visitor pays who has chosen before. An element's own module is fetched when
// it has something to show; until then, and when it cannot be had, the page's own content stands.

/** @import { Part, Widget } from "./types.d.ts" */

/** An element's module. The site build has one for each language, words and all.
 * @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** @param {Element} host */
const lang = (host) => host.matches(":lang(zh)") ? "zh" : "en";

/** The cookie elements on the page. @type {Set<Widget>} */
const elements = new Set();
const look = () => elements.forEach(load);

/** Put a choice in force, and tell the page.
 * @type {(host: Widget, detail: Widget["choice"], stored?: unknown) => void} */
function tell(host, detail) {
  host.choice = detail;
  setTimeout(() =>
    host.dispatchEvent(
      new CustomEvent("clausepress-choice", { composed: true, bubbles: true, detail }),
    )
  );
}

/** Fetch the element's module and let it take over.
 * @param {any} host a Widget, with a key when it has a choice */
async function load(host) {
  const stand = () => {
    const link = document.createElement("slot");
    // Whoever goes to the form has not agreed.
    link.onauxclick = link.onclick = () => {
      try {
        localStorage[host.key]?.includes("given") && tell(host, null, localStorage[host.key] = 0);
      } catch { /* blocked: nothing is kept */ }
    };
    host.ui || host.shadowRoot?.append(link);
    // Another tab may have chosen otherwise.
    host.ui || !host.choice || localStorage[host.key]?.includes(host.choice.at) || tell(host, null);
  };
  setTimeout(stand, 5e3); // should the file not come
  try {
    const { mount } = await import(file(host.localName.slice(12), lang(host)));
    host.ui ??= mount(host);
  } catch {
    stand();
  }
  return host.ui;
}

/** Stand by with the choice that is kept. Rejects when there is more to do.
 * @param {Widget} host */
async function begin(host) {
  // deno-fmt-ignore: white space would be part of it
  host.key = `clausepress:cookies:${host.getAttribute("policy")}@${host.getAttribute("base")??""}`;
  const shadow = host.attachShadow({ mode: "open" }), style = new CSSStyleSheet();
  navigator.globalPrivacyControl ||
    shadow.append(Object.assign(document.createElement("slot"), { name: "layer" })); // in the page's HTML
  const { decision, purposes, at, version, material, until, labels } = JSON.parse(
    localStorage[host.key],
  );
  style.replaceSync(
    "button{position:fixed;inset-inline-start:.5em;bottom:.5em;z-index:99;min-height:44px;font:.875em system-ui}@media print{*{display:none}}",
  );
  shadow.adoptedStyleSheets = [style];
  shadow.replaceChildren(
    Object.assign(document.createElement("button"), {
      textContent: labels[lang(host)].trim(),
      part: "control",
      onclick: () => host.open(),
    }),
  );
  // A refusal is left alone for a while. After a consent a no may have been said by the browser's
  // signal, or on the form, whose answer sets a cookie.
  const asked = Date.now() < until
    ? material
    : navigator.globalPrivacyControl || document.cookie.includes("clausepress") ||
      (host.getAttribute("material") ?? await (await import("./material.js")).material(host));
  // What another tab has said meanwhile is not overruled.
  // deno-fmt-ignore: braces are two bytes more
  if (!localStorage[host.key].includes(at) || host.ui || elements.size > 1 || localStorage["clausepress:waits"] || asked !== material) throw 0;
  tell(host, { decision, purposes, at, version });
}

for (const name of ["agree", "sms", "choices", "cookies"]) {
  customElements.get("clausepress-" + name) || customElements.define(
    "clausepress-" + name,
    class extends HTMLElement {
      static formAssociated = true;
      internals = this.attachInternals();
      /** @type {Part | undefined} */
      ui;
      choice = null;

      get value() {
        return this.ui?.value() ?? "";
      }

      async open() {
        (await load(this))?.open();
      }

      connectedCallback() {
        document.querySelector("[gate],[data-purpose]") && import("./gate.js");
        name === "cookies" ? elements.add(this) && begin(this).catch(look) : load(this);
      }

      disconnectedCallback() {
        elements.delete(this);
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

addEventListener("pageshow", (e) => e.persisted && look());
// All was cleared where no key is named.
addEventListener("storage", (e) => (e.key ?? "clausepress:").includes("clausepress:") && look());
