// Keeps what is chosen: here, in storage, in all tabs. The loader's element hands over to it.

import * as core from "./core.js";
import { forget, later, pending, QUEUE, randomId, recall, remember } from "./store.js";

/** @import { About, Choice, Keeper, Kept, Letter, Loader, Owner, Panel, Site } from "./types.d.ts" */

/** @param {string} slot @returns {Kept | null} */
const read = (slot) => {
  const kept = recall(`clausepress:${slot}`);
  return kept?.purposes && kept.decision && Date.parse(kept.at) ? kept : null;
};

/** The visitor's random name on this site, made at the first decision and not before. */
function subject() {
  const known = recall("clausepress:subject");
  if (typeof known === "string") return known;
  const made = randomId();
  remember("clausepress:subject", made);
  return made;
}

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

/** The elements on the page, so that no control lies on another. @type {Set<CookieKeeper>} */
const here = new Set();

/** @implements {Keeper} */
class CookieKeeper {
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
  #host;
  #loader;
  #root;
  #site;

  /** @param {HTMLElement} host @param {Loader} loader */
  constructor(host, loader) {
    this.#host = host;
    this.#loader = loader;
    this.#root = /** @type {ShadowRoot} */ (host.shadowRoot);
    this.#site = core.siteOf(host);
    this.#life.abort(); // not connected yet
  }

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
    if (this.#kept && !this.#counts) this.#fallback(); // the text is not known yet, or not at all
    (await this.#load()).settings();
  }

  /** On the page. `told` is the choice in force by what the loader found out, and told the page.
   * @param {Kept | null} [told] */
  connect(told) {
    if (!this.#life.signal.aborted) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const root = this.#root, focused = root.activeElement;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#place];
    root.replaceChildren();
    const before = this.#slot;
    this.#site = core.siteOf(this.#host);
    const slot = this.#slot;
    if (slot !== before) this.#kept = null;
    this.#panel = undefined;
    this.#mounted = false;
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
    CookieKeeper.#arrange();
    this.#counts = !!told;
    if (told) {
      this.#kept = told;
      this.#announced = told.key;
    }
    this.#take(told ? read(slot) : read(slot) ?? this.#kept, true);
    if (focused) root.querySelector("button")?.focus();
  }

  disconnect() {
    this.#life.abort();
    this.#channel?.close();
    here.delete(this);
    CookieKeeper.#arrange();
  }

  get #slot() {
    return `cookies:${this.#site.policy}@${this.#site.base}`;
  }

  /** Take over what is kept, here or in another tab.
   * @param {Kept | null} kept @param {boolean} [first] */
  async #take(kept, first) {
    this.#complete(kept);
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
    const known = kept?.key === mine?.key && this.#counts; // by the loader, a moment ago
    this.#kept = kept;
    this.#counts = refused || known;
    if (refused && Date.now() - Date.parse(kept?.at ?? "") < this.#loader.QUIET) {
      return this.#settle(false);
    }
    if (kept) this.#control();
    const { base, policy } = this.#site;
    const same = known && !refused || !!kept && await this.#loader.current(kept, base, policy);
    if (turn !== this.#turn) return;
    this.#counts = refused || !!same;
    this.#settle(same === false); // unknown: a consent does not count, and asking would need that text
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
    const label = this.#kept?.control?.[this.#site.lang];
    if (this.#mounted || !label) return false;
    const act = () => this.open().catch(() => {}); // then the page's own link is shown
    if (!this.#root.querySelector("button")) this.#root.prepend(button(label, this.#site, act));
    return true;
  }

  /** Without the UI: what was agreed to can still be refused, and the page's link leads to the form. */
  #fallback() {
    const root = this.#root, site = this.#site;
    const slot = root.querySelector("slot") ?? root.appendChild(document.createElement("slot"));
    const given = () => this.#kept?.decision === "given";
    // Whoever goes to the form has not agreed here. What is said there is recorded there.
    slot.onclick = slot.onauxclick = (e) => {
      const link = e.target instanceof Element && e.target.closest("a[href]");
      if (link && this.#kept?.decision !== "refused") this.#refuse();
    };
    if (!given()) return;
    const label = this.#loader.NO[site.lang];
    const focused = root.activeElement;
    root.querySelectorAll("button").forEach((old) => old.remove());
    const no = button(label, site, () => {
      if (given()) this.#refuse(label);
      no.remove();
      if (this.#control()) root.querySelector("button")?.focus();
      core.flush(); // else on the next visit
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
      const said = { decision: taken ? "withdrawn" : decision, surface, label };
      remember(letters, this.#letter(kept, { ...said, claimed_at: now.toISOString() }));
    } else if (recall(letters)?.decision === "given") forget(letters);
    this.#keep(kept);
    return free;
  }

  /** What tells the server of a decision.
   * @param {Kept} kept @param {Record<string, string>} said @returns {Letter} */
  #letter({ key, at, decision, version, lang, text_digest, purposes }, said) {
    const { policy, base, api } = this.#site;
    const about = { version, lang, text_digest, purposes };
    const person = { subject: subject(), mode: "express", widget: core.WIDGET };
    return {
      slot: this.#slot,
      key,
      at,
      decision,
      base: base.href,
      url: new URL("choices", api).href,
      lang: this.#site.lang,
      body: { ...about, kind: "cookies", policy, ...person, ...said },
    };
  }

  /** Write out the letter of a no that was said when there was only the loader.
   * @param {Kept | null} kept */
  #complete(kept) {
    const place = QUEUE + this.#slot;
    const { key, at, label, body } = recall(place) ?? {};
    if (!label || body) return;
    const said = { decision: "withdrawn", surface: "fallback", label, claimed_at: at };
    if (kept?.key === key) remember(place, this.#letter(/** @type {Kept} */ (kept), said));
    else forget(place);
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
        this.#host.dispatchEvent(
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
      host: this.#host,
      root: this.#root,
      site: this.#site,
      slot: this.#slot,
      signal,
      kept: () => this.#kept,
      choice: () => this.choice,
      keep: (kept) => this.#keep(kept),
      decide: (...all) => this.#decide(...all),
    };
    const late = setTimeout(() => signal.aborted || this.#fallback(), core.SOON);
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

/** @param {HTMLElement} host @param {Loader} loader @returns {Keeper} */
export const keep = (host, loader) => new CookieKeeper(host, loader);
