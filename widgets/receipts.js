// Reads the receipts that this browser holds.

import { memory, names, PLACE } from "./book.js";

/** @import { Held } from "./types.d.ts" */

/** Those of one server, the newest first; and whether the browser keeps any at all.
 * @param {string} api @returns {{all: Held[], kept: boolean}} */
export function held(api) {
  const all = new Map(memory);
  let kept = true;
  try {
    for (const name of names()) {
      const one = read(localStorage.getItem(name));
      if (one) all.set(one.receipt.id, one);
    }
  } catch {
    kept = false;
  }
  const newest = [...all.values()].sort((a, b) => a.receipt.id < b.receipt.id ? 1 : -1);
  return { all: newest.filter((one) => one.api === api), kept };
}

/** What is not ours, or was cut short, is passed over.
 * @param {string | null} text @returns {Held | null} */
function read(text) {
  try {
    const { receipt, api, subject } = JSON.parse(text ?? "");
    const record = JSON.parse(receipt.entry);
    const { documents = [] } = record;
    const whole = typeof receipt.id === "string" && typeof record.kind === "string" &&
      typeof record.at === "string" && documents.every((/** @type {any} */ one) => one.policy);
    return whole ? { receipt, api, subject } : null;
  } catch {
    return null;
  }
}

/** Calls back when another tab gets a receipt.
 * @param {() => void} tell @param {AbortSignal} signal */
export const watch = (tell, signal) =>
  addEventListener("storage", (e) => (e.key ?? PLACE).startsWith(PLACE) && tell(), { signal });
