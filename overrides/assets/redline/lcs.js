// The longest common subsequence of two streams, many cells of its table at a time.
//
// Hyyrö, "Bit-parallel LCS-length computation revisited", 2004. Streams are strings of one UTF-16
// unit a token. Of several longest ones it is that found from the end by leaving out tokens of the
// old stream first, then of the new one.

const BITS = 32;

/** Rows of the table: bit c of row r is 0 where the old token c makes the longest common
 * subsequence with the new tokens up to r longer.
 * @param {string} old @param {string} now @param {(row: number, bits: Uint32Array) => void} see */
function table(old, now, see) {
  const words = Math.ceil(old.length / BITS);
  const { first, masks } = placesOf(old, words);
  const row = new Uint32Array(words).fill(0xffffffff);
  for (let at = 0; at < now.length; at++) {
    const mask = first.get(now.charCodeAt(at));
    if (mask !== undefined) {
      let carry = 0;
      for (let word = 0; word < words; word++) {
        const bits = row[word];
        const both = (bits & masks[mask + word]) >>> 0;
        const sum = bits + both + carry; // below 2 ** 34: exact
        carry = sum > 0xffffffff ? 1 : 0;
        row[word] = sum | (bits & ~both);
      }
    }
    see(at, row);
  }
  return row;
}

/** The places of each token as bits, and where in them those of a token begin.
 * @param {string} stream @param {number} words */
function placesOf(stream, words) {
  /** @type {Map<number, number>} */
  const first = new Map();
  for (let at = 0; at < stream.length; at++) {
    const code = stream.charCodeAt(at);
    if (!first.has(code)) first.set(code, first.size * words);
  }
  const masks = new Uint32Array(first.size * words);
  for (let at = 0; at < stream.length; at++) {
    const mask = /** @type {number} */ (first.get(stream.charCodeAt(at)));
    masks[mask + (at >>> 5)] |= 1 << (at & 31);
  }
  return { first, masks };
}

/** Old and new places of the tokens that both streams keep, in order.
 * @param {string} old @param {string} now @returns {[number, number][]} */
export function kept(old, now) {
  const words = Math.ceil(old.length / BITS);
  const rows = new Uint32Array(words * now.length);
  table(old, now, (at, bits) => rows.set(bits, at * words));
  /** @param {number} row @param {number} column */
  const same = (row, column) => (rows[row * words + (column >>> 5)] >>> (column & 31)) & 1;
  /** @type {[number, number][]} */
  const pairs = [];
  let row = now.length - 1, column = old.length - 1;
  while (row >= 0 && column >= 0) {
    if (same(row, column)) column--;
    else if (row > 0 && !same(row - 1, column)) row--;
    else pairs.push([column--, row--]);
  }
  return pairs.reverse();
}

/** Share of tokens that two streams have in common, in order: 0 to 1.
 * @param {string} old @param {string} now */
export function similarity(old, now) {
  const both = old.length + now.length;
  if (!both) return 1;
  let common = old.length;
  const row = table(old, now, () => {});
  for (let at = 0; at < old.length; at++) common -= (row[at >>> 5] >>> (at & 31)) & 1;
  return 1 - (both - 2 * common) / both;
}
