// Google's consent mode, version 2, for an element that asks for it:
// consent-mode="analytics_storage=analytics ad_storage,ad_user_data,ad_personalization=adverts"

/** @import { Widget } from "./types.d.ts" */

/** @type {any} */
const page = globalThis;

/** Elements that said what may be stored. @type {WeakSet<Widget>} */
const told = new WeakSet();

/** gtag.js reads only what was an `arguments` object. @param {unknown[]} _command */
function gtag(..._command) {
  page.dataLayer ??= [];
  page.dataLayer.push(arguments);
}

/** Say what may be stored: at first that nothing may, unless the page has said so itself in time.
 * @param {Widget} host */
export function signal(host) {
  const pairs = host.getAttribute("consent-mode")?.trim().split(/\s+/).map((one) => one.split("="));
  if (!pairs?.length) return;
  const state = (/** @type {(purpose: string) => unknown} */ may) =>
    Object.fromEntries(
      pairs.flatMap(([names, purpose]) =>
        names.split(",").map((name) => [name, may(purpose) ? "granted" : "denied"])
      ),
    );
  const said = [...page.dataLayer ?? []].some(([name, what]) =>
    name === "consent" && what === "default"
  );
  if (!said) gtag("consent", "default", state(() => false));
  if (!host.choice && !told.has(host)) return;
  told.add(host);
  gtag("consent", "update", state((purpose) => host.choice?.purposes[purpose]));
}
