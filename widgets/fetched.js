// What is asked for once on a page: the words, and what the server publishes.

/** @import { Texts } from "./types.d.ts" */

export const SOON = 5_000; // ms for a file to come before we go on without it

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/** @param {URL} url @param {RequestCache} cache @returns {Promise<any>} */
export function fetchOnce(url, cache) {
  const known = cache === "reload" ? undefined : fetched.get(url.href);
  if (known) return known;
  const coming = fetch(url, {
    credentials: "omit",
    cache,
    signal: AbortSignal.timeout(SOON),
  }).then((answer) => {
    if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
    return answer.json();
  });
  fetched.set(url.href, coming);
  coming.catch(() => fetched.delete(url.href)); // a failure is not remembered
  return coming;
}

// A build's file has the words of one language, and is in that one whatever the page has become while it
// came: there these two are others.

/** @param {string} lang @returns {Promise<Texts>} */
export const texts = (lang) =>
  fetchOnce(new URL(`messages/${lang}.json`, import.meta.url), "default");

/** @param {HTMLElement} host */
export const langOf = (host) => ["zh", "en"].find((l) => host.matches(`:lang(${l})`)) ?? "en";
