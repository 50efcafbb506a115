// Lets a reader put a notice away in this browser. That says nothing to anyone and agrees to nothing.
// It runs in the head, so that what was put away before is never drawn.

const PREFIX = "clausepress:notice:";

/** @returns {NodeListOf<HTMLElement>} */
const notices = () => document.querySelectorAll(".cp-announce");
/** @param {HTMLElement} notice */
const key = (notice) => `${PREFIX}${notice.dataset.notice}`;
/** @returns {NodeListOf<HTMLElement>} */
const buttons = () => document.querySelectorAll(".cp-announce button");

/** @param {HTMLElement} notice */
function isAway(notice) {
  try {
    return localStorage.getItem(key(notice)) !== null;
  } catch {
    return false; // storage is switched off: the notice stays
  }
}

/** @param {HTMLElement} notice */
function putAway(notice) {
  try {
    localStorage.setItem(key(notice), "away");
  } catch {
    // It is away until the next page.
  }
  remove(notice);
  const next = buttons()[0] ?? document.querySelector("main");
  if (next.localName === "main") next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** @param {HTMLElement} notice */
function remove(notice) {
  const banner = notice.closest(".md-banner");
  notice.remove();
  if (!banner?.textContent.trim()) banner?.remove();
}

/** Hide what was put away, and the banner if nothing else is in it. */
function hide() {
  const known = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  const away = known.map((name) => `[data-notice="${CSS.escape(name.slice(PREFIX.length))}"]`)
    .join();
  if (!away) return;
  const hidden = new CSSStyleSheet();
  hidden.replaceSync(
    `${away}, .md-banner:not(:has(.cp-standing, .cp-announce:not(${away}))) { display: none; }`,
  );
  document.adoptedStyleSheets.push(hidden);
}

try {
  hide();
} catch {
  // Storage is switched off: every notice stays.
}
addEventListener("DOMContentLoaded", () => {
  for (const notice of notices()) {
    if (isAway(notice)) remove(notice);
    for (const button of notice.querySelectorAll("button")) {
      button.addEventListener("click", () => putAway(notice));
    }
  }
});
