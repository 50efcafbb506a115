// Takes over the refusal that a cookie holds.

import { erase } from "./kept.js";
import { later, QUEUE, randomId } from "./store.js";

/** @import * as Store from "./store.js" */
/** @import { Kept, Letter } from "./types.d.ts" */

const SUBJECT = "clausepress:subject";

/** Put it into the storage, unless what is there is later: then the cookie goes. The form records a no
 * under a name of its own, so a yes that this ends is withdrawn under the name it was said by.
 * @param {string} value the cookie's @param {string} slot
 * @param {Pick<typeof Store, "forget" | "recall" | "remember"> & {
 *   letter: (kept: Kept, said: Record<string, string>) => Letter}} page its storage, and its letters
 * @returns {Kept | undefined} what it has ended */
export function restore(value, slot, { forget, recall, remember, letter }) {
  const place = `clausepress:${slot}`, waiting = QUEUE + slot;
  /** @type {Kept | null} */
  const stored = recall(place);
  try {
    const bytes = Uint8Array.from(atob(value), (one) => one.charCodeAt(0));
    const said = JSON.parse(new TextDecoder().decode(bytes));
    const { subject, services, label, purposes: main, ...kept } = said;
    const purposes = { ...services, ...main };
    if (Object.values(purposes).some((allowed) => allowed !== false)) return;
    if (stored?.key === kept.key) return;
    const names = Object.fromEntries(Object.keys(main).map((id) => [id, id]));
    const refusal = { ...kept, purposes, decision: "refused", labels: {}, names, clear: {} };
    // The form names somebody new, at the server's time. As each decision here clears the cookie, what
    // the form has left is the last word, whatever the clocks say.
    const known = recall(SUBJECT);
    if (stored && known === subject && later(stored, refusal) === stored) {
      erase(/:(.*)@/.exec(slot)?.[1]);
      return;
    }
    const ms = Math.max(Date.parse(kept.at), Date.parse(stored?.at ?? "") + 1 || 0);
    const at = new Date(ms).toISOString(); // so that other tabs, too, find it later
    if (known === null) remember(SUBJECT, subject);
    remember(place, { ...refusal, at });
    if (recall(waiting)?.decision === "given") forget(waiting);
    if (stored?.decision === "given" && label) { // said on the form
      const off = Object.fromEntries(Object.keys(stored.purposes).map((id) => [id, false]));
      const no = { ...stored, purposes: off, decision: refusal.decision, at, key: randomId() };
      const how = { decision: "withdrawn", surface: "form", label, claimed_at: kept.at };
      remember(waiting, letter(no, how));
    }
    return stored ?? undefined;
  } catch { /* not ours */ }
}
