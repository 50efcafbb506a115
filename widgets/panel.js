// The UI of <clausepress-cookies>: first layer, settings, and the status afterwards.

import * as core from "./core.js";
import { SOON } from "./fetched.js";
import { afterPaint, announce, button, cite, make, makeRoom, receiptLink } from "./view.js";

/** @import { Outcome, Owner, Panel } from "./types.d.ts" */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** The layer now open, and the askers that wait for it: one at a time on a page.
 * @type {{layer: HTMLElement, again: () => void} | null} */
let front = null;
/** @type {Set<() => void>} */
const line = new Set();

const BRIEFLY = 15_000; // ms a message stays; the receipt is also in the settings

/** @param {Owner} owner @returns {Promise<Panel>} */
export async function mount(owner) {
  const { root, site, slot, signal } = owner;
  const ready = Promise.all([core.texts(site.lang), core.inForce(site)]);
  // Flushed here: what became of an earlier visit's decision is told below.
  let [text, shown] = await ready.finally(core.flush);
  signal.throwIfAborted();
  const optional = () => shown.policy.cookies?.purposes.filter((p) => !p.required) ?? [];

  const layer = make("section", {
    part: "layer",
    "aria-label": text.region,
    lang: site.lang,
    hidden: true,
  });
  const status = make("p", { part: "status toast", role: "status", lang: site.lang });
  const control = button(text.control, "control", () => settings());
  control.lang = site.lang;
  /** @type {HTMLElement | null} */
  let cameFrom = null;
  /** The decision that the settings were opened about. @type {string | undefined} */
  let opened;
  /** What is shown changes with each; settings that come later than that are not. */
  let turns = 0, awaited = -1;
  /** What else is to be told of the last decision. @type {string[]} */
  let also = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const dock = make("div", { part: "dock" }, layer, status);
  root.replaceChildren(dock, control);
  makeRoom(dock, layer, signal);
  signal.addEventListener("abort", free);
  core.outcomes.addEventListener(
    slot,
    (e) => told(/** @type {CustomEvent<Outcome>} */ (e).detail),
    { signal },
  );
  layer.addEventListener("keydown", (e) => e.key === "Escape" && leave());

  /** @param {(Node | string)[]} content */
  function open(...content) {
    turns++;
    layer.replaceChildren(...content);
    raise();
  }

  /** In front, with the layer of another policy put aside until this one is closed. */
  function raise() {
    if (front && front.layer !== layer) {
      front.layer.hidden = true;
      line.add(front.again);
    }
    line.delete(raise);
    line.delete(turn);
    front = { layer, again: raise };
    layer.hidden = false;
    control.remove();
  }

  /** Ask, as soon as no other policy does; and say how what was agreed to has changed. */
  async function turn() {
    const now = ++turns, kept = owner.kept();
    const parts = kept?.decision === "given" ? await late() : null;
    if (now !== turns || signal.aborted) return;
    if (front && front.layer !== layer) return line.add(turn);
    const how = parts && kept && parts.changed(owner, text, shown, kept);
    ask(...(how ? [make("p", { part: "changed" }, ...how)] : []));
  }

  /** Let the next one ask. */
  function free() {
    line.delete(raise);
    line.delete(turn);
    if (front?.layer !== layer) return;
    front = null;
    const [next] = line;
    line.delete(next);
    next?.();
  }

  function close() {
    turns++;
    const focused = layer.contains(root.activeElement);
    layer.hidden = true;
    layer.replaceChildren();
    control.isConnected || root.append(control); // moved, it would lose the focus
    if (focused) (cameFrom?.isConnected ? cameFrom : control).focus();
    cameFrom = null;
    free();
  }

  /** Out of the settings with nothing changed. */
  function leave() {
    if (owner.choice()) close();
    else if (layer.querySelector("fieldset")) ask().focus();
  }

  /** Three buttons of one kind: no, yes, and a third way.
   * @param {"banner" | "preferences"} surface @param {HTMLElement} third */
  const choices = (surface, third) => [
    button(text.refuse, "action refuse", () => decide(() => false, text.refuse, surface)),
    button(text.accept, "action accept", () => decide(() => true, text.accept, surface)),
    third,
  ];

  /** The first layer; gives back the button that leads on.
   * @param {Node[]} before */
  function ask(...before) {
    const more = button(text.settings, "action settings", () => settings());
    open(
      ...before,
      make("p", {}, ...cite(text.ask, text, shown, site)),
      ...choices("banner", more),
    );
    return more;
  }

  /** What is fetched only now. Null when it does not come. */
  const late = () =>
    Promise.race([
      /** @type {Promise<typeof import("./settings.js")>} */ (import(file("settings", site.lang))),
      new Promise((_, fail) => setTimeout(fail, SOON)),
    ]).catch(() => null);

  async function settings() {
    const active = root.activeElement ?? document.activeElement;
    if (active instanceof HTMLElement && active !== document.body && !layer.contains(active)) {
      cameFrom = active;
    }
    opened = owner.kept()?.key;
    const now = awaited = ++turns;
    const parts = await late();
    if (now !== turns || signal.aborted) return;
    if (!parts) return ask().focus(); // there all can be refused
    const { nodes, wants, back, first } = parts.settings(owner, text, shown, leave);
    const save = button(text.save, "action save", () => decide(wants, text.save, "preferences"));
    open(...nodes, ...choices("preferences", save), back);
    first.focus();
  }

  /** @param {string} id */
  const link = (id) => receiptLink(id, text.receipt, site);

  /** What a later visit needs of this one, so that the loader is enough for it. */
  function beside() {
    /** @type {Record<string, string>} */
    const names = {};
    /** @type {Record<string, string[]>} */
    const clear = {};
    for (const { id, label, services = [], clears = [] } of optional()) {
      names[id] = core.say(label, site, shown.policy);
      clear[id] = clears;
      for (const one of services) clear[one.id] = one.clears ?? [];
    }
    return { labels: { [site.lang]: text.control }, names, clear };
  }

  /** The text in force, and what is wanted of it.
   * @param {(id: string, of: string) => boolean} wants a purpose, or a service of one */
  function about(wants) {
    /** @type {Record<string, boolean>} */
    const purposes = {};
    for (const { id, services = [] } of optional()) {
      for (const one of services) purposes[one.id] = wants(one.id, id);
      purposes[id] = wants(id, id);
    }
    const { version, lang, edition, policy } = shown;
    const material = policy.cookies?.digest ?? "";
    return { version: version.id, lang, text_digest: edition.text_digest, material, purposes };
  }

  /** @param {(id: string, of: string) => boolean} wants
   * @param {string} label @param {string} surface */
  function decide(wants, label, surface) {
    const before = owner.choice(), now = about(wants);
    owner.decide(now, surface, label, beside());
    close();
    // What runs already cannot be stopped, only not be started again.
    const runs =
      Object.entries(before?.purposes ?? {}).some(([id, on]) => on && !now.purposes[id]) &&
      document.querySelector("script[data-purpose]:not([type='text/plain'])");
    also = runs ? [" ", text.reload] : [];
    const words = [text[owner.kept()?.decision ?? ""], ...also];
    afterPaint(() => tell(...words));
  }

  /** @param {Outcome} outcome */
  async function told(outcome) {
    const kept = owner.kept();
    const ours = kept?.key === outcome.key;
    if (outcome.state === "delivered") {
      const { receipt } = outcome;
      if (ours) {
        owner.keep({ ...kept, ...outcome.about, receipt: receipt.id });
        if (owner.choice()) tell(text[kept.decision], ...also, " ", link(receipt.id));
      }
      if (!outcome.elsewhere) announce(owner.host, receipt);
    } else if (ours && outcome.state === "waiting") {
      tell(text.waiting);
    } else if (ours && outcome.state === "refused") {
      const given = kept.decision === "given";
      // A consent without a record is none. Perhaps the text changed meanwhile: look again.
      if (given) owner.keep(null);
      const parts = await late();
      const problem = parts?.reasonOf(outcome, text) ?? outcome.reason;
      say(parts?.unrecorded(problem, text) ?? problem);
      if (!given) return owner.kept()?.key === kept.key && owner.keep({ ...kept, problem });
      shown = await core.inForce(site, true).catch(() => shown);
      if (!owner.kept()) turn();
    }
  }

  /** @param {(Node | string)[]} content */
  function say(...content) {
    clearTimeout(timer);
    status.replaceChildren(...content);
  }

  /** Say for a while, but never take it away from under a pointer or the focus.
   * @param {(Node | string)[]} content */
  function tell(...content) {
    say(...content);
    const end = () => {
      if (status.matches(":hover, :focus-within")) timer = setTimeout(end, BRIEFLY);
      else status.replaceChildren();
    };
    timer = setTimeout(end, BRIEFLY);
  }

  return {
    settings,
    set(purposes, label = text.save) {
      decide((id, of) => (purposes[id] ?? purposes[of]) === true, label, "page");
    },
    show(asking) {
      const kept = owner.kept();
      say(); // decided anew, in another tab or on the form
      core.supersede(slot, kept);
      // Chosen in another language, or known from a cookie.
      if (kept && !asking && !kept.labels[site.lang]) {
        late().then((parts) => parts?.learn(owner, shown, beside()));
      }
      if (!asking || !optional().length) {
        const reading = (awaited === turns || layer.querySelector("fieldset")) &&
          kept?.key === opened;
        return reading || close();
      }
      if (!navigator.globalPrivacyControl) return turn();
      // The signal is an answer: optional purposes stay off, nobody is asked, nothing is recorded.
      if (!owner.choice()) {
        owner.keep({
          ...about(() => false),
          decision: "refused",
          at: new Date().toISOString(),
          key: "gpc",
          signal: "gpc",
          until: 0,
          labels: {},
          names: {},
          clear: {},
        });
      }
      close();
      tell(text.gpc);
    },
  };
}
