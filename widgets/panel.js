// The UI of <clausepress-cookies>: first layer, settings, and the status afterwards.

import * as core from "./core.js";
import {
  afterPaint,
  announce,
  button,
  cite,
  fill,
  make,
  makeRoom,
  reasonOf,
  receiptLink,
} from "./view.js";

/** @import { Kept, Outcome, Owner, Panel, Purpose, Texts } from "./types.d.ts" */

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

  /** The first layer; gives back the button that leads on. */
  function ask() {
    const more = button(text.settings, "action settings", () => settings());
    const kept = owner.kept();
    open(
      ...(kept?.decision === "given" ? [make("p", { part: "changed" }, ...changed(kept))] : []),
      make("p", {}, ...cite(text.ask, text, shown, site)),
      ...choices("banner", more),
    );
    return more;
  }

  /** What is asked about has changed since this was agreed to: how.
   * @param {Kept} kept @returns {(Node | string)[]} */
  function changed({ version, names, lang }) {
    const { policy } = shown, before = Object.keys(names);
    const list = new Intl.ListFormat(site.lang);
    const name = (/** @type {Purpose} */ p) => core.say(p.label, site, policy);
    const added = optional().filter((p) => !before.includes(p.id)).map(name);
    const gone = before.filter((id) => !optional().some((p) => p.id === id)).map((id) => names[id]);
    const page = `${lang}/${policy.id}/${version}/to-current/`;
    return [
      text.outdated,
      ...(added.length ? fill(text.added, { purposes: list.format(added) }) : []),
      ...(gone.length ? fill(text.removed, { purposes: list.format(gone) }) : []),
      ...(version === shown.version.id
        ? []
        : [make("a", { href: new URL(page, site.base).href }, text.changes)]),
    ];
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
    /** @param {string} id @param {Texts} words @param {boolean} required */
    const tick = (id, words, required) => {
      const box = /** @type {HTMLInputElement} */ (make("input", {
        type: "checkbox",
        checked: required || now[id] === true,
        disabled: required,
      }));
      if (!required) boxes.set(id, box);
      const label = core.say(words, site, policy);
      return make(
        "label",
        { part: "purpose" },
        box,
        make("span", {}, required ? text.always.replace("{purpose}", () => label) : label),
      );
    };
    const rows = (policy.cookies?.purposes ?? []).flatMap(({ id, label, required, services }) => {
      const row = tick(id, label, required);
      if (!services || required) return [row];
      const each = make("div", { part: "services" });
      each.append(...services.map((one) => tick(one.id, one.label, false)));
      // A purpose is what its services are: the box over them stands for all.
      const all = /** @type {HTMLInputElement} */ (boxes.get(id));
      const ones = services.map((one) => boxes.get(one.id));
      const sum = () => {
        all.checked = ones.some((one) => one?.checked);
        all.indeterminate = all.checked && !ones.every((one) => one?.checked);
      };
      all.onchange = () => ones.forEach((one) => one && (one.checked = all.checked));
      each.onchange = sum;
      sum();
      return [row, each];
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
      ...choices("preferences", save),
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

  /** @param {(id: string, of: string) => boolean} wants a purpose, or a service of one
   * @param {string} label @param {string} surface */
  function decide(wants, label, surface) {
    /** @type {Record<string, boolean>} */
    const purposes = {};
    /** @type {Record<string, string>} */
    const names = {};
    /** @type {Record<string, string[]>} */
    const clear = {};
    for (const { id, label, services = [], clears = [] } of optional()) {
      names[id] = core.say(label, site, shown.policy);
      clear[id] = clears;
      for (const one of services) {
        purposes[one.id] = wants(one.id, id);
        clear[one.id] = one.clears ?? [];
      }
      purposes[id] = wants(id, id);
    }
    const { version, lang, edition, policy } = shown;
    const material = policy.cookies?.digest ?? "";
    const about = {
      version: version.id,
      lang,
      text_digest: edition.text_digest,
      material,
      purposes,
    };
    const before = owner.choice();
    const labels = { [site.lang]: text.control };
    owner.decide(about, surface, label, { labels, names, clear });
    close();
    // What runs already cannot be stopped, only not be started again.
    const runs = Object.entries(before?.purposes ?? {}).some(([id, on]) => on && !purposes[id]) &&
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
    set(purposes, label = text.save) {
      decide((id, of) => (purposes[id] ?? purposes[of]) === true, label, "page");
    },
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
          material: shown.policy.cookies?.digest ?? "",
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
