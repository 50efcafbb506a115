// Checks a receipt in the browser: the record is the entry, the log holds it, the log signed so.
// The same steps as `clausepress verify` takes (C2SP signed-note and tlog-proof, RFC 9162).

/** @import { Receipt } from "./types.d.ts" */

/** Why a receipt is not good, as the end of a message's name; "unable" says nothing about it.
 * @typedef {"malformed" | "altered" | "signature" | "stranger" | "unable"} Fault */

class Bad extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/** @param {unknown} holds @param {Fault} fault @returns {asserts holds} */
function must(holds, fault) {
  if (!holds) throw new Bad(fault);
}

const utf8 = new TextEncoder();

/** @param {string} text standard base64 in its one spelling */
function bytes(text) {
  must(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, "malformed");
  const raw = atob(text);
  must(btoa(raw) === text, "malformed");
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

/** @param {string} text */
function whole(text) {
  must(/^(0|[1-9][0-9]{0,14})$/.test(text), "malformed");
  return Number(text);
}

/** @param {...Uint8Array} parts */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** @param {...Uint8Array} parts */
const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

/** @param {Uint8Array} a @param {Uint8Array} b */
const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Keys sorted, no spaces. @param {any} value @returns {string} */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || !value) return JSON.stringify(value);
  const pairs = Object.keys(value).sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${pairs.join(",")}}`;
}

/** `name+id+base64`, whose id is that of name and key. @param {string} text */
async function keyOf(text) {
  const [name, id, ...rest] = text.split("+");
  must(name && id && rest.length && !/\s/.test(name), "malformed");
  const data = bytes(rest.join("+"));
  must(data.length === 33 && data[0] === 1, "malformed");
  const hash = (await sha256(utf8.encode(`${name}\n`), data)).slice(0, 4);
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  must(hex === id, "malformed");
  return { name, hash, raw: data.slice(1) };
}

/** The text of a note that this key signed.
 * @param {string} note @param {string} verifier */
async function opened(note, verifier) {
  const { name, hash, raw } = await keyOf(verifier);
  const end = note.lastIndexOf("\n\n");
  // deno-lint-ignore no-control-regex -- a note holds none
  must(end >= 0 && note.endsWith("\n") && !/[\x00-\x09\x0b-\x1f]/.test(note), "malformed");
  const text = note.slice(0, end + 1);
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"])
    .catch(() => must(false, "unable"));
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [, who, what] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    must(who, "malformed");
    const signature = bytes(what);
    if (who !== name || !equal(signature.slice(0, 4), hash)) continue;
    const good = await crypto.subtle.verify(
      "Ed25519",
      /** @type {CryptoKey} */ (key),
      signature.slice(4),
      utf8.encode(text),
    );
    must(good, "signature");
    return { text, name };
  }
  throw new Bad("signature");
}

/** The root that a path leads to, RFC 9162 section 2.1.3.2.
 * @param {Uint8Array} leaf @param {number} index @param {number} size @param {Uint8Array[]} path */
async function rootOf(leaf, index, size, path) {
  let position = index, last = size - 1, value = leaf;
  const half = (/** @type {number} */ n) => Math.floor(n / 2); // >> is for 32 bits
  for (const sibling of path) {
    must(last > 0, "altered");
    if (position % 2 || position === last) {
      value = await sha256(Uint8Array.of(1), sibling, value);
      while (position % 2 === 0 && position) {
        position = half(position);
        last = half(last);
      }
    } else {
      value = await sha256(Uint8Array.of(1), value, sibling);
    }
    position = half(position);
    last = half(last);
  }
  must(last === 0, "altered");
  return value;
}

/** Resolves with the place in the log; rejects with an error whose `fault` says why.
 * @param {Receipt} receipt @param {string} key the log's verifier key, not the receipt's word for it
 * @returns {Promise<{index: number, size: number, origin: string}>} */
async function checked(receipt, key) {
  const { id, entry, record, proof } = receipt;
  const fields = JSON.parse(entry);
  must(canonical(fields) === entry && canonical(record) === entry, "altered");
  must(fields.id === id, "altered");
  const [, first, lines, note] =
    /^c2sp\.org\/tlog-proof@v1\nindex (\d+)((?:\n[^\n]+)*)\n\n([^]*)$/.exec(proof) ?? [];
  must(first, "malformed");
  const index = whole(first);
  const path = lines.split("\n").slice(1).map(bytes);
  must(path.every((hash) => hash.length === 32), "malformed");
  const { text, name } = await opened(note, key);
  const [origin, count, root] = text.split("\n");
  must(origin === name, "signature");
  const size = whole(count);
  must(index < size, "altered");
  const leaf = await sha256(Uint8Array.of(0), utf8.encode(entry));
  must(equal(await rootOf(leaf, index, size, path), bytes(root)), "altered");
  return { index, size, origin };
}

/** The keys of a log as it publishes them: that of now first, then all that a list names which the
 * one of now signed.
 * @param {URL} api @returns {Promise<string[]>} */
export async function keysOf(api) {
  const text = async (/** @type {string} */ path) => {
    const answer = await fetch(new URL(path, api), {
      credentials: "omit",
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`${answer.url}: HTTP ${answer.status}`);
    return (await answer.text()).trim();
  };
  const key = await text("log/key");
  try {
    const list = await opened(`${await text("log/keys")}\n`, key);
    return [key, ...list.text.split("\n").slice(1).filter(Boolean)];
  } catch {
    return [key];
  }
}

/** Check a receipt against the log's keys.
 * @param {Receipt} receipt @param {string[]} keys those of the log
 * @returns {Promise<{fault: Fault} | {fault?: undefined, index: number, size: number, origin: string}>} */
export async function check(receipt, keys) {
  try {
    must(globalThis.crypto?.subtle, "unable"); // a page without https has none
    // While a log changes its key, both sign: then the other one does as well.
    const own = keys.find((key) => key === receipt.verifier_key);
    const signer = own ?? keys.find((key) => receipt.proof.includes(`\n— ${key.split("+")[0]} `));
    must(signer, "stranger");
    return await checked(receipt, signer).catch((error) => {
      // A note that says nothing of the log's key is another's.
      throw !own && error.fault === "signature" ? new Bad("stranger") : error;
    });
  } catch (error) {
    return { fault: error instanceof Bad ? error.fault : "malformed" };
  }
}
