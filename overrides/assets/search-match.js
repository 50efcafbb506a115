// Finds clauses by words, phrases and printed numbers. Pure: it knows no page.

/**
 * A clause as it is searched: its words, and the same folded.
 * @typedef {object} Found
 * @property {Policy} policy
 * @property {string} id
 * @property {string} number
 * @property {string} heading
 * @property {string} text
 * @property {boolean} key
 * @property {string} chapter
 * @property {number[]} runs first and last place in the policy's versions, run by run
 * @property {string} form its number, whatever the numerals
 * @property {string} top number and heading, folded
 * @property {string} body text, folded
 * @property {string} around titles of chapter and policy, folded
 */
/** @typedef {[id: string, path: string, status: string]} Version */
/** @typedef {[id: string, number: string, heading: string, text: string, key: boolean, chapter: string]} Row */
/** @typedef {{ id: string, title: string, versions: Version[], clauses: [Row, number[]][] }} Policy */
/** @typedef {{ hits: Found[], whole: boolean, marks: RegExp | null }} Answer */

const UNITS = 64; // words and phrases of a query that are looked for
const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const HAN_RUN = new RegExp(`[${CJK}]+|[^${CJK}]+`, "gu");
const WORDS = /[\p{L}\p{N}]+(?:[.@_'-][\p{L}\p{N}]+)*/gu;
const ENDING = /(?:ies|ied|ie|ings?|ions?|es|ed|e|(?<!s)s|y)$/;
const ENDINGS = "(?:ies|ied|ie|ings?|ions?|es|ed|e|s|y)?";
const NUMBER =
  /^(?:第|article|section|clause|chapter|art\.?|§)?(\(?)(\d+(?:\.\d+)*|[〇零一二三四五六七八九十百]+|[ivxl]+|[a-z](?=\)))\)?(?:[条條章节節款项項]|[.、])*$/;

/** @type {Map<string, string>} */
const folded = new Map();

/** A character without width, accent and case; the same length, so that places stay. @param {string} one */
function foldOne(one) {
  let form = folded.get(one);
  if (form === undefined) {
    form = one.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    if (form.length !== one.length) form = one;
    folded.set(one, form);
  }
  return form;
}

/** @param {string} text */
export const fold = (text) => text.replace(/[^\0-@[-\x7f]/gu, foldOne);

/** @param {string} text */
function hanNumber(text) {
  let [sum, digit] = [0, 0];
  for (const one of text) {
    const unit = one === "十" ? 10 : one === "百" ? 100 : 0;
    if (unit) sum += (digit || 1) * unit;
    digit = unit ? 0 : Math.max(0, "〇一二三四五六七八九".indexOf(one));
  }
  return sum + digit;
}

/** @param {string} text */
function romanNumber(text) {
  const values = [...text].map((
    one,
  ) => ({ i: 1, v: 5, x: 10, l: 50 }[one] ?? 0));
  return values.reduce(
    (sum, each, i) => sum + (each < (values[i + 1] ?? 0) ? -each : each),
    0,
  );
}

/** A printed clause number whatever its numerals: "五、", "第五条" and "V." are all "5"; empty when it
 * is none. A bracket stays, for "(5)" counts items, not clauses. @param {string} text */
export function numberForm(text) {
  const [, bracket, number] = fold(text).replace(/\s/g, "").match(NUMBER) ?? [];
  if (!number) return "";
  if (/^\d/.test(number)) return bracket + number;
  if (/^[ivxl]+$/.test(number)) return bracket + romanNumber(number);
  return bracket + (/^[a-z]$/.test(number) ? number : hanNumber(number));
}

/** @param {Policy[]} policies @returns {Found[]} */
export const prepare = (policies) =>
  policies.flatMap((policy) =>
    policy.clauses.map(([[id, number, heading, text, key, chapter], runs]) => ({
      policy,
      id,
      number,
      heading,
      text,
      key,
      chapter,
      runs,
      form: numberForm(number),
      top: fold(`${number} ${heading}`),
      body: fold(text),
      around: fold(`${chapter} ${policy.title}`),
    }))
  );

/** @param {string} text */
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
/** A phrase of a script without spaces; white space inside it is layout. @param {string} text */
const phrase = (text) => [...text].map(escape).join("\\s*");
/** A whole word: Latin letters may touch Han characters. @param {string} text */
function word(text) {
  const inflected = /^[a-z]{4,}$/.test(text) && text.replace(ENDING, "");
  const form = inflected && inflected.length > 2 ? inflected + ENDINGS : escape(text);
  return `(?<![\\p{Ll}\\p{Nd}]|\\d\\.)${form}(?![\\p{Ll}\\p{Nd}]|\\.\\d)`;
}
/** @param {string} text */
export const isCjk = (text) => new RegExp(`[${CJK}]`, "u").test(text);

/** What to look for: each word and phrase as it is if any clause has it; else its parts, down to
 * pairs of Han characters or the beginning of a word.
 * @param {string} query @param {Set<string>} small words that tell nothing
 * @param {(unit: string) => boolean} occurs */
function unitsOf(query, small, occurs) {
  const chunks = query.match(WORDS) ?? [];
  const telling = chunks.filter((each) => !small.has(each));
  /** @type {string[]} */
  const units = [];
  let missing = false;
  const split = new RegExp(
    [...small].filter(isCjk).sort((a, b) => b.length - a.length).join("|") ||
      "$^",
    "u",
  );
  for (const chunk of (telling.length ? telling : chunks).slice(0, UNITS)) {
    const cjk = isCjk(chunk);
    const whole = cjk ? phrase(chunk) : word(chunk);
    if (occurs(whole)) {
      units.push(whole);
      continue;
    }
    missing = true;
    if (!cjk) {
      units.push(`(?<![\\p{Ll}\\p{Nd}])${escape(chunk)}`);
      continue;
    }
    for (
      const piece of chunk.split(split).flatMap((each) => each.match(HAN_RUN) ?? [])
    ) {
      const part = isCjk(piece) ? phrase(piece) : word(piece);
      const pairs = [...piece].slice(0, -1).map((one, i) => phrase(one + [...piece][i + 1]));
      units.push(...(occurs(part) || !isCjk(piece) ? [part] : pairs));
    }
  }
  return { units: [...new Set(units.slice(0, UNITS))].filter(occurs), missing };
}

/** @param {RegExp} pattern @param {string} text */
const count = (pattern, text) => text.match(pattern)?.length ?? 0;

/** Clauses that hold what is asked for, best first: those with that number, then by how much of it
 * they hold, how often and how prominently (BM25).
 * @param {Found[]} clauses @param {string} query
 * @param {{ small?: Set<string>, keep?: (clause: Found) => boolean }} [options]
 * @returns {Answer} `whole` is false when no clause holds all of it and these are the nearest */
export function find(
  clauses,
  query,
  { small = new Set(), keep = () => true } = {},
) {
  const asked = fold(query.normalize("NFC")), form = numberForm(asked);
  const all = clauses.map(({ top, body, around }) => `${top}\n${body}\n${around}`).join("\n");
  const named = clauses.map((clause) => form !== "" && clause.form === form);
  const occurs = (/** @type {string} */ unit) => new RegExp(unit, "u").test(all);
  const found = named.includes(true)
    ? {
      units: [(isCjk(asked) ? phrase : word)(asked.trim())].filter(occurs),
      missing: false,
    }
    : unitsOf(asked, small, occurs);
  const patterns = found.units.map((unit) => new RegExp(unit, "gu"));
  const tops = patterns.map((each) => clauses.map(({ top }) => count(each, top)));
  const bodies = patterns.map((each) => clauses.map(({ body }) => count(each, body)));
  const rarity = patterns.map((_, u) => {
    const holding = clauses.filter((_, c) => tops[u][c] || bodies[u][c]).length;
    return Math.log(1 + (clauses.length - holding + 0.5) / (holding + 0.5));
  });
  const total = rarity.reduce((sum, each) => sum + each, 0);
  const mean = clauses.reduce((sum, { body }) => sum + body.length, 0) / clauses.length ||
    1;
  const ranked = clauses.map((clause, c) => {
    let [score, share, own] = [0, 0, 0];
    patterns.forEach((pattern, u) => {
      const times = bodies[u][c] + 3 * tops[u][c];
      const size = 0.5 + 0.75 * clause.body.length / mean;
      score += rarity[u] * times / (times + size);
      own += times;
      if (times || count(pattern, clause.around)) share += rarity[u] / total;
    });
    if (named[c]) {
      return {
        clause,
        share: 1,
        score: 100 + score + (clause.chapter ? 0 : 10),
      };
    }
    return { clause, share: own ? share : 0, score };
  });
  const kept = ranked.filter(({ clause, share }) => share > 0 && keep(clause));
  const best = Math.max(0, ...kept.map(({ share }) => share));
  const least = best > 0.999 ? 0.999 : Math.max(0.3, best * 0.6);
  const hits = kept.filter(({ share }) => share >= least);
  hits.sort((a, b) => b.share * b.score - a.share * a.score);
  return {
    hits: hits.map(({ clause }) => clause),
    whole: best > 0.999 && !found.missing,
    marks: found.units.length ? new RegExp(found.units.join("|"), "gu") : null,
  };
}

/** A text in pieces, every second one of them marked. @param {string} text @param {RegExp | null} marks */
export function pieces(text, marks) {
  /** @type {string[]} */
  const parts = [];
  let at = 0;
  for (const match of marks ? fold(text).matchAll(marks) : []) {
    parts.push(
      text.slice(at, match.index),
      match[0] && text.slice(match.index, match.index + match[0].length),
    );
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

/** The stretch of a text that holds most marks. @param {string} text @param {RegExp | null} marks @param {number} size */
export function excerpt(text, marks, size) {
  const places = marks ? [...fold(text).matchAll(marks)].map(({ index }) => index) : [];
  const held = (/** @type {number} */ start) =>
    places.filter((place) => place >= start && place < start + size * 0.8)
      .length;
  const best = places.reduce(
    (most, each) => held(each) > held(most) ? each : most,
    places[0] ?? 0,
  );
  let start = Math.max(
    0,
    Math.min(best - Math.floor(size / 5), text.length - size),
  );
  let end = Math.min(text.length, start + size);
  const wordEnd = /[\p{Ll}\p{Lu}\p{Nd}]/u;
  while (
    start > 0 && best - start < size / 2 && wordEnd.test(text[start - 1])
  ) start -= 1;
  while (
    end < text.length && end - start < size * 1.3 && wordEnd.test(text[end])
  ) end += 1;
  return `${start ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}
