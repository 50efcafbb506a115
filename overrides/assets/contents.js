// The list of contents beside a text follows the scroll.

const LINE = 120; // px from the top: what is above has been reached

const box = document.querySelector(
  ".md-sidebar--secondary .md-sidebar__scrollwrap",
);
const wide = matchMedia("(min-width: 60em)"); // where the list is beside the text
/** @type {[HTMLAnchorElement, HTMLElement][]} */
const entries = [];
for (const link of box?.querySelectorAll("a") ?? []) {
  const target = document.getElementById(
    decodeURIComponent(link.hash.slice(1)),
  );
  if (target) entries.push([link, target]);
}
/** @type {HTMLAnchorElement | undefined} */
let active;
let asked = 0;

function follow() {
  asked = 0;
  const root = document.documentElement;
  const ended = scrollY > 0 && scrollY + innerHeight >= root.scrollHeight - 2;
  const line = ended ? innerHeight : LINE;
  const next = entries.findLast(([, target]) => target.getBoundingClientRect().top <= line)?.[0];
  if (next === active) return;
  for (const each of [active, next]) {
    each?.classList.toggle("md-nav__link--active", each === next);
  }
  active?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "location");
  active = next;
  if (!(box && next)) return;
  const outer = box.getBoundingClientRect();
  const inner = next.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    box.scrollTop += inner.top - outer.top - box.clientHeight / 2;
  }
}

addEventListener("scroll", () => {
  if (wide.matches) asked ||= requestAnimationFrame(follow);
}, { passive: true });
