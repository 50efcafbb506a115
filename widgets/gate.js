// Content that waits for consent: scripts, templates and frames with `data-purpose`. Each runs once,
// in the order of the document, also when it comes later; on withdrawal frames and templates go.

import { signal } from "./consent-mode.js";

/** @import { Widget } from "./types.d.ts" */

/** A script in its turn: where it goes, and what asks for it, itself or its template.
 * @typedef {{ script: HTMLScriptElement, place: ChildNode, by: Element }} Turn */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

/** Around what a template has put on the page, and in every copy of the page. */
const START = "clausepress", END = "/clausepress";
const GATED = "script[type='text/plain'][data-purpose],template[data-purpose],iframe[data-purpose]";

/** Whose choices count: an element that was removed speaks until another takes its place.
 * @type {Set<Widget>} */
const hosts = new Set();
/** The marks around it, by template. @type {WeakMap<Element, [Comment, Comment]>} */
const unpacked = new WeakMap();
/** Those templates, also while they are out of the page. @type {Set<WeakRef<Element>>} */
const templates = new Set();
/** They are there as long as what they have put on the page. @type {WeakMap<Comment, Element>} */
const held = new WeakMap();
/** Frames that wait, with what stands in their place. @type {Map<HTMLIFrameElement, Element | null>} */
const waiting = new Map();
/** Frames that were let through, also those the page has taken out.
 * @type {Set<WeakRef<HTMLIFrameElement>>} */
const shown = new Set();
/** Frames that were let through here alone. @type {WeakSet<HTMLIFrameElement>} */
const once = new WeakSet();
/** Scripts that have been taken, and wait for their turn. @type {WeakSet<Element>} */
const taken = new WeakSet();
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

/** The elements on the page. */
const here = () => /** @type {Widget[]} */ ([...document.querySelectorAll("clausepress-cookies")]);

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
    const ours = name === "data-type" && taken.has(old);
    if (name !== "type" && name !== "src" && !ours) fresh.setAttribute(name, value);
  }
  const type = typeOf(old), src = old.getAttribute("src");
  if (type) fresh.type = type;
  fresh.nonce = old.nonce; // the attribute does not show it
  fresh.async = old.hasAttribute("async");
  if (src) fresh.src = trusted.createScriptURL(new URL(src, document.baseURI).href);
  else fresh.text = trusted.createScript(old.text);
  // Of anything else there is no word when it has come.
  const loads = src && !fresh.noModule && RUNS.test(fresh.type);
  return new Promise((done) => {
    const end = () => {
      coming.delete(stop);
      done();
    };
    const stop = () => {
      if (allowed(by)) return;
      taken.delete(old);
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

/** What a script is once it may run: one that waited by itself says so in `data-type`.
 * @param {HTMLScriptElement} script */
const typeOf = (script) => taken.has(script) ? script.dataset.type : script.type;

// The types that a browser runs: WHATWG MIME Sniffing, "JavaScript MIME type"; space around them is not
// looked at, yet a type of space alone is none.
const RUNS =
  /^$|^[\t\n\f\r ]*(module|(text|application)\/(x-)?(java|ecma)script|text\/(javascript1\.[0-5]|jscript|livescript))[\t\n\f\r ]*$/i;

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

/** @param {Element} template @param {[Comment, Comment]} marks */
function keep(template, marks) {
  unpacked.set(template, marks);
  held.set(marks[0], template);
  return !!templates.add(new WeakRef(template));
}

/** @param {HTMLTemplateElement} by @returns {Turn[]} its scripts; one that waits for a consent of its
 * own comes as it is, and goes on waiting */
function unpack(by) {
  const content = document.importNode(by.content, true);
  content.querySelectorAll("script").forEach((script, nth) =>
    script.replaceWith(document.createComment(`${START} ${nth}`))
  );
  const start = document.createComment(START), end = document.createComment(END);
  keep(by, [start, end]);
  by.after(start, content, end);
  return turnsOf(by);
}

/** The scripts of a template whose turn has not come, by what keeps their places.
 * @param {HTMLTemplateElement} by @returns {Turn[]} */
function turnsOf(by) {
  const [start, end] = unpacked.get(by) ?? [];
  const walk = document.createTreeWalker(by.parentNode ?? by, NodeFilter.SHOW_COMMENT);
  const scripts = document.importNode(by.content, true).querySelectorAll("script");
  const turns = [];
  walk.currentNode = start ?? by;
  for (let depth = 0, node = walk.nextNode(); node && node !== end; node = walk.nextNode()) {
    const place = /** @type {Comment} */ (node), nth = place.data.match(/^clausepress (\d+)$/)?.[1];
    depth += inner(place);
    if (nth && !depth && scripts[+nth]) turns.push({ script: scripts[+nth], place, by });
  }
  return turns;
}

/** Of templates in templates. @param {Comment} mark */
const inner = ({ data }) => +(data === START) - +(data === END);

/** A copy of the page may come with what a template has put there: the marks tell.
 * @param {Element} template */
function find(template) {
  const start = template.nextSibling;
  if (!(start instanceof Comment) || start.data !== START) return false;
  for (let node = start.nextSibling, depth = 1; node; node = node.nextSibling) {
    if (node instanceof Comment) depth += inner(node);
    if (!depth) return keep(template, [start, /** @type {Comment} */ (node)]);
  }
  return false;
}

/** @param {Element} template */
function pack(template) {
  const [start, end] = /** @type {[Comment, Comment]} */ (unpacked.get(template));
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
  for (const ref of templates) {
    const template = ref.deref();
    if (template && allowed(template)) continue;
    templates.delete(ref);
    if (template) pack(template);
  }
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
  listen();
  here().forEach((host) => hosts.add(host));
  signal(hosts);
  if (document.readyState === "loading") return; // the half of something may have come
  const copies = [...document.querySelectorAll("template[data-purpose]")]
    .filter((one) => !unpacked.has(one) && find(one));
  withdraw();
  /** @type {Turn[]} */
  const turns = [];
  for (const one of document.querySelectorAll(GATED)) {
    const may = allowed(one);
    if (one instanceof HTMLTemplateElement) {
      if (may && !unpacked.has(one)) turns.push(...unpack(one));
      else if (may && copies.includes(one)) turns.push(...turnsOf(one));
    } else if (one instanceof HTMLIFrameElement) {
      if (may && !one.hasAttribute("src")) show(one);
      else if (!may && !waiting.has(one) && !once.has(one)) hold(one);
    } else if (may && !taken.has(one)) {
      const script = /** @type {HTMLScriptElement} */ (one);
      taken.add(script);
      turns.push({ script, place: script, by: script });
    }
  }
  // As in any page, what is deferred comes after the rest.
  const late = (/** @type {Turn} */ { script }) => +(script.defer || typeOf(script) === "module");
  for (const turn of turns.sort((a, b) => late(a) - late(b))) {
    const { script, place, by } = turn;
    line = line.then(() => {
      if (place.isConnected && allowed(by)) return run(turn);
      if (by === script) taken.delete(script);
    }).catch(console.error); // the next one's turn comes all the same
  }
}

/** A choice was made, has ended, or is asked for anew. @param {Event} event */
function heard(event) {
  const [host] = event.composedPath();
  if (host instanceof Element && host.localName === "clausepress-cookies") {
    hosts.add(/** @type {Widget} */ (host));
  }
  here().forEach((one) => hosts.add(one));
  const keys = [...hosts].flatMap((one) => one.isConnected ? [one.key] : []);
  hosts.forEach((old) => old.isConnected || keys.includes(old.key) && hosts.delete(old)); // replaced
  look();
}

/** Another tab has chosen, or an element that is out of the page. There a yes stands no longer than it
 * is kept. */
function stored() {
  for (const host of hosts) {
    if (host.isConnected || host.choice?.decision !== "given") continue;
    try {
      if (!localStorage[host.key ?? ""]?.includes(host.choice.at)) host.choice = null;
    } catch { /* blocked */ }
  }
  look();
}

/** Ahead of the page's own handlers: none of them can keep it from here. A page that is written anew
 * has lost its listeners; none is there twice. */
function listen() {
  addEventListener("clausepress-choice", heard, true);
  addEventListener("clausepress-ask", heard);
  addEventListener("storage", stored);
  addEventListener("DOMContentLoaded", look);
}

look();
new MutationObserver(look).observe(document, { childList: true, subtree: true });
