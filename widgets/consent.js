// What a page's own scripts may ask of its cookie element, and say for the visitor.

/** @import { Choice, Widget } from "./types.d.ts" */

/** A module's file; see the loader. @param {string} name @param {string} _lang */
const file = (name, _lang) => `./${name}.js`;

const element = () => /** @type {Widget | null} */ (document.querySelector("clausepress-cookies"));

/** Is a purpose, or one service of it, allowed? @param {string} id */
export const get = (id) => element()?.choice?.purposes[id] === true;

/** Record what the visitor chose on the page itself; what is not named is refused.
 * @param {Record<string, boolean>} purposes @param {string} [label] what was pressed, for the record */
export async function set(purposes, label) {
  await customElements.whenDefined("clausepress-cookies");
  const host = element();
  if (!host) throw new Error("there is no <clausepress-cookies> on this page");
  await tell(host, purposes, label);
}

/** When what is in force was said, or what is kept and may yet come into force.
 * @param {Widget} host @returns {string} */
export function since({ choice, key }) {
  try {
    return choice?.at ?? JSON.parse(localStorage[key ?? ""]).at ?? "";
  } catch { // nothing, or blocked
    return "";
  }
}

/** The same to one of several elements.
 * @param {Widget} host @param {Record<string, boolean>} purposes @param {string} [label]
 * @param {string} [at] */
export async function tell(host, purposes, label, at = since(host)) {
  const { mount } = await import(file("cookies", host.matches(":lang(zh)") ? "zh" : "en"));
  host.ui ??= mount(host);
  if (!host.ui?.set) throw new Error("the <clausepress-cookies> has been taken from the page");
  await host.ui.set(purposes, label, at);
}

/** @param {string} [label] what was pressed, for the record */
export const withdraw = (label) => set({}, label);

/** Show the settings. */
export const open = () => element()?.open();

/** The first choice in force: the one that is kept, or the one the visitor makes.
 * @type {Promise<Choice>} */
export const ready = new Promise((known) => {
  const choice = element()?.choice;
  if (choice) known(choice);
  addEventListener("clausepress-choice", (event) => {
    const { detail } = /** @type {CustomEvent<Choice | null>} */ (event);
    if (detail) known(detail);
  });
});
