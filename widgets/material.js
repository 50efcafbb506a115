// What cookies are asked about today, for a page whose HTML does not say it.

/** @import { Policies, Policy } from "./types.d.ts" */

/** The element's policy in policies.json. Rejects when that cannot be had.
 * @param {HTMLElement} host @returns {Promise<Policy | undefined>} */
export async function policy(host) {
  const base = host.getAttribute("base")?.replace(/\/?$/, "/") ??
    import.meta.url.replace(/(.*)widgets\/.*/, "$1");
  const answer = await fetch(new URL("policies.json", new URL(base, document.baseURI)), {
    credentials: "omit",
    cache: "no-cache",
  });
  /** @type {Policies} */
  const { policies } = await answer.json();
  return policies.find(({ id }) => id === host.getAttribute("policy"));
}

/** The digest of what it asks about. @param {HTMLElement} host */
export const material = async (host) => (await policy(host))?.cookies?.digest;
