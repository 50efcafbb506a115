// Clears what a purpose has left behind: cookies that scripts can see, and keys of localStorage.

/** @import { Kept } from "./types.d.ts" */

/** Of each purpose that is no longer allowed: its names are exact, or a beginning when one ends in "*".
 * @param {Kept} before @param {Kept} now */
export function clear(before, { purposes, clear }) {
  const names = Object.entries({ ...before.clear, ...clear })
    .filter(([id]) => before.purposes[id] === true && purposes[id] !== true)
    .flatMap(([, names]) => names);
  if (names.length) wipe(names);
}

/** @param {string[]} names */
function wipe(names) {
  const known = (/** @type {string} */ one) =>
    !one.startsWith("clausepress") && // that is ours, and has the choice itself
    names.some((name) => name.endsWith("*") ? one.startsWith(name.slice(0, -1)) : one === name);
  for (const pair of document.cookie.split("; ")) {
    const name = pair.split("=", 1)[0];
    if (known(name)) {
      for (const where of places()) document.cookie = `${name}=;Max-Age=0${where}`;
    }
  }
  try {
    Object.keys(localStorage).filter(known).forEach((key) => localStorage.removeItem(key));
  } catch { /* blocked */ }
}

/** Where a cookie of this page may have been set: for this host alone, or for any domain above it; at
 * the root, or at a folder of the address. It only goes when named with its own domain and path. */
function places() {
  const labels = location.hostname.split(".");
  const domains = ["", ...labels.map((_, i) => `;Domain=${labels.slice(i).join(".")}`)];
  const steps = location.pathname.split("/").slice(1);
  const paths = new Set(["/"]);
  steps.forEach((_, i) => paths.add("/" + steps.slice(0, i + 1).join("/")));
  steps.slice(0, -1).forEach((_, i) => paths.add("/" + steps.slice(0, i + 1).join("/") + "/"));
  const secure = location.protocol === "https:" ? [";Secure", ";Secure;Partitioned"] : [""];
  return domains.flatMap((domain) =>
    [...paths].flatMap((path) => secure.map((flags) => `${domain};Path=${path}${flags}`))
  );
}
