// Storage that never throws, and what wins in it.

/** The queue's letters lie under these names; another tells the loader, in one look, that some wait. */
export const QUEUE = "clausepress:queue:";
export const WAITS = "clausepress:waits";

/** Stands in for localStorage where that is blocked or full. @type {Map<string, any>} */
const memory = new Map();

/** Of two decisions the later one counts; of two made at once, the "no".
 * @template {{at: string, key: string, decision: string}} T @param {T} a @param {T} b */
export function later(a, b) {
  const no = (/** @type {T} */ one) => +(one.decision === "refused");
  const gap = Date.parse(a.at) - Date.parse(b.at) || no(a) - no(b);
  return gap < 0 || (!gap && a.key < b.key) ? b : a;
}

/** @param {string} key @returns {any} */
export function recall(key) {
  const held = memory.get(key) ?? null;
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key) ?? "null");
  } catch { /* blocked, or not ours */ }
  return held?.at && kept?.at ? later(held, kept) : held ?? kept;
}

/** Where there is no room, nothing older may come back instead: it goes first, with its letter.
 * @param {string} key @param {any} value @param {string[]} stale */
export function remember(key, value, ...stale) {
  const before = recall(key);
  const put = (/** @type {any} */ what) => localStorage.setItem(key, JSON.stringify(what));
  memory.set(key, value);
  try {
    try {
      put(value);
    } catch {
      [key, ...stale].forEach((old) => localStorage.removeItem(old));
      put(value);
    }
    memory.delete(key);
  } catch {
    try {
      if (before?.key && before.key === value.key) put(before); // the same decision, less its receipt
    } catch { /* then in memory only */ }
  }
  mark();
}

/** @param {string} key */
export function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch { /* blocked */ }
  mark();
}

/** Hold in memory, too, what is stored.
 * @param {string} key @param {any} value */
export const hold = (key, value) => memory.set(key, value);

function mark() {
  try {
    pending().length ? localStorage.setItem(WAITS, "1") : localStorage.removeItem(WAITS);
  } catch { /* blocked, or full: then whoever was to be told looks on the next visit */ }
}

/** Forget what only this page holds. What is stored may be newer than this tab sees.
 * @param {string} key */
export const drop = (key) => memory.delete(key);

/** The slots of everything not yet delivered. @returns {string[]} */
export function pending() {
  let keys = [...memory.keys()];
  try {
    keys = keys.concat(Object.keys(localStorage));
  } catch { /* blocked */ }
  return [...new Set(keys)].filter((k) => k.startsWith(QUEUE)).map((k) => k.slice(QUEUE.length));
}

/** 128 random bits as 22 characters of base64url. */
export const randomId = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);
