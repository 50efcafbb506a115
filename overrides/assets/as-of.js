// Answers "what applied on this day?" from the table of the page; nothing is asked of a server.
const form = document.querySelector(".cp-asof");
const input = form.querySelector("input");
const status = form.querySelector("[role=status]");
const dated = [...document.querySelectorAll(".cp-periods [data-begins]")]; // newest first
const undated = document.querySelector(".cp-periods [data-undated]") !== null;
const long = new Intl.DateTimeFormat(form.dataset.locale, { dateStyle: "long", timeZone: "UTC" });

const words = (iso) => long.format(new Date(iso));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
/** Today's date in China, which has no summer time. */
const today = () => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);

/** Which sentence answers a day, and the row that it names. */
function answer(day) {
  if (!dated.length) return ["undated"];
  const row = dated.find((each) => each.dataset.begins <= day);
  const now = today();
  if (!row && undated) return ["unknown"];
  if (!row) return [dated.at(-1).dataset.begins > now ? "ahead" : "before"];
  if (day === now) return ["present", row];
  return [day < now ? "past" : "future", row];
}

function show(day) {
  const [name, row] = answer(day);
  const link = row?.querySelector("a");
  const version = link?.textContent;
  const first = dated.length ? words(dated.at(-1).dataset.begins) : "";
  status.textContent = fill(form.dataset[name], { date: words(day), version, first });
  if (undated && row) status.append(" ", form.dataset.doubt);
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
form.hidden = false;
showAddress();
