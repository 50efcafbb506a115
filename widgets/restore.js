// Takes over the refusal that a cookie holds.

import { later, QUEUE } from "./store.js";

/** @import * as Store from "./store.js" */
/** @import { Kept } from "./types.d.ts" */

const SUBJECT = "clausepress:subject";

/** Put it into the storage, unless what is there is later.
 * @param {string} value the cookie's @param {string} slot
 * @param {Pick<typeof Store, "forget" | "recall" | "remember">} store the page's own
 * @returns {Kept | undefined} what it has ended */
export function restore(value, slot, { forget, recall, remember }) {
  const place = `clausepress:${slot}`, letter = QUEUE + slot, stored = recall(place);
  try {
    const { subject, services, purposes: main, ...kept } = JSON.parse(atob(value));
    const purposes = { ...services, ...main };
    if (Object.values(purposes).some((allowed) => allowed !== false)) return;
    const names = Object.fromEntries(Object.keys(main).map((id) => [id, id]));
    const refusal = { ...kept, purposes, decision: "refused", labels: {}, names, clear: {} };
    // The form names somebody new, at the server's time. As each decision here clears the cookie, what
    // the form has left is the last word, whatever the clocks say.
    const known = recall(SUBJECT), own = known === subject;
    if (stored?.key === kept.key || stored && own && later(stored, refusal) === stored) return;
    if (known === null) remember(SUBJECT, subject);
    remember(place, refusal);
    if (recall(letter)?.decision === "given") forget(letter);
    return stored;
  } catch { /* not ours */ }
}
