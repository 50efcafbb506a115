// The UI of <clausepress-cookies>: first layer, settings, and the status afterwards.

import * as core from "./core.js";
import { announce, button, cite, make, makeRoom, reasonOf, receiptLink, sheet } from "./view.js";

/** @import { Outcome, Owner, Panel } from "./types.d.ts" */

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
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet])];
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
    control.hidden = true;
  }

  /** Ask, as soon as no other policy does. */
  function turn() {
    front && front.layer !== layer ? line.add(turn) : ask();
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
    const focused = layer.contains(root.activeElement);
    layer.hidden = true;
    layer.replaceChildren();
    control.hidden = false;
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
  function choices(surface, third) {
    return make(
      "div",
      { part: "choices" },
      button(text.refuse, "action refuse", () => decide(() => false, text.refuse, surface)),
      button(text.accept, "action accept", () => decide(() => true, text.accept, surface)),
      third,
    );
  }

  /** The first layer; gives back the button that leads on. */
  function ask() {
    const more = button(text.settings, "action settings", () => settings());
    const outdated = owner.kept()?.decision === "given" ? [text.outdated] : [];
    open(make("p", {}, ...outdated, ...cite(text.ask, text, shown, site)), choices("banner", more));
    return more;
  }

  function settings() {
    const active = root.activeElement ?? document.activeElement;
    if (active instanceof HTMLElement && active !== document.body && !layer.contains(active)) {
      cameFrom = active;
    }
    opened = owner.kept()?.key;
    const now = owner.choice()?.purposes ?? {};
    /** @type {Map<string, HTMLInputElement>} */
    const boxes = new Map();
    const { policy } = shown;
    const rows = (policy.cookies?.purposes ?? []).map((p) => {
      const box = /** @type {HTMLInputElement} */ (make("input", {
        type: "checkbox",
        checked: p.required || now[p.id] === true,
        disabled: p.required,
      }));
      if (!p.required) boxes.set(p.id, box);
      const label = core.say(p.label, site, policy);
      return make(
        "label",
        { part: "purpose" },
        box,
        make("span", {}, p.required ? text.always.replace("{purpose}", () => label) : label),
      );
    });
    const save = button(
      text.save,
      "action save",
      () => decide((id) => boxes.get(id)?.checked === true, text.save, "preferences"),
    );
    const back = button(owner.choice() ? text.close : text.back, "plain", leave);
    open(
      make(
        "fieldset",
        {},
        make("legend", {}, ...cite(text.legend, text, shown, site, policy.cookies?.clause)),
        ...rows,
      ),
      ...record(),
      choices("preferences", save),
      back,
    );
    (boxes.values().next().value ?? back).focus();
  }

  /** What became of the record of the choice in force. */
  function record() {
    const kept = owner.kept();
    if (!kept || kept.signal) return [];
    const { receipt, problem } = kept;
    if (receipt) return [make("p", {}, link(receipt))];
    return [
      make("p", {}, problem ? text.rejected.replace("{reason}", () => problem) : text.waiting),
    ];
  }

  /** @param {string} id */
  const link = (id) => receiptLink(id, text.receipt, site);

  /** @param {(id: string) => boolean} wants @param {string} label @param {string} surface */
  function decide(wants, label, surface) {
    const purposes = Object.fromEntries(optional().map(({ id }) => [id, wants(id)]));
    const { version, lang, edition } = shown;
    const about = { version: version.id, lang, text_digest: edition.text_digest, purposes };
    const free = owner.decide(about, surface, label, { [site.lang]: text.control });
    close();
    tell(text[owner.kept()?.decision ?? ""]);
    core.deliver(slot, free);
  }

  /** @param {Outcome} outcome */
  async function told(outcome) {
    const kept = owner.kept();
    const ours = kept?.key === outcome.key;
    if (outcome.state === "delivered") {
      const { receipt } = outcome;
      if (ours) {
        owner.keep({ ...kept, ...outcome.about, receipt: receipt.id });
        if (owner.choice()) tell(text[kept.decision], " ", link(receipt.id));
      }
      if (!outcome.elsewhere) announce(owner.host, receipt);
    } else if (ours && outcome.state === "waiting") {
      tell(text.waiting);
    } else if (ours && outcome.state === "refused") {
      const problem = reasonOf(outcome, text);
      say(text.rejected.replace("{reason}", () => problem));
      if (kept.decision === "refused") return owner.keep({ ...kept, problem });
      // A consent without a record is none. Perhaps the text changed meanwhile: look again.
      owner.keep(null);
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
    show(asking) {
      core.supersede(slot, owner.kept());
      if (!asking || !optional().length) {
        const reading = layer.querySelector("fieldset") && owner.kept()?.key === opened;
        return reading || close();
      }
      if (!navigator.globalPrivacyControl) return turn();
      // The signal is an answer: optional purposes stay off, nobody is asked, nothing is recorded.
      if (!owner.choice()) {
        const purposes = Object.fromEntries(optional().map(({ id }) => [id, false]));
        owner.keep({
          purposes,
          decision: "refused",
          version: shown.version.id,
          at: new Date().toISOString(),
          key: "gpc",
          signal: "gpc",
          lang: shown.lang,
          text_digest: shown.edition.text_digest,
          control: {},
        });
      }
      close();
      tell(text.gpc);
    },
  };
}
