// Google's consent mode, version 2, for an element that asks for it:
// consent-mode="analytics_storage=analytics ad_storage,ad_user_data,ad_personalization=adverts"

/** @import { Widget } from "./types.d.ts" */

/** @type {any} */
const page = globalThis;

/** The storages of which a default is said. @type {Set<string>} */
const known = new Set();
/** What was said last. @type {Record<string, string>} */
let last = {};

/** gtag.js reads only what was an `arguments` object. @param {unknown[]} _command */
function gtag(..._command) {
  try {
    page.dataLayer ??= [];
    page.dataLayer.push(arguments);
  } catch (error) { // of what the page has made of it
    console.error(error);
  }
}

/** Say what may be stored: at first that nothing may, unless the page has said so itself in time.
 * @param {Iterable<Widget>} hosts */
export function signal(hosts) {
  /** What is said to each storage. @type {Map<string, unknown[]>} */
  const said = new Map(Object.keys(last).map((name) => [name, []]));
  for (const host of hosts) {
    const { choice } = host;
    for (const pair of host.getAttribute("consent-mode")?.match(/\S+/g) ?? []) {
      const [names, purpose] = pair.split("=");
      for (const name of names.split(",")) {
        said.set(name, [...said.get(name) ?? [], ...(choice ? [choice.purposes[purpose]] : [])]);
      }
    }
  }
  const added = [...said.keys()].filter((name) => !known.has(name));
  if (added.length) {
    for (const entry of Array.isArray(page.dataLayer) ? page.dataLayer : []) { // whatever else the page has put there
      if (entry?.[0] !== "consent" || entry[1] !== "default") continue;
      Object.keys(entry[2] ?? {}).forEach((name) => known.add(name));
    }
    const silent = added.filter((name) => !known.has(name)).map((name) => [name, "denied"]);
    if (silent.length) gtag("consent", "default", Object.fromEntries(silent));
    added.forEach((name) => known.add(name));
  }
  const now = Object.fromEntries(
    [...said].filter(([name, all]) => all.length || name in last).map(([name, all]) => [
      name,
      all.length && all.every((yes) => yes === true) ? "granted" : "denied", // one no is a no
    ]),
  );
  if (JSON.stringify(now) === JSON.stringify(last)) return;
  last = now;
  gtag("consent", "update", now);
}
