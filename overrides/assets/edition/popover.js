// A small box beside what opened it: Escape or a click elsewhere closes it, and the focus goes back.

/**
 * Open a box below an element and move the focus into it.
 * @param {HTMLElement} box - an element with the attribute popover
 * @param {Element} opener
 */
export function openBeside(box, opener) {
  const place = opener.getBoundingClientRect();
  box.showPopover();
  const room = document.documentElement.clientWidth - box.offsetWidth - 8;
  box.style.left = `${scrollX + Math.max(8, Math.min(place.left, room))}px`;
  box.style.top = `${scrollY + place.bottom + 4}px`;
  box.querySelector("a")?.focus({ preventScroll: true });
}

/**
 * Whether a click asks for what it opens in this page, not for a new tab or window.
 * @param {MouseEvent} event
 */
export function isPlain(event) {
  return event.button === 0 &&
    !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}
