// Content that waits for consent: scripts, templates and frames with `data-purpose`. Each runs once,
// in the order of the document, also when it comes later; on withdrawal frames and templates go.

import { signal } from "./consent-mode.js";

/** @import { Choice, Widget } from "./types.d.ts" */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

const GATED = "script[type='text/plain'][data-purpose],template[data-purpose],iframe[data-purpose]";

/** The choices in force, by element. @type {Map<Widget, Choice | null>} */
const choices = new Map();
/** The end of what a template has put on the page. @type {Map<HTMLTemplateElement, Comment>} */
const unpacked = new Map();
/** Frames that wait, with what stands in their place. @type {Map<HTMLIFrameElement, Element | null>} */
const waiting = new Map();
/** Frames that were let through here alone. @type {WeakSet<HTMLIFrameElement>} */
const once = new WeakSet();
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
  (one.getAttribute("data-purpose") ?? "").split(/\s+/).every((id) => {
    const said = [...choices.values()].flatMap((choice) =>
      choice && id in choice.purposes ? [choice.purposes[id]] : []
    );
    return said.length && said.every((yes) => yes === true); // one policy's no is a no
  });

/** The script as it would have been, in its place, when its turn comes.
 * @param {HTMLScriptElement} old @param {ChildNode} place @returns {Promise<void>} */
function run(old, place) {
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
  return new Promise((done) => {
    fresh.onload = fresh.onerror = () => done();
    place.replaceWith(fresh);
    if (!src || fresh.async) done();
  });
}

/** What a script is once it may run: one in a template says so itself.
 * @param {HTMLScriptElement} script */
const typeOf = ({ type, dataset }) => /^text\/(plain|waiting)$/.test(type) ? dataset.type : type;

/** @param {HTMLIFrameElement} frame */
async function hold(frame) {
  if (frame.src) { // a frame of its own: the old one goes, with what runs in it
    const blank = /** @type {HTMLIFrameElement} */ (frame.cloneNode());
    blank.removeAttribute("src");
    frame.replaceWith(blank);
    frame = blank;
  }
  waiting.set(frame, null);
  frame.hidden = true;
  const lang = frame.matches(":lang(zh)") ? "zh" : "en";
  const { placeholder } = await import(file("placeholder", lang));
  const stand = await placeholder(frame, lang, () => {
    once.add(frame);
    show(frame);
  });
  if (!waiting.has(frame)) return; // allowed meanwhile
  waiting.set(frame, stand);
  frame.before(stand);
}

/** @param {HTMLIFrameElement} frame */
function show(frame) {
  waiting.get(frame)?.remove();
  waiting.delete(frame);
  frame.hidden = false;
  frame.src = frame.dataset.src ?? "";
}

/** @param {HTMLTemplateElement} template @returns {[HTMLScriptElement, ChildNode][]} its scripts, which
 * run in their turn, and their places */
function unpack(template) {
  const content = document.importNode(template.content, true), end = document.createComment("");
  /** @type {[HTMLScriptElement, ChildNode][]} */
  const scripts = [...content.querySelectorAll("script")].map((script) => {
    const place = document.createComment("");
    script.replaceWith(place);
    return [script, place];
  });
  content.append(end);
  unpacked.set(template, end);
  template.after(content);
  return scripts;
}

/** @param {HTMLTemplateElement} template */
function pack(template) {
  const end = unpacked.get(template);
  while (end && template.nextSibling && template.nextSibling !== end) template.nextSibling.remove();
  end?.remove();
  unpacked.delete(template);
}

/** Let through what may run, and hold back what may not. */
function look() {
  /** @type {[HTMLScriptElement, ChildNode][]} */
  const scripts = [];
  for (const one of document.querySelectorAll(GATED)) {
    const may = allowed(one);
    if (one instanceof HTMLTemplateElement) {
      if (may !== unpacked.has(one)) may ? scripts.push(...unpack(one)) : pack(one);
    } else if (one instanceof HTMLIFrameElement) {
      if (may && !one.src) show(one);
      else if (!may && !waiting.has(one) && !once.has(one)) hold(one);
    } else if (may) {
      const script = /** @type {HTMLScriptElement} */ (one);
      script.type = "text/waiting"; // taken
      scripts.push([script, script]);
    }
  }
  // As in any page, what is deferred comes after the rest.
  const late = (/** @type {HTMLScriptElement} */ script) =>
    +(script.defer || typeOf(script) === "module");
  for (const [script, place] of scripts.sort(([a], [b]) => late(a) - late(b))) {
    line = line.then(() => {
      if (place.isConnected && (place !== script || allowed(script))) return run(script, place);
      if (place === script) script.type = "text/plain";
    });
  }
}

/** @param {Widget} host */
function hear(host) {
  [...choices.keys()].forEach((old) => old.isConnected || choices.delete(old)); // its place is taken
  choices.set(host, host.choice);
  signal(host);
  look();
}

document.querySelectorAll("clausepress-cookies").forEach((host) =>
  hear(/** @type {Widget} */ (host))
);
addEventListener(
  "clausepress-choice",
  (event) => hear(/** @type {Widget} */ (event.composedPath()[0])),
);
new MutationObserver(look).observe(document, { childList: true, subtree: true });
