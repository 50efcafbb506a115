// Lets a reader put a notice away in this browser. That says nothing to anyone and agrees to nothing.

/** @returns {NodeListOf<HTMLElement>} */
const notices = () => document.querySelectorAll(".cp-announce");
/** @param {HTMLElement} notice */
const key = (notice) => `clausepress:notice:${notice.dataset.notice}`;
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

for (const notice of notices()) {
  if (isAway(notice)) remove(notice);
}
for (const notice of notices()) {
  for (const button of notice.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => putAway(notice));
  }
}
