// Lets a reader put a notice away in this browser. That says nothing to anyone and agrees to nothing.
const key = (notice) => `clausepress:notice:${notice.dataset.notice}`;
const buttons = () => document.querySelectorAll(".cp-announce button");

function isAway(notice) {
  try {
    return localStorage.getItem(key(notice)) !== null;
  } catch {
    return false; // storage is switched off: the notice stays
  }
}

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

function remove(notice) {
  const banner = notice.closest(".md-banner");
  notice.remove();
  if (!banner.textContent.trim()) banner.remove();
}

for (const notice of document.querySelectorAll(".cp-announce")) {
  if (isAway(notice)) remove(notice);
}
for (const button of buttons()) {
  button.hidden = false;
  button.addEventListener("click", () => putAway(button.closest(".cp-announce")));
}
