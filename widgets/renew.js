// A "no" that the server would not record, since the text has changed meanwhile.

import { randomId } from "./store.js";

/** @import { InForce, Letter, Site } from "./types.d.ts" */

/** The same "no" about the text now in force, or null when there is no other.
 * @param {Letter} letter
 * @param {(site: Pick<Site, "base" | "policy" | "lang">, anew: boolean) => Promise<InForce>} inForce
 * @returns {Promise<Letter | null>} */
export async function renew(letter, inForce) {
  try {
    const { policy: id, purposes } = letter.body;
    const site = { base: new URL(letter.base), policy: String(id), lang: letter.lang };
    const { policy, version, lang, edition } = await inForce(site, true);
    const optional = policy.cookies?.purposes.filter((p) => !p.required) ?? [];
    const body = {
      ...letter.body,
      version: version.id,
      lang,
      text_digest: edition.text_digest,
      ...(purposes && { purposes: Object.fromEntries(optional.map((p) => [p.id, false])) }),
    };
    if (JSON.stringify(body) === JSON.stringify(letter.body)) return null;
    const material = policy.cookies?.digest;
    return { ...letter, body, material, idempotency: randomId() }; // other content, so another key
  } catch {
    return null;
  }
}
