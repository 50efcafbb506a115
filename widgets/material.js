// What cookies are asked about today, for a page whose HTML does not say it.

/** The digest in policies.json. Rejects when it cannot be had.
 * @param {HTMLElement} host @returns {Promise<string | undefined>} */
export async function material(host) {
  const base = host.getAttribute("base")?.replace(/\/?$/, "/") ??
    import.meta.url.replace(/(.*)widgets\/.*/, "$1");
  const answer = await fetch(new URL("policies.json", new URL(base, document.baseURI)), {
    credentials: "omit",
    cache: "no-cache",
  });
  /** @type {import("./types.d.ts").Policies} */
  const { policies } = await answer.json();
  return policies.find(({ id }) => id === host.getAttribute("policy"))?.cookies?.digest;
}
