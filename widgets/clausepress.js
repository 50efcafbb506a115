// The loader. Defines the elements; the rest is fetched only when something must be shown.

/** @import { Choice, Kept, Owner, Panel, Policies, Site } from "./types.d.ts" */

const HERE = import.meta.url;
const LANGUAGES = ["zh", "en"];
const QUIET = 180 * 864e5; // after a refusal nobody is asked again for 180 days, new version or not

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:host{all:initial;display:block}:host([hidden]){display:none}
[part~=control]{position:fixed;z-index:2147483000;inset-block-end:.5em;inset-inline-start:.5em;min-block-size:44px;padding-inline:.75em;border:1px solid;border-radius:.5em;cursor:pointer;color-scheme:light dark;color:var(--clausepress-text,CanvasText);background:var(--clausepress-surface,Canvas);font:.875em/1.4 var(--clausepress-font,system-ui,sans-serif)}
[part~=control]:focus-visible{outline:3px solid var(--clausepress-focus,Highlight);outline-offset:2px}
@media print{[part~=control]{display:none}}`,
);

/** @param {string | null} text @param {URL} otherwise */
const folder = (text, otherwise) =>
  text ? new URL(text.replace(/\/?$/, "/"), document.baseURI) : otherwise;

/** @param {HTMLElement} host @returns {Site} */
const siteOf = (host) => {
  const base = folder(host.getAttribute("base"), new URL("..", HERE));
  const lang = host.closest("[lang]")?.getAttribute("lang") ?? "";
  return {
    base,
    api: folder(host.getAttribute("api"), new URL("v1/", base)),
    policy: host.getAttribute("policy") ?? "",
    lang: LANGUAGES.find((l) => lang.toLowerCase().split("-")[0] === l) ?? "en",
  };
};

/** @param {string} slot @returns {Kept | null} */
const read = (slot) => {
  try {
    const kept = JSON.parse(localStorage.getItem(`clausepress:${slot}`) ?? "");
    return kept.purposes && kept.decision && kept.at ? kept : null;
  } catch {
    return null; // nothing there, not ours, or storage is blocked
  }
};

/** Is the text the choice was about the one in force, and every optional purpose answered?
 * @param {Kept} kept @param {Site} site */
const current = async (kept, { base, policy }) => {
  const answer = await fetch(new URL("policies.json", base), {
    credentials: "omit",
    cache: "no-cache",
  });
  const { policies } = /** @type {Policies} */ (await answer.json());
  const found = policies.find((p) => p.id === policy);
  const version = found?.versions.find((v) => v.id === found.current);
  return version?.editions[kept.lang]?.text_digest === kept.text_digest &&
    !!found?.cookies?.purposes.every((p) => p.required || p.id in kept.purposes);
};

class Cookies extends HTMLElement {
  /** @type {Kept | null} */
  #kept = null;
  #counts = false; // a kept consent counts only once the text in force is known to be the same
  #announced = "";
  #turn = 0;
  #asks = false;
  #life = new AbortController();
  /** @type {BroadcastChannel | undefined} */
  #channel;
  /** @type {Promise<Panel> | undefined} */
  #panel;
  /** @type {Site | undefined} */
  #site;

  /** The choice in force, or null while there is none. @returns {Choice | null} */
  get choice() {
    const kept = this.#kept;
    if (!kept || !this.#counts) return null;
    const { decision, version, at, signal } = kept;
    const given = decision === "given";
    const purposes = Object.fromEntries(
      Object.entries(kept.purposes).map(([id, on]) => [id, given && on === true]),
    );
    return { purposes, decision, version, at, ...(signal && { signal }) };
  }

  /** Show the settings, whatever was chosen before. */
  async open() {
    (await this.#load()).settings();
  }

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren();
    this.#site = siteOf(this);
    this.#panel = undefined;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const again = () => this.#take(read(this.#slot));
    addEventListener("storage", again, { signal });
    addEventListener("pageshow", (e) => e.persisted && again(), { signal }); // a cached page heard nothing
    try {
      this.#channel = new BroadcastChannel(`clausepress:${this.#slot}`);
      this.#channel.onmessage = (e) => this.#take(e.data);
    } catch { /* no channel in this context: the storage event still tells */ }
    this.#take(read(this.#slot) ?? this.#kept, true);
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#channel?.close();
  }

  get #slot() {
    return `cookies:${this.#site?.policy}@${this.#site?.base}`;
  }

  /** Take over what is kept, here or in another tab.
   * @param {Kept | null} kept @param {boolean} [first] */
  async #take(kept, first) {
    const mine = this.#kept;
    if (!kept && mine?.decision === "refused") kept = mine; // cleared storage does not undo a refusal
    if (!first && kept?.key === mine?.key) {
      this.#kept = kept; // the same decision, perhaps with its receipt
      return;
    }
    const turn = ++this.#turn;
    const refused = kept?.decision === "refused";
    this.#kept = kept;
    this.#counts = refused;
    if (refused && Date.now() - Date.parse(kept?.at ?? "") < QUIET) return this.#settle(false);
    let same = false;
    try {
      same = !!kept && !!this.#site && await current(kept, this.#site);
    } catch {
      // The text in force is unknown: a consent does not count, and asking would need that text.
      return turn === this.#turn && this.#settle(false);
    }
    if (turn !== this.#turn) return;
    this.#counts ||= same;
    this.#settle(!same);
  }

  /** @param {boolean} ask */
  #settle(ask) {
    this.#asks = ask;
    this.#announce();
    const label = this.#kept?.control?.[this.#site?.lang ?? ""];
    if (this.#panel || ask || !label || waiting()) {
      this.#load().then((panel) => panel.show(this.#asks), () => {});
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("part", "control");
    button.lang = this.#site?.lang ?? "";
    button.onclick = () => this.open().catch(() => {}); // then the page's own link is shown
    this.shadowRoot?.replaceChildren(button);
  }

  /** Tell the page, after the next paint so that its handlers delay nobody's click. */
  #announce() {
    const state = this.choice ? this.#kept?.key ?? "" : "";
    if (state === this.#announced) return;
    this.#announced = state;
    const tell = () =>
      setTimeout(() =>
        this.dispatchEvent(
          new CustomEvent("clausepress-choice", {
            bubbles: true,
            composed: true,
            detail: this.choice,
          }),
        )
      );
    document.hidden ? tell() : requestAnimationFrame(tell);
  }

  #load() {
    /** @type {Owner} */
    const owner = {
      host: this,
      root: /** @type {ShadowRoot} */ (this.shadowRoot),
      site: /** @type {Site} */ (this.#site),
      slot: this.#slot,
      signal: this.#life.signal,
      kept: () => this.#kept,
      choice: () => this.choice,
      keep: (kept) => {
        if (kept?.key !== this.#kept?.key) { // a new decision, made about the text in force
          this.#turn++;
          this.#counts = !!kept;
          this.#asks = !kept;
        }
        this.#kept = kept;
        this.#announce();
        if (!kept?.signal) this.#channel?.postMessage(kept);
      },
    };
    return this.#panel ??= import("./cookies.js").then((ui) => ui.mount(owner)).catch((error) => {
      if (!owner.signal.aborted) {
        this.#panel = undefined; // fetched again when next needed
        reveal(owner.root);
      }
      throw error;
    });
  }
}

class Sms extends HTMLElement {
  #life = new AbortController();

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#life = new AbortController();
    const { signal } = this.#life;
    import("./sms.js").then((ui) => ui.mount(this, root, siteOf(this), signal)).catch(() =>
      reveal(root)
    );
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

/** Without the rest, the page's own link (the element's content) still leads to the form.
 * @param {ShadowRoot} root */
const reveal = (root) => root.querySelector("slot") ?? root.append(document.createElement("slot"));

/** Is a decision of an earlier visit still undelivered? */
const waiting = () => {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("clausepress:queue:"));
  } catch {
    return false;
  }
};

if (!customElements.get("clausepress-cookies")) {
  customElements.define("clausepress-cookies", Cookies);
  customElements.define("clausepress-sms", Sms);
  // Where there is an element, its UI does this, and tells of it.
  if (waiting() && !document.querySelector("clausepress-cookies,clausepress-sms")) {
    import("./core.js").then((core) => core.flush());
  }
}
