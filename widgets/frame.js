// In a frame on another site's page: tells that page, and no other, how high it is and what was done.
// The protocol is in README.md; the API names the parent, which it has let in.

const { parent: origin = "" } = document.body.dataset;

const sheet = new CSSStyleSheet();
sheet.replaceSync("html{overflow:hidden}body{margin:0}");
document.adoptedStyleSheets = [sheet];

/** The browser drops it where the page around is of another origin.
 * @param {string} type @param {Record<string, unknown>} more */
const tell = (type, more) => parent.postMessage({ clausepress: 1, type, ...more }, origin);

const tellHeight = () => {
  const { height } = document.documentElement.getBoundingClientRect();
  tell("height", { height: Math.ceil(height) });
};
new ResizeObserver(tellHeight).observe(document.documentElement);
for (const ms of [1_000, 4_000, 12_000]) setTimeout(tellHeight, ms); // embed.js may come later

for (const what of ["agree", "refuse", "receipt", "withdraw"]) {
  const name = `clausepress-${what}`;
  addEventListener(name, (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    tell("event", { name, detail });
  });
}

addEventListener("message", ({ source, origin: from, data }) => {
  if (source !== parent || from !== origin || data?.clausepress !== 1) return;
  if (data.type !== "theme") return;
  for (const [name, value] of Object.entries(data.properties ?? {})) {
    if (/^--clausepress-[a-z-]+$/.test(name) && typeof value === "string") {
      document.documentElement.style.setProperty(name, value);
    }
  }
});

tell("ready", {});
