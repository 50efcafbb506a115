// Keeps what is chosen: here, in storage, in all tabs. The loader's element hands over to it.

import { PLACE } from "./book.js";
import * as core from "./core.js";
import { SOON } from "./fetched.js";
import { erase, find } from "./kept.js";
import { mount as panelOf } from "./panel.js";
import { afterPaint, button, sheet } from "./view.js";
import { forget, later, QUEUE, randomId, recall, remember, WAITS } from "./store.js";

/** @import { About, Choice, Kept, Owner, Panel, Part, Site, Widget } from "./types.d.ts" */

/** The one label that must not need a file. @type {Record<string, string>} */
const NO = { zh: "全部拒绝", en: "Refuse all" };
const DAY = 864e5;

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

/** The elements on the page, so that no control lies on another. @type {Set<CookieKeeper>} */
const here = new Set();

/** @implements {Part} */
class CookieKeeper {
  static #arrange() {
    [...here].forEach((e, nth) =>
      e.#place.replaceSync(here.size > 1 ? `:host{--nth:${nth};--of:${here.size}}` : "")
    );
  }

  #place = new CSSStyleSheet();
  /** @type {Kept | null} */
  #kept = null;
  #counts = false; // a kept consent counts only once what it is about is known to be the same
  #announced = "";
  /** When the page last said something. @type {string | undefined} */
  #said;
  #turn = 0;
  #asks = false;
  #life = new AbortController();
  /** @type {BroadcastChannel | undefined} */
  #channel;
  /** @type {Promise<Panel> | undefined} */
  #panel;
  #mounted = false;
  #settled = () => {}; // stores and sends what was decided a moment ago
  #host;
  /** @type {Site} */
  #site;

  /** @param {Widget} host */
  constructor(host) {
    this.#host = host;
    this.#site = core.siteOf(host);
    this.#life.abort(); // not connected yet
  }

  /** Show the settings, whatever was chosen before. */
  async open() {
    if (this.#kept && !this.#counts) this.#fallback(); // the text is not known yet, or not at all
    (await this.#load().catch(() => null))?.settings(); // else the page's own link is shown
  }

  /** What the page says for the visitor: what is not named is refused. A yes that was on its way while
   * the visitor decided, here or in another tab, comes too late.
   * @param {Record<string, boolean>} purposes @param {string} [label] what was pressed
   * @param {string} [at] of the choice that was kept then, if there was one */
  async set(purposes, label, at = this.#kept?.at ?? "") {
    const panel = await this.#load().catch((error) => {
      if (this.#kept?.decision !== "given" || Object.values(purposes).includes(true)) throw error;
    });
    const { at: now = "", signal } = this.#kept ?? {};
    const decided = !signal && ![at, this.#said].includes(now);
    if (decided && Object.values(purposes).includes(true)) throw new Error("decided meanwhile");
    panel ? panel.set(purposes, label) : this.#refuse(label);
    this.#said = this.#kept?.at;
  }

  value() {
    return "";
  }

  reset() {}

  disable() {}

  /** On the page. What the loader has told the page is in force until this says otherwise. */
  connect() {
    if (!this.#life.signal.aborted) return;
    const host = this.#host, root = this.#root, focused = root.activeElement;
    root.adoptedStyleSheets = [sheet, this.#place]; // throws in another document
    this.#life = new AbortController();
    const { signal } = this.#life;
    // A first layer that stands in the page's HTML stays until the UI's own is there.
    [...root.children].forEach((old) => old.matches("slot[name]") || old.remove());
    const before = this.#slot;
    this.#site = core.siteOf(host);
    const slot = this.#slot;
    if (slot !== before) this.#kept = null;
    this.#panel = undefined;
    this.#mounted = false;
    const again = () => this.#look();
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
    const stored = read(slot), told = stored && stored.at === host.choice?.at;
    this.#counts = !!told;
    if (host.choice) this.#announced = "?"; // what the loader has told may be over
    if (told) {
      this.#kept = stored;
      this.#announced = stored.key;
    }
    this.#look(true);
    if (focused) root.querySelector("button")?.focus();
  }

  end() {
    this.#settled(); // an element that takes the place reads it
    this.#life.abort();
    this.#channel?.close();
    this.#channel = undefined;
    here.delete(this);
    CookieKeeper.#arrange();
    this.#host.ui = undefined;
  }

  get #root() {
    return /** @type {ShadowRoot} */ (this.#host.shadowRoot);
  }

  get #slot() {
    return `cookies:${this.#site.policy}@${this.#host.getAttribute("base") ?? ""}`;
  }

  /** Take over what is kept, or was said on the form since. @param {boolean} [first] */
  async #look(first) {
    const { signal } = this.#life, slot = this.#slot;
    let stored = read(slot);
    const said = (stored?.until ?? 0) < Date.now() && find(this.#site.policy);
    if (said) {
      const room = await import("./restore.js").catch(() => null);
      const page = { forget, recall, remember, letter: this.#letter.bind(this) };
      const ended = room?.restore(said, slot, page);
      stored = room && read(slot); // else what is stored may be older
      if (ended && stored) {
        this.#clear(ended, stored);
        core.deliver(slot);
      }
      if (signal.aborted) return;
    }
    this.#take(stored, first);
  }

  /** Is what was asked about then what is asked about now? Undefined when that cannot be found out.
   * The browser's signal, where it is newer, says no to what was agreed to before.
   * @param {Kept} kept */
  async #current({ material, gpc }) {
    if (!gpc && navigator.globalPrivacyControl) return false;
    try {
      const told = this.#host.getAttribute("material");
      return material === (told ?? (await core.inForce(this.#site)).policy.cookies?.digest);
    } catch { /* no network, or no such file */ }
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
    const known = kept?.key === mine?.key && this.#counts; // by the loader, a moment ago
    this.#kept = kept;
    this.#hold(refused || known);
    if (kept && refused && Date.now() < kept.until) return this.#settle(false);
    if (kept) this.#control();
    const same = known && !refused || !!kept && await this.#current(kept);
    if (turn !== this.#turn) return;
    this.#hold(refused || !!same);
    this.#settle(same === false); // unknown: a consent does not count, and asking would need that text
  }

  /** @param {boolean} counts */
  #hold(counts) {
    this.#counts = counts;
    this.#host.choice = this.#choice;
  }

  /** @returns {Choice | null} */
  get #choice() {
    if (!this.#kept || !this.#counts) return null;
    const { purposes, decision, version, at, signal } = this.#kept;
    return { purposes, decision, version, at, ...(signal && { signal }) };
  }

  /** @param {boolean} ask */
  #settle(ask) {
    this.#asks = ask;
    this.#announce();
    if (ask) dispatchEvent(new Event("clausepress-ask")); // what an element that is gone said is over
    if (ask || !this.#control() || recall(WAITS)) {
      this.#load().then((panel) => panel.show(this.#asks), () => {});
    }
  }

  /** The settings button, from what is kept: is it there? */
  #control() {
    const label = this.#kept?.labels?.[this.#site.lang];
    if (this.#mounted || !label) return false;
    if (!this.#root.querySelector("button")) {
      this.#root.prepend(button(label, "control", () => this.open()));
    }
    return true;
  }

  /** Without the UI: what was agreed to can still be refused, and the page's link leads to the form. */
  #fallback() {
    const root = this.#root, site = this.#site;
    const slot = root.querySelector("slot:not([name])") ??
      root.appendChild(document.createElement("slot"));
    const given = () => this.#kept?.decision === "given";
    // Whoever goes to the form has not agreed here. What is said there is recorded there.
    /** @type {HTMLElement} */ (slot).onclick = /** @type {HTMLElement} */ (slot).onauxclick = (
      e,
    ) => {
      const link = e.target instanceof Element && e.target.closest("a[href]");
      if (link && this.#kept?.decision !== "refused") this.#refuse();
    };
    if (!given()) return;
    const label = NO[site.lang];
    const focused = root.activeElement;
    root.querySelectorAll("button").forEach((old) => old.remove());
    const no = button(label, "control", () => {
      if (given()) this.#refuse(label);
      no.remove();
      if (this.#control()) root.querySelector("button")?.focus();
    });
    root.prepend(no);
    if (focused) no.focus();
  }

  /** Refuse from what is kept. @param {string} [label] */
  #refuse(label) {
    const { version = "", lang = "", text_digest = "", material = "", purposes = {} } =
      this.#kept ??
        {};
    const off = Object.fromEntries(Object.keys(purposes).map((id) => [id, false]));
    this.#decide({ version, lang, text_digest, material, purposes: off }, "fallback", label);
  }

  /** In force at once; kept and sent when that is painted. No failure of the server changes it.
   * @param {About} about @param {string} surface @param {string} [label] what was pressed; without it
   * nothing is put on record @param {Partial<Kept>} [beside] */
  #decide(about, surface, label, beside) {
    const slot = this.#slot, letters = QUEUE + slot;
    const stored = read(slot);
    const before = this.#kept?.signal ? stored : this.#kept; // a signal is no decision
    /** @type {Kept["decision"]} */
    const decision = Object.values(about.purposes).includes(true) ? "given" : "refused";
    // Taking back a consent is a withdrawal on record; here it is simply a no.
    const taken = decision === "refused" && before?.decision === "given" &&
      (this.#counts || before.text_digest === about.text_digest);
    const now = new Date();
    // Later than what it replaces, whatever the clock says.
    const after = [before, stored].map((one) => Date.parse(one?.at ?? "") + 1 || 0);
    const ms = Math.max(+now, ...after), at = new Date(ms).toISOString();
    const until = decision === "refused"
      ? ms + Number(this.#host.getAttribute("quiet") || 180) * DAY
      : 0;
    const key = randomId();
    const { clear = {}, names = {} } = before ?? {};
    const labels = { ...before?.labels, ...beside?.labels };
    const kept = {
      clear,
      names,
      ...beside,
      ...about,
      decision,
      at,
      until,
      key,
      labels,
      gpc: navigator.globalPrivacyControl,
    };
    this.#keep(kept);
    this.#settled = afterPaint(() => {
      this.#clear(before, kept);
      if (this.#kept?.key !== key) return; // decided anew meanwhile, here or in another tab
      erase(this.#site.policy);
      const free = !recall(letters); // nothing of any tab is under way
      const over = PLACE + before?.receipt; // where there is no room, of less worth than what ends it
      remember(`clausepress:${slot}`, kept, letters, over);
      if (label) {
        const said = { decision: taken ? "withdrawn" : decision, surface, label };
        remember(letters, this.#letter(kept, { ...said, claimed_at: now.toISOString() }), over);
        core.deliver(slot, free);
      } else if (recall(letters)?.decision === "given") forget(letters);
    });
    if (this.#host.isConnected) return;
    this.#settled(); // taken away by the same press: what is in its place is told as another tab would be
    dispatchEvent(new StorageEvent("storage", { key: `clausepress:${slot}` }));
  }

  /** What a purpose that was taken back has left in this browser goes, by the names it is known by.
   * @param {Kept | null} before @param {Kept} now */
  #clear(before, now) {
    if (before?.decision !== "given") return;
    import("./clear.js").then((room) => room.clear(before, now), () => {});
  }

  /** What tells the server of a decision.
   * @param {Kept} kept @param {Record<string, string>} said */
  #letter({ key, at, decision, version, lang, text_digest, purposes: all, names }, said) {
    const { policy, base, api } = this.#site;
    const some = (/** @type {boolean} */ purpose) =>
      Object.fromEntries(Object.entries(all).filter(([id]) => (id in names) === purpose));
    const services = some(false), purposes = some(true);
    const about = {
      version,
      lang,
      text_digest,
      purposes,
      ...(Object.keys(services).length && { services }),
    };
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

  /** @param {Kept | null} kept */
  #keep(kept) {
    const before = this.#kept;
    if (kept?.key !== before?.key) { // a new decision, made about the text in force
      this.#turn++;
      this.#counts = !!kept;
      this.#asks = !kept;
    }
    this.#kept = kept;
    if (kept?.signal) this.#clear(before, kept);
    this.#hold(this.#counts);
    this.#announce();
    if (!kept?.signal) this.#channel?.postMessage({ key: (kept ?? before)?.key, kept });
  }

  /** Tell the page, after the next paint so that its handlers delay nobody's click. */
  #announce() {
    const detail = this.#host.choice;
    const state = detail ? this.#kept?.key ?? "" : "";
    if (state === this.#announced) return;
    this.#announced = state;
    const told = new CustomEvent("clausepress-choice", { bubbles: true, composed: true, detail });
    const tell = () => setTimeout(() => this.#host.dispatchEvent(told));
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
      choice: () => this.#choice,
      keep: (kept) => this.#keep(kept),
      decide: (...all) => this.#decide(...all),
    };
    const late = setTimeout(() => signal.aborted || this.#fallback(), SOON);
    const panel = panelOf(owner).then((panel) => {
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

/** @type {WeakMap<Widget, CookieKeeper>} */
const keepers = new WeakMap();

/** @param {Widget} host @returns {Part | undefined} */
export function mount(host) {
  if (!host.isConnected) return; // removed meanwhile
  const keeper = keepers.get(host) ?? new CookieKeeper(host);
  keepers.set(host, keeper);
  keeper.connect();
  return keeper;
}
