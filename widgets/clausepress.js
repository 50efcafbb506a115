// The loader: all that is needed by who has chosen before. The rest is fetched only when something
// must be shown.

/** @import { Choice, Keeper, Kept, Mounted, Policies } from "./types.d.ts" */

const SOON = 5_000; // ms for a file to come before we go on without it
const QUIET = 180 * 864e5; // after a refusal nobody is asked again for 180 days, new version or not
const PLACE = "clausepress:", QUEUE = PLACE + "queue:";
/** The one label that must not need a file. @type {Record<string, string>} */
const NO = { zh: "全部拒绝", en: "Refuse all" };

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:host{all:initial;display:block}:host([hidden]){display:none}[part~=control]{position:fixed;z-index:2147483000;inset-block-end:calc(.5em + var(--clausepress-layer,0px) + var(--nth,0)*52px);inset-inline-start:.5em;min-block-size:44px;padding-inline:.75em;border:1px solid;border-radius:.5em;cursor:pointer;color-scheme:light dark;color:var(--clausepress-text,CanvasText);background:var(--clausepress-surface,Canvas);font:.875em/1.4 var(--clausepress-font,system-ui,sans-serif)}@media print{[part~=control]{display:none}}`,
);

let used = false;

/** @param {HTMLElement} host @param {boolean} [focus] */
function open(host, focus) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: focus });
  root.adoptedStyleSheets = [sheet];
  root.replaceChildren();
  used = true;
  return root;
}

const waits = () => Object.keys(localStorage).some((key) => key.startsWith(QUEUE));

class Cookies extends HTMLElement {
  /** @type {Set<Cookies>} */
  static #here = new Set();
  static {
    const wake = () => Cookies.#here.forEach((one) => one.#full());
    addEventListener("storage", ({ key }) => (key ?? PLACE).startsWith(PLACE) && wake());
    addEventListener("pageshow", (e) => e.persisted && wake()); // a cached page heard nothing
  }

  /** @type {Keeper | undefined} */
  #keeper;
  /** @type {Kept | undefined} */
  #kept;
  /** @type {Choice | null} */
  #choice = null;
  #slot = "";
  #lang = "";

  /** The choice in force, or null while there is none. @returns {Choice | null} */
  get choice() {
    return this.#keeper ? this.#keeper.choice : this.#choice;
  }

  /** Show the settings, whatever was chosen before. */
  async open() {
    await (await this.#full())?.open();
  }

  connectedCallback() {
    open(this);
    const all = Cookies.#here.add(this);
    if (this.#keeper || all.size > 1) all.forEach((one) => one.#full());
    else this.#quiet().catch(() => this.#full());
  }

  disconnectedCallback() {
    Cookies.#here.delete(this);
    this.#keeper?.disconnect();
  }

  /** Stand by with what is kept. Rejects when there is more to do. */
  async #quiet() {
    const own = this.getAttribute("base"), policy = this.getAttribute("policy");
    const base = own
      ? new URL(own.replace(/\/?$/, "/"), document.baseURI)
      : new URL("..", import.meta.url);
    const lang = this.closest("[lang]")?.getAttribute("lang") ?? "";
    this.#lang = Object.keys(NO).find((l) => lang.toLowerCase().split("-")[0] === l) ?? "en";
    this.#slot = `cookies:${policy}@${base}`;
    /** @type {Kept} */
    const kept = JSON.parse(localStorage[PLACE + this.#slot]);
    const no = kept.decision === "refused";
    if (!no && kept.decision !== "given" || !kept.control[this.#lang]) throw 0;
    this.#kept = kept;
    this.#draw();
    const same = no || await current(kept, base, policy);
    if (same && !this.#keeper) this.#settle(kept);
    if (same === false || waits() || no && !(Date.now() - Date.parse(kept.at) < QUIET)) throw 0;
  }

  /** @param {Kept} kept */
  #settle({ purposes, decision, version, at }) {
    const yes = decision === "given";
    const each = Object.entries(purposes).map(([id, on]) => [id, yes && on === true]);
    this.#choice = { purposes: Object.fromEntries(each), decision, version, at };
    const detail = this.#choice;
    const told = { bubbles: true, composed: true, detail };
    setTimeout(() => this.dispatchEvent(new CustomEvent("clausepress-choice", told)));
  }

  async #full() {
    const late = setTimeout(() => this.#alone(), SOON);
    try {
      if (!this.#kept) import("./cookies.js").catch(() => {}); // it will be asked for: no time is lost
      const { keep } = await import("./keeper.js");
      this.#keeper ??= keep(this, { QUIET, NO, current });
      if (this.isConnected) this.#keeper.connect(this.#choice && this.#kept);
      this.#choice = null;
      return this.#keeper;
    } catch {
      this.#alone();
    } finally {
      clearTimeout(late);
    }
  }

  /** Without the rest: what was agreed to can be refused, and the page's link leads to the form. */
  #alone() {
    this.#draw(this.#kept?.decision === "given" ? NO[this.#lang] : "");
  }

  /** The settings button, or the one that refuses and the page's own content.
   * @param {string} [no] */
  #draw(no) {
    const root = this.shadowRoot;
    const slot = document.createElement("slot"), button = document.createElement("button");
    button.textContent = no || (this.#kept?.control[this.#lang] ?? "");
    button.lang = this.#lang;
    button.setAttribute("part", "control");
    button.onclick = () => no ? this.#refuse(no) : this.open().catch(() => {});
    // Whoever goes to the form has not agreed here.
    slot.onclick = () => no && this.#refuse();
    root?.replaceChildren(...this.#kept ? [button] : [], ...no == null ? [] : [slot]);
  }

  /** @param {string} [label] what was pressed; without it nothing is put on record */
  #refuse(label) {
    const kept = /** @type {Kept} */ (this.#kept), slot = this.#slot;
    const key = crypto.getRandomValues(new BigUint64Array(2)).join("-");
    const at = new Date(Math.max(Date.now(), Date.parse(kept.at) + 1)).toISOString();
    const purposes = Object.fromEntries(Object.keys(kept.purposes).map((id) => [id, false]));
    const decision = "refused";
    this.#kept = { ...kept, purposes, decision, key, at, receipt: undefined };
    this.#settle(this.#kept);
    this.#draw("");
    try {
      localStorage.removeItem(PLACE + slot); // makes room
      localStorage.setItem(PLACE + slot, JSON.stringify(this.#kept));
      const letter = { slot, key, at, decision, label };
      if (label) localStorage.setItem(QUEUE + slot, JSON.stringify(letter));
    } catch { /* full: then the consent at least is gone */ }
  }
}

/** Is the text the choice was about the one in force, and every optional purpose answered?
 * Unknown when it cannot be had.
 * @param {Kept} kept @param {URL} base @param {string | null} policy */
async function current(kept, base, policy) {
  try {
    const answer = await fetch(new URL("policies.json", base), {
      credentials: "omit",
      cache: "no-cache",
      signal: AbortSignal.timeout(SOON),
    });
    const { policies } = /** @type {Policies} */ (await answer.json());
    const found = policies.find((p) => p.id === policy);
    const version = found?.versions.find((v) => v.id === found.current);
    return version?.editions[kept.lang]?.text_digest === kept.text_digest &&
      !!found?.cookies?.purposes.every((p) => p.required || p.id in kept.purposes);
  } catch { /* no network, or no such file */ }
}

/** @param {string} name @param {boolean} form it takes part in the form around it */
const widget = (name, form) =>
  customElements.define(
    "clausepress-" + name,
    class extends HTMLElement {
      static formAssociated = form;
      #internals = this.attachInternals();
      #life = new AbortController();
      /** @type {Mounted | undefined} */
      #ui;

      get value() {
        return this.#ui?.value() ?? "";
      }

      connectedCallback() {
        const root = open(this, form), internals = this.#internals;
        const life = this.#life = new AbortController(), { signal } = life;
        form && internals.setValidity({ customError: true }, "…"); // the form waits
        // Without the UI the page's own content stands in: a link, or a required box.
        const stand = (/** @type {unknown} */ error) => {
          if (signal.aborted) return;
          error && console.error(this, error);
          form && life.abort();
          root.replaceChildren(document.createElement("slot"));
          form && this.querySelector(":required") && internals.setValidity({});
        };
        const late = setTimeout(stand, SOON);
        import(`./${name}.js`).then((ui) => ui.mount(this, root, signal, internals))
          .then((ui) => this.#ui = ui).catch(stand).finally(() => clearTimeout(late));
      }

      disconnectedCallback() {
        this.#life.abort();
        this.#ui = undefined;
        form && this.#internals.setFormValue(null);
      }

      formResetCallback() {
        this.#ui?.reset();
      }

      /** @param {boolean} on */
      formDisabledCallback(on) {
        this.#ui?.disable(on);
      }
    },
  );

if (!customElements.get("clausepress-cookies")) {
  customElements.define("clausepress-cookies", Cookies);
  widget("sms", false);
  widget("agree", true);
  try {
    if (!used && waits()) import("./core.js").then((core) => core.flush()); // else its UI does, and tells
  } catch { /* blocked */ }
}
