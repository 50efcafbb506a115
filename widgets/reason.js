// Why a record was not made.

/** @import { Outcome, Texts } from "./types.d.ts" */

/** @type {Record<string, string>} */
const WORDS = { "digest-mismatch": "problem-digest-mismatch" };

/** What the server said against a record, in the reader's language where we have the words.
 * @param {Extract<Outcome, {state: "refused"}>} outcome @param {Texts} text */
export const reasonOf = ({ code, reason }, text) =>
  text[WORDS[code]] ?? (reason || text["problem-unknown"]);
