// What a page has between the tags for a form without scripts.

/** @typedef {Record<string, string | null>} Attributes null where there is none */

/** What makes a button more than one that sends its form. @type {Attributes} */
const PLAIN = {
  type: "submit",
  name: null,
  formaction: null,
  formenctype: null,
  formmethod: null,
  formnovalidate: null,
  formtarget: null,
};

/** It is no part of the form as long as the element is there, but for its button: Enter in a field
 * presses a form's first, and a disabled one would send nothing.
 * @param {HTMLElement} host @param {AbortSignal} signal */
export function setAside(host, signal) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const controls = host.querySelectorAll(":is(input, select, textarea, button):not([disabled])");
  for (const control of controls) {
    /** @type {Attributes} */
    const now = /submit|image/.test(control.type) ? PLAIN : { disabled: "" };
    const before = Object.keys(now).map((name) => [name, control.getAttribute(name)]);
    write(control, now);
    signal.addEventListener("abort", () => write(control, Object.fromEntries(before)));
  }
}

/** @param {Element} control @param {Attributes} attributes */
function write(control, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    value === null ? control.removeAttribute(name) : control.setAttribute(name, value);
  }
}
