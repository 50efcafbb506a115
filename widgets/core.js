// What both widgets need: texts, policies, storage that never throws, and a queue that loses nothing.

/** @import { InForce, Kept, Letter, Outcome, Policies, Policy, Receipt, Site, Texts } from "./types.d.ts" */

export const WIDGET = "0.1.0";

const QUEUE = "clausepress:queue:";
const PATIENCE = 15_000; // ms a request may take before it counts as lost; the server itself gives up at 10 s
const SHORTEST = 5_000, LONGEST = 300_000; // ms between retries while the page stays open

// ---- storage ------------------------------------------------------------------------------------

/** Stands in for localStorage where that is blocked or full. @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} */
export function recall(key) {
  let text = memory.get(key) ?? null;
  try {
    text ??= localStorage.getItem(key);
  } catch { /* blocked */ }
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} value */
export function remember(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch { /* blocked */ }
}

/** The slots of everything not yet delivered. @returns {string[]} */
export function pending() {
  let keys = [...memory.keys()];
  try {
    keys = keys.concat(Object.keys(localStorage));
  } catch { /* blocked */ }
  return keys.filter((k) => k.startsWith(QUEUE)).map((k) => k.slice(QUEUE.length));
}

// ---- names made here ----------------------------------------------------------------------------

/** 128 random bits as 22 characters of base64url. */
export const randomId = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);

/** The visitor's random name on this site, made at the first decision and not before. */
export function subject() {
  const known = recall("clausepress:subject");
  if (typeof known === "string") return known;
  const made = randomId();
  remember("clausepress:subject", made);
  return made;
}

// ---- what the server publishes ------------------------------------------------------------------

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** @param {URL} url @param {RequestCache} cache @returns {Promise<any>} */
function fetchOnce(url, cache) {
  const known = cache === "reload" ? undefined : fetched.get(url.href);
  if (known) return known;
  const coming = fetch(url, { credentials: "omit", cache }).then((answer) => {
    if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
    return answer.json();
  });
  fetched.set(url.href, coming);
  coming.catch(() => fetched.delete(url.href)); // a failure is not remembered
  return coming;
}

/** @param {string} lang @returns {Promise<Texts>} */
export const texts = (lang) =>
  fetchOnce(new URL(`messages/${lang}.json`, import.meta.url), "default");

/** The policy of a site with the edition in force, in the reader's language where there is one.
 * @param {Site} site @param {boolean} [anew] @returns {Promise<InForce>} */
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

/** @type {Map<string, {key: string, done: Promise<void>}>} */
const sending = new Map();
let wait = SHORTEST;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Keep a decision until the server has it. A newer one in the same slot takes the place of one that
 * has not got through, so that a late "yes" can never arrive after a "no".
 * @param {Letter} letter */
export function send(letter) {
  remember(QUEUE + letter.slot, letter);
  deliver(letter.slot);
}

/** Try everything that waits. */
export function flush() {
  pending().forEach(deliver);
}

/** @param {string} slot */
function deliver(slot) {
  /** @type {Letter | null} */
  const letter = recall(QUEUE + slot);
  const before = sending.get(slot);
  if (!letter || before?.key === letter.key) return;
  const done = (before?.done ?? Promise.resolve()).then(async () => {
    const outcome = { key: letter.key, ...await post(letter) };
    if (sending.get(slot)?.key === letter.key) sending.delete(slot);
    settle(letter, outcome);
  });
  sending.set(slot, { key: letter.key, done });
}

/** @param {Letter} letter */
async function post({ url, key, lang, body }) {
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
        "Idempotency-Key": key,
      },
      body: JSON.stringify(body),
    });
    const { status } = answer;
    const said = await answer.json().catch(() => null);
    if ((status === 200 || status === 201) && typeof said?.id === "string") {
      return { state: /** @type {const} */ ("delivered"), receipt: /** @type {Receipt} */ (said) };
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      const reason = String(said?.detail ?? said?.title ?? `HTTP ${status}`);
      const code = String(said?.type ?? "").split("/").pop() ?? "";
      return { state: /** @type {const} */ ("refused"), code, reason };
    }
  } catch { /* no network, no answer in time, or a redirect */ }
  return { state: /** @type {const} */ ("waiting") };
}

/** @param {Letter} letter @param {Outcome} outcome */
function settle({ slot, key }, outcome) {
  const newest = recall(QUEUE + slot)?.key === key;
  if (outcome.state === "waiting") {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
    wait = Math.min(wait * 2, LONGEST);
  } else {
    wait = SHORTEST;
    if (newest) forget(QUEUE + slot);
    note(slot, outcome);
  }
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
  if (outcome.state === "delivered") remember(place, { ...kept, receipt: outcome.receipt.id });
  else if (kept.decision === "given") forget(place);
  else if (outcome.state === "refused") remember(place, { ...kept, problem: outcome.reason });
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
