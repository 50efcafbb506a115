// What the widgets need: attributes, texts, policies, and a queue that loses nothing.

import { hold } from "./book.js";
import * as fetched from "./fetched.js";
import { find, keep } from "./kept.js";
import { drop, forget, later, pending, QUEUE, recall, remember } from "./store.js";

/** @import { InForce, Kept, Letter, Outcome, Policies, Policy, Receipt, Site, Texts } from "./types.d.ts" */

export const WIDGET = "0.1.0";

const PATIENCE = 15_000; // ms a request may take before it counts as lost; the server itself gives up at 10 s
const MOST = 50; // letters at once; a browser takes 64 KiB of requests that outlive their page
const SHORTEST = 5_000, LONGEST = 300_000; // ms between retries while the page stays open

// The refusals of our API. Any other 4xx comes from something in between and settles nothing.
export const RENEW = ["digest-mismatch", "unknown-version", "unknown-edition", "unknown-purpose"];
const FINAL = ["address-not-valid", "idempotency-mismatch"]; // even for a "no": it must be corrected, or is there
const KNOWN = [
  ...RENEW,
  ...FINAL,
  "unknown-policy",
  "account-token-not-valid",
  "account-token-expired",
  "inconsistent-decision",
  "idempotency-key-missing",
  "origin-not-allowed",
];

// ---- what the page says ----------------------------------------------------------------------------

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
export const siteOf = (host) => {
  const base = folder(
    host,
    "base",
    () => new URL(import.meta.url.replace(/(.*)widgets\/.*/, "$1")),
  );
  return {
    base,
    api: folder(host, "api", () => new URL("v1/", base)),
    policy: host.getAttribute("policy") ?? "",
    lang: fetched.langOf(host),
  };
};

// ---- what the server publishes ------------------------------------------------------------------

export const fetchOnce = fetched.fetchOnce;
export const texts = fetched.texts;

/** The policy of a site with the edition in force, in the reader's language where there is one.
 * @param {Pick<Site, "base" | "policy" | "lang">} site @param {boolean} [anew] @returns {Promise<InForce>} */
export async function inForce(site, anew) {
  const url = new URL("policies.json", site.base);
  /** @type {Policies} */
  const { policies } = await fetchOnce(url, anew ? "reload" : "no-cache");
  const policy = policies.find((p) => p.id === site.policy);
  const version = policy?.versions.find((v) => v.id === policy.current);
  const lang = [site.lang, policy?.prevails, ...Object.keys(version?.editions ?? {})]
    .find((l) => l && version?.editions[l]);
  if (!policy || !version || !lang) throw new Error(`${url}: no text of "${site.policy}" in force`);
  return { policy, version, lang, edition: version.editions[lang] };
}

/** A text of policies.json in the reader's language, else in the one that prevails.
 * @param {Texts} byLang @param {Site} site @param {Policy} policy */
export const say = (byLang, site, policy) =>
  byLang[site.lang] ?? byLang[policy.prevails] ?? Object.values(byLang)[0] ?? "";

// ---- the queue ----------------------------------------------------------------------------------

/** Tells what became of a letter: an event named by its slot, with an Outcome as detail. */
export const outcomes = new EventTarget();

/** @type {Map<string, {key: string, done: Promise<unknown>}>} */
const sending = new Map();
/** What the server would not have today: tried again at the next load. @type {Set<string>} */
const resting = new Set();
let wait = SHORTEST;
/** Until when the server wants to be left alone, by `performance.now()`. */
let pause = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @type {BroadcastChannel | undefined} */
let tabs;
try {
  tabs = new BroadcastChannel("clausepress:outcomes");
  tabs.onmessage = ({ data: { slot, outcome } }) => {
    if (recall(QUEUE + slot)?.key === outcome.key) drop(QUEUE + slot);
    end(slot, { ...outcome, elsewhere: true });
  };
} catch { /* no channel in this context */ }

/** Try what waits: all of it, or of too much at once some at random, so that nothing stands in the
 * way of the rest, or of what is decided now. */
export function flush() {
  if (performance.now() < pause) return again();
  pending().sort(() => Math.random() - .5).slice(0, MOST).forEach((slot) => deliver(slot));
}

/** Try later, and not before the server allows it. @param {number} [ms] */
function again(ms = 0) {
  clearTimeout(timer);
  timer = setTimeout(flush, Math.max(pause - performance.now() + 1, ms));
}

/** Asked for by hand: also what rests. */
export function retry() {
  resting.clear();
  pause = 0;
  flush();
}

/** A decision made in another tab ends a letter of this page that is older.
 * @param {string} slot @param {Kept | null} kept */
export function supersede(slot, kept) {
  /** @type {Letter | null} */
  const letter = recall(QUEUE + slot);
  if (!letter || !kept || kept.signal || letter.key === kept.key) return;
  if (later(/** @type {{at: string, key: string, decision: string}} */ (letter), kept) === kept) {
    drop(QUEUE + slot);
  }
}

/** Send what waits in a slot. A newer letter takes the place of one that has not got through, so that a
 * late "yes" can never arrive after a "no".
 * @param {string} slot @param {boolean} [free] nothing else of this slot is under way
 * @returns {Promise<unknown> | void} settled when there is an outcome */
export function deliver(slot, free) {
  /** @type {Letter | null} */
  const letter = recall(QUEUE + slot);
  const before = sending.get(slot);
  if (!letter?.body || !letter.url) forget(QUEUE + slot); // no letter of ours: nobody could ever send it
  if (!letter?.body || before?.key === letter.key || resting.has(letter.key)) return before?.done;
  const { key } = letter;
  if (letter.decision === "given") {
    const kept = recall(`clausepress:${slot}`), { kind, policy } = letter.body;
    if (kept === 0) return forget(QUEUE + slot); // see the loader
    // Refused since, on the form or by the browser's signal.
    const against = navigator.globalPrivacyControl && !kept?.gpc || find(policy);
    if (kind === "cookies" && against) return;
  }
  const done = Promise.resolve(before?.done).then(() => alone(slot, () => hand(letter), free));
  sending.set(slot, { key, done });
  return done;
}

/** One letter of a slot at a time, in all tabs. Where nothing is under way it goes at once, since the
 * page may be left at once.
 * @param {string} slot @param {() => Promise<void>} job @param {boolean} [free] */
async function alone(slot, job, free) {
  const begun = free && job();
  try {
    await navigator.locks.request(QUEUE + slot, () => begun || job());
  } catch {
    await (begun || job()); // no locks in this context
  }
}

/** @param {Letter} taken */
async function hand(taken) {
  const { slot, key } = taken;
  const mine = () => {
    /** @type {Letter | null} */
    const letter = recall(QUEUE + slot);
    if (letter) return letter.key === key ? letter : null; // else decided anew
    // Gone: delivered by another tab, unless that one took it for its own older letter.
    /** @type {Kept | null} */
    const kept = recall(`clausepress:${slot}`);
    return kept?.key === key && !kept.receipt && !kept.problem ? taken : null;
  };
  let letter = mine();
  let outcome = letter && await post(letter);
  const no = letter?.decision === "refused";
  const unsettled = () => no && outcome?.state === "refused" && !FINAL.includes(outcome.code);
  if (letter && unsettled() && outcome?.state === "refused") {
    const anew = RENEW.includes(outcome.code)
      ? await import("./renew.js").then((room) => room.renew(taken, inForce), () => null)
      : null;
    if (anew && mine()) {
      letter = anew;
      remember(QUEUE + slot, letter);
      outcome = await post(letter);
    }
    if (unsettled()) outcome = { key, state: "waiting", rests: true };
  }
  if (sending.get(slot)?.key === key) sending.delete(slot);
  if (outcome) settle(slot, outcome);
  if (letter) keep(letter, recall(`clausepress:${slot}`));
}

/** Send once, and tell what came of it.
 * @param {Pick<Letter, "url" | "key" | "idempotency" | "lang" | "body" | "material">} letter
 * @returns {Promise<Outcome>} */
export async function post({ url, key, idempotency, lang, body, material }) {
  let rests = false;
  try {
    const answer = await fetch(url, {
      method: "POST",
      keepalive: true, // goes on when the page is closed
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        "Accept": "application/json",
        "Accept-Language": lang,
        "Content-Type": "application/json",
        "Idempotency-Key": idempotency ?? key,
      },
      body: JSON.stringify(body),
    });
    const { status, headers } = answer;
    const said = await answer.json().catch(() => null);
    const later = headers.get("Retry-After") ?? ""; // seconds or a date, RFC 9110 section 10.2.3
    const ms = 1000 * Number(later) || Date.parse(later) - Date.now() || 0;
    pause = Math.max(pause, performance.now() + Math.min(ms, LONGEST));
    if ((status === 200 || status === 201) && said?.schema === "clausepress.receipt/1") {
      const { version, lang, text_digest } = body;
      const about = { version, lang, text_digest, ...(material && { material }) };
      hold(said, body.subject, new URL(".", url).href);
      return { key, state: "delivered", receipt: /** @type {Receipt} */ (said), about };
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      const ours = headers.get("Content-Type")?.startsWith("application/problem+json");
      const code = String(said?.type).split("/").pop() ?? "";
      if (ours && KNOWN.includes(code)) {
        const reason = typeof said.detail === "string" ? said.detail : "";
        return { key, state: "refused", code, reason };
      }
      rests = true;
    }
  } catch { /* no network, no answer in time, or a redirect */ }
  return { key, state: "waiting", rests };
}

/** @param {string} slot @param {Outcome} outcome */
function settle(slot, outcome) {
  if (outcome.state !== "waiting") {
    wait = SHORTEST;
    if (recall(QUEUE + slot)?.key === outcome.key) forget(QUEUE + slot);
    tabs?.postMessage({ slot, outcome });
  } else if (outcome.rests) {
    resting.add(outcome.key);
  } else {
    again(wait);
    wait = Math.min(wait * 2, LONGEST);
  }
  end(slot, outcome);
}

/** @param {string} slot @param {Outcome} outcome here or in another tab */
function end(slot, outcome) {
  if (outcome.state !== "waiting") note(slot, outcome);
  outcomes.dispatchEvent(new CustomEvent(slot, { detail: outcome }));
}

/** Write the outcome beside the choice it belongs to. A consent the server would not record is void;
 * a refusal stands whatever the server says.
 * @param {string} slot @param {Outcome} outcome */
function note(slot, outcome) {
  const place = `clausepress:${slot}`;
  /** @type {Kept | null} */
  const kept = recall(place);
  if (kept?.key !== outcome.key) return;
  if (outcome.state === "delivered") {
    remember(place, { ...kept, ...outcome.about, receipt: outcome.receipt.id });
  } else if (kept.decision === "given") forget(place);
  else if (outcome.state === "refused") remember(place, { ...kept, problem: outcome.reason });
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
