// A ¶ beside each clause, which opens its links: the permanent one to copy, its history, its
// counterpart in another language.

import { isPlain, openBeside } from "./popover.js";

/** @param {HTMLElement} text */
export function addClauseLinks(text) {
  const template = document.querySelector("#cp-tools");
  if (!(template instanceof HTMLTemplateElement)) return;
  const box = template.content.querySelector("div")?.cloneNode(true);
  if (!(box instanceof HTMLElement)) return;
  text.after(box);
  const links = [...box.querySelectorAll("a")];
  const pages = links.map((link) => link.href);
  const status = box.querySelector("[role=status]");
  const { open = "", introduction = "" } = template.dataset;

  for (const clause of text.querySelectorAll("section.cp-clause")) {
    const link = document.createElement("a");
    link.className = "cp-permalink";
    link.href = `${pages[0]}#${clause.id}`;
    link.textContent = "¶";
    link.setAttribute(
      "aria-label",
      open.replace("{name}", () => nameOf(clause) || introduction),
    );
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      if (!isPlain(event)) return;
      event.preventDefault();
      links.forEach((each, at) => each.href = `${pages[at]}#${clause.id}`);
      box.setAttribute("aria-label", link.getAttribute("aria-label") ?? "");
      if (status) status.textContent = "";
      openBeside(box, link);
    });
    clause.prepend(link);
  }

  box.querySelector("button")?.addEventListener("click", async () => {
    if (!(status instanceof HTMLElement)) return;
    try {
      await navigator.clipboard.writeText(links[0].href);
      status.textContent = status.dataset.done ?? "";
    } catch {
      status.textContent = status.dataset.failed ?? ""; // not on HTTPS, or not allowed
    }
  });
}

/**
 * The number of a clause, else the beginning of its heading or text.
 * @param {Element} clause
 */
function nameOf(clause) {
  const first = clause.querySelector(":scope > :is(h2, h3, h4, h5, h6, p)");
  const named = first?.querySelector(".cp-number") ?? first;
  return (named?.textContent ?? "").trim().slice(0, 40);
}
