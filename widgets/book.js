// The receipts that this browser holds, as they come in.

/** @import { Held, Receipt } from "./types.d.ts" */

// Not "clausepress:…", which wakes the cookie elements of other tabs.
export const PLACE = "clausepress-receipt:";
const MOST = 40; // some 3 kB each

/** What could not be stored. @type {Map<string, Held>} */
export const memory = new Map();

/** The newest first: ids begin with the time. */
export const names = () =>
  Object.keys(localStorage).filter((name) => name.startsWith(PLACE)).sort().reverse();

/** Each receipt lies under a name of its own, so that two tabs never overwrite each other.
 * @param {Receipt} receipt @param {unknown} subject whose choice it is: only that name can take it
 * back @param {string} api */
export function hold(receipt, subject, api) {
  const held = { receipt, subject, api };
  try {
    localStorage.setItem(PLACE + receipt.id, JSON.stringify(held));
    names().slice(MOST).forEach((name) => localStorage.removeItem(name));
  } catch {
    memory.set(receipt.id, held); // blocked or full: for as long as the page lasts
  }
}
