// Where a link to a clause of an earlier version leads: on to where the clause went, saying so.

const NOTE = "cp-arrived";

/** Look at the fragment of the address, and say what it means where it is no clause of this text. */
export function arrive() {
  document.querySelector(`.${NOTE}`)?.remove();
  const name = fragment();
  if (!name || name.startsWith("__")) return; // the theme's own
  const entry = document.getElementById(name);
  const { to, name: former } = entry?.dataset ?? {};
  const target = to ? document.getElementById(to) : null;
  if (target && to) {
    location.replace(`#${to}`);
    // The change of address calls this again, and the note is to stay.
    addEventListener(
      "hashchange",
      () => {
        const said = note("moved", former ?? name);
        target.prepend(said);
        open(said);
        const room = target.getBoundingClientRect().top -
          said.getBoundingClientRect().bottom;
        if (said.popover && room < 8) scrollBy(0, room - 8);
      },
      {
        once: true,
      },
    );
  } else if (!entry) {
    const said = note("unknown", name);
    document.querySelector("article h1")?.after(said);
    open(said);
    said.focus();
  }
}

/**
 * @param {"moved" | "unknown"} what
 * @param {string} name
 */
function note(what, name) {
  const template = document.querySelector("#cp-arrival");
  const made = document.createElement("p");
  if (!(template instanceof HTMLTemplateElement)) return made;
  made.className = `cp-notice ${NOTE}`;
  made.setAttribute("role", "status");
  made.tabIndex = -1;
  made.textContent = (template.dataset[what] ?? "").replace(
    "{name}",
    () => name,
  );
  return made;
}

/**
 * Lays a note over the text, which is not to move; Escape or a click closes it.
 * @param {HTMLElement} said
 */
function open(said) {
  if (!("showPopover" in said)) return; // then it stands in the text
  said.popover = "auto";
  said.classList.replace("cp-notice", "cp-popover");
  said.showPopover();
}

function fragment() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1); // a half of an escape
  }
}
