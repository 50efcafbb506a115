// The loader. Defines the elements, keeps what is chosen, and can say "no" by itself; the rest is
// fetched only when something must be shown.

/** @import { About, Choice, Kept, Letter, Owner, Panel, Policies, Site } from "./types.d.ts" */

export const WIDGET = "0.1.0";
export const QUEUE = "clausepress:queue:";
export const SOON = 5_000; // ms for a file to come before we go on without it

const HERE = import.meta.url;
const REFUSE = { zh: "全部拒绝", en: "Refuse all" }; // the one label that must not need a file
const QUIET = 180 * 864e5; // after a refusal nobody is asked again for 180 days, new version or not

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `:host{all:initial;display:block}:host([hidden]){display:none}
[part~=control]{position:fixed;z-index:2147483000;inset-block-end:calc(.5em + var(--clausepress-layer,0px) + var(--nth,0)*52px);inset-inline-start:.5em;min-block-size:44px;padding-inline:.75em;border:1px solid;border-radius:.5em;cursor:pointer;color-scheme:light dark;color:var(--clausepress-text,CanvasText);background:var(--clausepress-surface,Canvas);font:.875em/1.4 var(--clausepress-font,system-ui,sans-serif)}
[part~=control]:focus-visible{outline:3px solid var(--clausepress-focus,Highlight);outline-offset:2px}
@media print{[part~=control]{display:none}}`,
);

// ---- storage that never throws, and what wins in it ---------------------------------------------

/** Stands in for localStorage where that is blocked or full; one for the page, however often this
 * module is loaded. @type {Map<string, any>} */
const memory = /** @type {any} */ (customElements.get("clausepress-cookies"))?.memory ?? new Map();

/** Of two decisions the later one counts; of two made at once, the "no".
 * @template {{at: string, key: string, decision: string}} T @param {T} a @param {T} b */
export function later(a, b) {
  const no = (/** @type {T} */ one) => +(one.decision === "refused");
  const gap = Date.parse(a.at) - Date.parse(b.at) || no(a) - no(b);
  return gap < 0 || (!gap && a.key < b.key) ? b : a;
}

/** @param {string} key @returns {any} */
export function recall(key) {
  const held = memory.get(key) ?? null;
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key) ?? "null");
  } catch { /* blocked, or not ours */ }
  return held?.at && kept?.at ? later(held, kept) : held ?? kept;
}

/** Where there is no room, nothing older may come back instead: it goes first, with its letter.
 * @param {string} key @param {any} value @param {string[]} stale */
export function remember(key, value, ...stale) {
  const before = recall(key);
  const put = (/** @type {any} */ what) => localStorage.setItem(key, JSON.stringify(what));
  memory.set(key, value);
  try {
    try {
      put(value);
    } catch {
      [key, ...stale].forEach((old) => localStorage.removeItem(old));
      put(value);
    }
    memory.delete(key);
  } catch {
    try {
      if (before?.key && before.key === value.key) put(before); // the same decision, less its receipt
    } catch { /* then in memory only */ }
  }
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch { /* blocked */ }
}

/** Forget what only this page holds. What is stored may be newer than this tab sees.
 * @param {string} key */
export const drop = (key) => memory.delete(key);

/** The slots of everything not yet delivered. @returns {string[]} */
export function pending() {
  let keys = [...memory.keys()];
  try {
    keys = keys.concat(Object.keys(localStorage));
  } catch { /* blocked */ }
  return [...new Set(keys)].filter((k) => k.startsWith(QUEUE)).map((k) => k.slice(QUEUE.length));
}

/** @param {string} slot @returns {Kept | null} */
const read = (slot) => {
  const kept = recall(`clausepress:${slot}`);
  return kept?.purposes && kept.decision && Date.parse(kept.at) ? kept : null;
};

/** 128 random bits as 22 characters of base64url. */
export const randomId = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);

/** The visitor's random name on this site, made at the first decision and not before. */
function subject() {
  const known = recall("clausepress:subject");
  if (typeof known === "string") return known;
  const made = randomId();
  remember("clausepress:subject", made);
  return made;
}

// ---- the elements -------------------------------------------------------------------------------

/** @param {HTMLElement} host @param {string} name @param {() => URL} otherwise */
function folder(host, name, otherwise) {
  const text = host.getAttribute(name);
  if (!text) return otherwise();
  try {
    const url = new URL(text.replace(/\/?$/, "/"), document.baseURI);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch { /* told below */ }
  console.error(`<${host.localName}>: ${name}="${text}" is not an address; the usual one is used.`);
  return otherwise();
}

/** @param {HTMLElement} host @returns {Site} */
const siteOf = (host) => {
  const base = folder(host, "base", () => new URL("..", HERE));
  const lang = host.closest("[lang]")?.getAttribute("lang") ?? "";
  return {
    base,
    api: folder(host, "api", () => new URL("v1/", base)),
    policy: host.getAttribute("policy") ?? "",
    lang: Object.keys(REFUSE).find((l) => lang.toLowerCase().split("-")[0] === l) ?? "en",
  };
};

/** @param {string} label @param {Site} site @param {() => void} act */
const button = (label, { lang }, act) => {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = label;
  node.setAttribute("part", "control");
  node.lang = lang;
  node.onclick = act;
  return node;
};

/** Is the text the choice was about the one in force, and every optional purpose answered?
 * @param {Kept} kept @param {Site} site */
const current = async (kept, { base, policy }) => {
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
};

/** The elements on the page, so that no control lies on another. @type {Set<Cookies>} */
const here = new Set();

class Cookies extends HTMLElement {
  static memory = memory;
  static #arrange() {
    [...here].forEach((e, nth) => e.#place.replaceSync(`:host{--nth:${nth};--of:${here.size}}`));
  }

  #place = new CSSStyleSheet();
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
  #mounted = false;
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
    root.adoptedStyleSheets = [sheet, this.#place];
    root.replaceChildren();
    const before = this.#slot;
    this.#site = siteOf(this);
    const slot = this.#slot;
    if (slot !== before) this.#kept = null;
    this.#panel = undefined;
    this.#mounted = false;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const again = () => this.#take(read(slot));
    const place = `clausepress:${slot}`;
    addEventListener("storage", (e) => (e.key ?? place) === place && again(), { signal });
    addEventListener("pageshow", (e) => e.persisted && again(), { signal }); // a cached page heard nothing
    try {
      this.#channel = new BroadcastChannel(place);
      this.#channel.onmessage = ({ data: { key, kept } }) => {
        if (kept || key === this.#kept?.key) this.#take(kept); // only its own end ends a choice
      };
    } catch { /* no channel in this context: the storage event still tells */ }
    here.add(this);
    Cookies.#arrange();
    this.#take(read(slot) ?? this.#kept, true);
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#channel?.close();
    here.delete(this);
    Cookies.#arrange();
  }

  get #slot() {
    return `cookies:${this.#site?.policy}@${this.#site?.base}`;
  }

  /** Take over what is kept, here or in another tab.
   * @param {Kept | null} kept @param {boolean} [first] */
  async #take(kept, first) {
    const mine = this.#kept;
    if (!kept) {
      if (mine?.decision === "refused") kept = mine; // cleared storage does not undo a refusal
    } else if (mine && !mine.signal && kept.key !== mine.key) {
      kept = later(mine, kept);
    }
    if (!first && kept?.key === mine?.key) {
      this.#kept = kept; // the same decision, perhaps with its receipt
      return;
    }
    const turn = ++this.#turn;
    const refused = kept?.decision === "refused";
    this.#kept = kept;
    this.#counts = refused;
    if (refused && Date.now() - Date.parse(kept?.at ?? "") < QUIET) return this.#settle(false);
    if (kept) this.#control();
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
    if (ask || !this.#control() || pending().length) {
      this.#load().then((panel) => panel.show(this.#asks), () => {});
    }
  }

  /** The settings button, from what is kept: is it there? */
  #control() {
    const site = /** @type {Site} */ (this.#site);
    const label = this.#kept?.control?.[site.lang];
    if (this.#mounted || !label) return false;
    const act = () => {
      if (!this.#counts) this.#fallback(); // the text is not known yet, or not at all
      this.open().catch(() => {}); // then the page's own link is shown
    };
    if (!this.shadowRoot?.querySelector("button")) {
      this.shadowRoot?.prepend(button(label, site, act));
    }
    return true;
  }

  /** Without the UI: what was agreed to can still be refused, and the page's link leads to the form. */
  #fallback() {
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    const site = /** @type {Site} */ (this.#site);
    const slot = reveal(root);
    const given = () => this.#kept?.decision === "given";
    // Whoever goes to the form has not agreed here. What is said there is recorded there.
    slot.onclick = slot.onauxclick = (e) => {
      const link = e.target instanceof Element && e.target.closest("a[href]");
      if (link && this.#kept?.decision !== "refused") this.#refuse();
    };
    if (!given()) return;
    const label = REFUSE[/** @type {keyof typeof REFUSE} */ (site.lang)];
    const focused = root.activeElement;
    root.querySelectorAll("button").forEach((old) => old.remove());
    const no = button(label, site, () => {
      if (given()) this.#refuse(label);
      no.remove();
      if (this.#control()) root.querySelector("button")?.focus();
      import("./core.js").then((core) => core.flush(), () => {}); // else on the next visit
    });
    root.prepend(no);
    if (focused) no.focus();
  }

  /** Refuse from what is kept. @param {string} [label] */
  #refuse(label) {
    const { version = "", lang = "", text_digest = "", purposes = {} } = this.#kept ?? {};
    const off = Object.fromEntries(Object.keys(purposes).map((id) => [id, false]));
    this.#decide({ version, lang, text_digest, purposes: off }, "fallback", label);
  }

  /** Here first, on the wire after: no failure of the server changes what was chosen.
   * @param {About} about @param {string} surface @param {string} [label] what was pressed; without it
   * nothing is put on record @param {Record<string, string>} [control] */
  #decide(about, surface, label, control) {
    const { policy, lang, base, api } = /** @type {Site} */ (this.#site);
    const slot = this.#slot, letters = QUEUE + slot;
    const before = this.#kept;
    const stored = read(slot);
    /** @type {Kept["decision"]} */
    const decision = Object.values(about.purposes).includes(true) ? "given" : "refused";
    // Taking back a consent is a withdrawal on record; here it is simply a no.
    const taken = decision === "refused" && before?.decision === "given" &&
      (this.#counts || before.text_digest === about.text_digest);
    const now = new Date();
    // Later than what it replaces, whatever the clock says.
    const after = [before, stored].map((one) => Date.parse(one?.at ?? "") + 1 || 0);
    const at = new Date(Math.max(+now, ...after)).toISOString();
    const key = randomId();
    const kept = { ...about, decision, at, key, control: { ...before?.control, ...control } };
    const free = !recall(letters); // nothing of any tab is under way
    remember(`clausepress:${slot}`, kept, letters);
    if (label) {
      /** @type {Letter} */
      const letter = {
        slot,
        key,
        at,
        decision,
        base: base.href,
        url: new URL("choices", api).href,
        lang,
        body: {
          ...about,
          kind: "cookies",
          decision: taken ? "withdrawn" : decision,
          policy,
          subject: subject(),
          mode: "express",
          surface,
          label,
          widget: WIDGET,
          claimed_at: now.toISOString(),
        },
      };
      remember(letters, letter);
    } else if (recall(letters)?.decision === "given") forget(letters);
    this.#keep(kept);
    return free;
  }

  /** @param {Kept | null} kept */
  #keep(kept) {
    const before = this.#kept;
    if (kept?.key !== before?.key) { // a new decision, made about the text in force
      this.#turn++;
      this.#counts = !!kept;
      this.#asks = !kept;
    }
    this.#kept = kept;
    this.#announce();
    if (!kept?.signal) this.#channel?.postMessage({ key: (kept ?? before)?.key, kept });
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
    if (this.#panel) return this.#panel;
    const { signal } = this.#life;
    /** @type {Owner} */
    const owner = {
      host: this,
      root: /** @type {ShadowRoot} */ (this.shadowRoot),
      site: /** @type {Site} */ (this.#site),
      slot: this.#slot,
      signal,
      kept: () => this.#kept,
      choice: () => this.choice,
      keep: (kept) => this.#keep(kept),
      decide: (...all) => this.#decide(...all),
    };
    const late = setTimeout(() => signal.aborted || this.#fallback(), SOON);
    const panel = import("./cookies.js").then((ui) => ui.mount(owner)).then((panel) => {
      this.#mounted = true;
      return panel;
    }).catch((error) => {
      if (!signal.aborted) {
        this.#panel = undefined; // fetched again when next needed
        this.#fallback();
      }
      throw error;
    }).finally(() => clearTimeout(late));
    return this.#panel = panel;
  }
}

class Sms extends HTMLElement {
  #life = new AbortController();

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#life = new AbortController();
    const { signal } = this.#life;
    const late = setTimeout(reveal, SOON, root);
    import("./sms.js").then((ui) => ui.mount(this, root, siteOf(this), signal))
      .catch(() => reveal(root)).finally(() => clearTimeout(late));
  }

  disconnectedCallback() {
    this.#life.abort();
  }
}

/** Without the rest, the page's own link (the element's content) still leads to the form.
 * @param {ShadowRoot} root */
function reveal(root) {
  const slot = root.querySelector("slot") ?? document.createElement("slot");
  root.append(slot);
  return slot;
}

if (!customElements.get("clausepress-cookies")) {
  customElements.define("clausepress-cookies", Cookies);
  customElements.define("clausepress-sms", Sms);
  // Where there is an element, its UI does this, and tells of it.
  if (pending().length && !document.querySelector("clausepress-cookies,clausepress-sms")) {
    import("./core.js").then((core) => core.flush());
  }
}
