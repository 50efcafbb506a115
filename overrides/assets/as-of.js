// Answers "what applied on this day?" from the table of the page; nothing is asked of a server.

/** @param {string} selector @returns {HTMLElement} */
const found = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

const form = found(".cp-asof");
const input = /** @type {HTMLInputElement} */ (found(".cp-asof input"));
const status = found(".cp-asof [role=status]");
/** @type {NodeListOf<HTMLElement>} */
const rows = document.querySelectorAll(".cp-periods [data-begins]");
const dated = [...rows]; // newest first
const oldest = dated.at(-1);
const undated = document.querySelector(".cp-periods [data-undated]") !== null;
const long = new Intl.DateTimeFormat(form.dataset.locale, { dateStyle: "long", timeZone: "UTC" });

/** @param {string} iso */
const words = (iso) => long.format(new Date(iso));
/** @param {string | undefined} text @param {Record<string, string>} values */
const fill = (text = "", values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
/** Day that a row begins. @param {HTMLElement} row */
const begins = (row) => row.dataset.begins ?? "";
/** Today's date in China, which has no summer time. */
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);

/** Which sentence answers a day, and the row that it names.
 * @param {string} day @returns {[name: string, row?: HTMLElement]} */
function answer(day) {
  if (!oldest) return ["undated"];
  const row = dated.find((each) => begins(each) <= day);
  const now = today();
  if (!row && undated) return ["unknown"];
  if (!row) return [begins(oldest) > now ? "ahead" : "before"];
  if (day === now) return ["present", row];
  return [day < now ? "past" : "future", row];
}

/** @param {string} day */
function show(day) {
  const [name, row] = answer(day);
  const link = row?.querySelector("a");
  const version = link?.textContent ?? "";
  const first = oldest ? words(begins(oldest)) : "";
  status.textContent = fill(form.dataset[name], { date: words(day), version, first });
  if (undated && row) status.append(" ", form.dataset.doubt ?? "");
  if (link) {
    const read = link.cloneNode();
    read.textContent = fill(form.dataset.read, { version });
    status.append(" ", read);
  }
  for (const each of dated) {
    if (each === row) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Answers the date in the address, so that an answer can be linked to. */
function showAddress() {
  const text = decoded(location.hash.slice(1));
  if (!text || document.getElementById(text)) return;
  input.value = text; // a browser empties it when the text is no date
  if (input.value) show(input.value);
  else status.textContent = fill(form.dataset.invalid, { text });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `#${input.value}`);
  show(input.value);
});
addEventListener("hashchange", showAddress);
showAddress();
