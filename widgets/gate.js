// Content that waits for consent: scripts, templates and frames with `data-purpose`. Each runs once,
// in the order of the document, also when it comes later; on withdrawal frames and templates go.

import { signal } from "./consent-mode.js";

/** @import { Widget } from "./types.d.ts" */

/** A script in its turn: where it goes, and what asks for it, itself or its template.
 * @typedef {{ script: HTMLScriptElement, place: ChildNode, by: Element }} Turn */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

const GATED = "script[type='text/plain'][data-purpose],template[data-purpose],iframe[data-purpose]";

/** Whose choices count: an element that was removed speaks until another takes its place.
 * @type {Set<Widget>} */
const hosts = new Set();
/** The marks around what a template has put on the page. @type {Map<Element, [Comment, Comment]>} */
const unpacked = new Map();
/** Frames that wait, with what stands in their place. @type {Map<HTMLIFrameElement, Element | null>} */
const waiting = new Map();
/** Frames that were let through, also those the page has taken out.
 * @type {Set<WeakRef<HTMLIFrameElement>>} */
const shown = new Set();
/** Frames that were let through here alone. @type {WeakSet<HTMLIFrameElement>} */
const once = new WeakSet();
/** What holds back a script whose file is on its way. @type {Set<() => void>} */
const coming = new Set();
/** One script after another. */
let line = Promise.resolve();

// Where Trusted Types are required a script's address must come from a policy. It is handed nothing
// but what the page itself has written for this purpose.
const trusted = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("clausepress-gate", {
  createScriptURL: (/** @type {string} */ url) => url,
  createScript: (/** @type {string} */ text) => text,
}) ?? { createScriptURL: String, createScript: String };

/** @param {Element} one */
const allowed = (one) =>
  (one.getAttribute("data-purpose")?.match(/\S+/g) ?? [""]).every((id) => {
    const said = [...hosts].flatMap(({ choice }) =>
      choice && id in choice.purposes ? [choice.purposes[id]] : []
    );
    return said.length && said.every((yes) => yes === true); // one policy's no is a no
  });

/** The script as it would have been, in its place, when its turn comes.
 * @param {Turn} turn @returns {Promise<void>} */
function run({ script: old, place, by }) {
  const fresh = document.createElement("script");
  for (const { name, value } of old.attributes) {
    if (!["type", "src", "data-type"].includes(name)) fresh.setAttribute(name, value);
  }
  const type = typeOf(old), src = old.getAttribute("src");
  if (type) fresh.type = type;
  fresh.nonce = old.nonce; // the attribute does not show it
  fresh.async = old.hasAttribute("async");
  if (src) fresh.src = trusted.createScriptURL(new URL(src, document.baseURI).href);
  else fresh.text = trusted.createScript(old.text);
  // Of anything else there is no word when it has come.
  const loads = src && !fresh.noModule && /^(module)?$|(java|ecma)script$/i.test(fresh.type);
  return new Promise((done) => {
    const end = () => {
      coming.delete(stop);
      done();
    };
    const stop = () => {
      if (allowed(by)) return;
      old.type = "text/plain";
      if (by === old) fresh.replaceWith(old);
      document.implementation.createHTMLDocument().adoptNode(fresh); // never runs in another document
      end();
    };
    fresh.addEventListener("load", end);
    fresh.addEventListener("error", end);
    if (loads) coming.add(stop);
    place.replaceWith(fresh);
    if (!loads || fresh.async) done();
  });
}

/** What a script is once it may run: one that was taken from the page says so in `data-type`.
 * @param {HTMLScriptElement} script */
const typeOf = ({ type, dataset }) => type === "text/waiting" ? dataset.type : type;

/** @param {HTMLIFrameElement} frame */
async function hold(frame) {
  waiting.set(frame, null);
  if (frame.hasAttribute("src")) empty(frame);
  frame.hidden = true;
  const lang = frame.matches(":lang(zh)") ? "zh" : "en", src = frame.dataset.src ?? "";
  const stand = await import(file("placeholder", lang)).then(({ placeholder }) =>
    placeholder(frame, lang, () => {
      once.add(frame);
      show(frame);
    })
  ).catch(() =>
    Object.assign(document.createElement("a"), { href: src, text: frame.title || src })
  );
  if (waiting.get(frame) !== null) return; // allowed meanwhile
  waiting.set(frame, stand);
  frame.before(stand);
}

/** Out of the page and in again, with nothing in it: no way back leads to what it has shown.
 * @param {HTMLIFrameElement} frame */
function empty(frame) {
  const { parentNode, nextSibling } = frame;
  frame.remove();
  frame.removeAttribute("src");
  parentNode?.insertBefore(frame, nextSibling);
}

/** @param {HTMLIFrameElement} frame */
function show(frame) {
  waiting.get(frame)?.remove();
  waiting.delete(frame);
  shown.add(new WeakRef(frame));
  frame.hidden = false;
  frame.src = frame.dataset.src ?? "";
}

/** @param {HTMLTemplateElement} by @returns {Turn[]} its scripts; one that waits for a consent of its
 * own comes as it is, and goes on waiting */
function unpack(by) {
  const content = document.importNode(by.content, true);
  const turns = [...content.querySelectorAll("script")].map((script) => {
    const place = document.createComment("");
    script.replaceWith(place);
    return { script, place, by };
  });
  const start = document.createComment(""), end = document.createComment("");
  unpacked.set(by, [start, end]);
  by.after(start, content, end);
  return turns;
}

/** @param {Element} template @param {[Comment, Comment]} marks */
function pack(template, [start, end]) {
  unpacked.delete(template);
  if (start.parentNode && start.parentNode === end.parentNode) {
    const range = new Range();
    range.setStartAfter(start);
    range.setEndBefore(end);
    range.deleteContents();
  }
  start.remove();
  end.remove();
}

/** Hold back what may not be here, also what the page has moved or taken out since. */
function withdraw() {
  coming.forEach((stop) => stop());
  unpacked.forEach((marks, template) => allowed(template) || pack(template, marks));
  for (const ref of shown) {
    const frame = ref.deref();
    if (frame && allowed(frame)) once.delete(frame);
    else if (!frame || !once.has(frame)) {
      shown.delete(ref);
      if (frame) empty(frame);
    }
  }
  for (const [frame, stand] of waiting) {
    if (!frame.isConnected) {
      stand?.remove();
      waiting.delete(frame);
    } else if (stand && stand.nextSibling !== frame) frame.before(stand);
  }
}

/** Let through what may run, and hold back what may not. */
function look() {
  document.querySelectorAll("clausepress-cookies").forEach((host) =>
    hosts.add(/** @type {Widget} */ (host))
  );
  signal(hosts);
  if (document.readyState === "loading") return; // the half of something may have come
  withdraw();
  /** @type {Turn[]} */
  const turns = [];
  for (const one of document.querySelectorAll(GATED)) {
    const may = allowed(one);
    if (one instanceof HTMLTemplateElement) {
      if (may && !unpacked.has(one)) turns.push(...unpack(one));
    } else if (one instanceof HTMLIFrameElement) {
      if (may && !one.hasAttribute("src")) show(one);
      else if (!may && !waiting.has(one) && !once.has(one)) hold(one);
    } else if (may) {
      const script = /** @type {HTMLScriptElement} */ (one);
      script.type = "text/waiting"; // taken
      turns.push({ script, place: script, by: script });
    }
  }
  // As in any page, what is deferred comes after the rest.
  const late = (/** @type {Turn} */ { script }) => +(script.defer || typeOf(script) === "module");
  for (const turn of turns.sort((a, b) => late(a) - late(b))) {
    const { script, place, by } = turn;
    line = line.then(() => {
      if (place.isConnected && allowed(by)) return run(turn);
      if (by === script) script.type = "text/plain";
    }).catch(console.error); // the next one's turn comes all the same
  }
}

look();
// Ahead of the page's own handlers: none of them can keep it from here.
addEventListener("clausepress-choice", (event) => {
  hosts.forEach((old) => old.isConnected || hosts.delete(old)); // its place is taken
  hosts.add(/** @type {Widget} */ (event.composedPath()[0]));
  look();
}, true);
addEventListener("DOMContentLoaded", look);
new MutationObserver(look).observe(document, { childList: true, subtree: true });
