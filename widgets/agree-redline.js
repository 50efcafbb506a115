// The words in which the text now asked about differs from the one agreed to before, to be read.

import { fileOf } from "./clauses.js";
import { make } from "./view.js";

/** @import { Edition, Piece, Site, Texts } from "./types.d.ts" */

/** Clause by clause, with insertions and deletions marked. Rejects as `fileOf` does, and when the
 * comparison cannot be had.
 * @param {Edition} before @param {Edition} now @param {Site} site @param {Texts} text
 * @returns {Promise<Node[]>} */
export async function redline(before, now, site, text) {
  const [{ changes }, old, fresh] = await Promise.all([
    import("./changes.js"),
    fileOf(before, site),
    fileOf(now, site),
  ]);
  const { renamed, clauses } = changes(old, fresh);
  /** @param {Piece} piece */
  const word = ({ text: words, mark }) => {
    if (!mark) return words;
    const label = text[mark === "ins" ? "agree-ins" : "agree-del"];
    return make(mark, {}, make("span", { part: "said", lang: site.lang }, label), words);
  };
  const terms = renamed.map(({ old, now }) =>
    make("p", {}, word({ text: old, mark: "del" }), " ", word({ text: now, mark: "ins" }))
  );
  const parts = clauses.flatMap(({ number, name, lines }) => [
    ...(number || name ? [make("p", {}, make("b", {}, `${number} ${name}`.trim()))] : []),
    ...lines.map((line) => make("p", {}, ...line.map(word))),
  ]);
  const found = [...terms, ...parts];
  return found.length ? found : [make("p", {}, text["agree-no-words"])];
}
