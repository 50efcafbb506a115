// Decisions that no other replaces: each is sent once, and in the order in which they were made.

import { deliver, retry } from "./core.js";
import { hold, pending, QUEUE, recall, remember } from "./store.js";

/** @import { Letter } from "./types.d.ts" */

/** Keep a decision until the server has it; where its slot has a letter that waits, that one goes, not
 * another.
 * @param {Letter} letter */
export function send(letter) {
  const place = QUEUE + letter.slot, free = !waits(letter.slot);
  if (free) {
    remember(place, letter);
    hold(place, letter); // the storage may be cleared meanwhile
  } else retry();
  deliver(letter.slot, free);
}

/** @param {string} slot */
export const waits = (slot) => !!recall(QUEUE + slot);

/** Deliver first what waits of this person about these texts: a no that arrives after a newer yes would
 * end it.
 * @param {Pick<Letter, "url" | "body">[]} letters what is to follow
 * @returns {Promise<boolean>} whether nothing waits any more */
export async function settled(letters) {
  const of = (/** @type {Pick<Letter, "url" | "body"> | null} */ letter) =>
    JSON.stringify([letter?.url, letter?.body?.subject, letter?.body?.policy]);
  const about = letters.map(of);
  const before = () => pending().filter((slot) => about.includes(of(recall(QUEUE + slot))));
  const slots = before();
  if (slots.length) retry();
  await Promise.allSettled(slots.map((slot) => deliver(slot)));
  return !before().length;
}
