// Two streams cut where their tables pair, so that tables are compared row by row
// (clausepress.compare.tables).

import { similarity } from "./lcs.js";

/** @import { Codes } from "./diff.js" */
/** @import { Token } from "./stream.js" */

/** @typedef {[start: number, end: number]} Range */
/** A stretch of both streams that is compared by itself; `row` is one that only one text has
 * there, `stood` where such a row of the new text stood in the old table.
 * @typedef {{ old: Range, now: Range, row: boolean, stood?: Range }} Cut */

const TABLES_LIKE = 0.3;
const ROWS_LIKE = 0.45;
const SAME_FIRST_CELL = 0.3;
const CELLS = 40_000; // old rows times new ones above which rows are paired in order only

/** The stretches of two streams, in order: text between tables, rows, cells.
 * @param {Token[]} old @param {Token[]} now @param {Codes} codes @returns {Generator<Cut>} */
export function* cutAtTables(old, now, codes) {
  let i = 0, j = 0;
  for (const [mine, theirs] of pairTables(old, now, codes)) {
    yield { old: [i, mine[0]], now: [j, theirs[0]], row: false };
    yield* cutRows(old, now, mine, theirs, codes);
    [i, j] = [mine[1], theirs[1]];
  }
  yield { old: [i, old.length], now: [j, now.length], row: false };
}

/** @param {Token[]} old @param {Token[]} now @param {Codes} codes @returns {[Range, Range][]} */
function pairTables(old, now, codes) {
  const mine = tables(old), theirs = tables(now);
  if (!mine.length || !theirs.length) return [];
  const a = mine.map((range) => codes.encode(old.slice(...range)));
  const b = theirs.map((range) => codes.encode(now.slice(...range)));
  return pairInOrder(a.length, b.length, (x, y) => similarity(a[x], b[y]), TABLES_LIKE)
    .map(([x, y]) => [mine[x], theirs[y]]);
}

/** @param {Token[]} tokens */
const tables = (tokens) =>
  stretches(tokens, [0, tokens.length], (t) => t.row >= 0 ? `${t.unit} ${t.block}` : "");

/** @param {Token[]} old @param {Token[]} now @param {Range} mine @param {Range} theirs
 * @param {Codes} codes @returns {Generator<Cut>} */
function* cutRows(old, now, mine, theirs, codes) {
  const rowsA = stretches(old, mine, (t) => `${t.row}`);
  const rowsB = stretches(now, theirs, (t) => `${t.row}`);
  const a = rowsA.map((row) => codes.encode(old.slice(...row)));
  const b = rowsB.map((row) => codes.encode(now.slice(...row)));
  const firstA = rowsA.map((row) => codes.encode(old.slice(...row).filter((t) => t.cell === 0)));
  const firstB = rowsB.map((row) => codes.encode(now.slice(...row).filter((t) => t.cell === 0)));
  /** @param {number} x @param {number} y */
  const like = (x, y) => {
    if (a[x] === b[y]) return 2;
    return similarity(a[x], b[y]) + (firstA[x] === firstB[y] ? SAME_FIRST_CELL : 0);
  };
  const pairs = pairInOrder(a.length, b.length, like, ROWS_LIKE);
  const gone = left(rowsA, new Set(pairs.map(([x]) => x)), old);
  const come = left(rowsB, new Set(pairs.map(([, y]) => y)), now);
  /** @type {Map<Range, Range>} */
  const stood = new Map();
  for (const [words, rows] of come) {
    const here = gone.get(words) ?? [];
    for (const [at, row] of rows.slice(0, here.length).entries()) stood.set(row, here[at]);
  }
  let x = 0, y = 0;
  let [i] = mine, [j] = theirs;
  for (const [p, q] of [...pairs, [a.length, b.length]]) {
    for (const row of rowsA.slice(x, p)) {
      yield { old: row, now: [j, j], row: true };
      i = row[1];
    }
    for (const row of rowsB.slice(y, q)) {
      yield { old: [i, i], now: row, row: true, stood: stood.get(row) };
      j = row[1];
    }
    if (p < a.length) {
      yield* cutCells(old, now, rowsA[p], rowsB[q]);
      [i, j] = [rowsA[p][1], rowsB[q][1]];
    }
    [x, y] = [p + 1, q + 1];
  }
}

/** The rows that are not paired, by what stands in them.
 * @param {Range[]} rows @param {Set<number>} paired @param {Token[]} tokens */
function left(rows, paired, tokens) {
  /** @type {Map<string, Range[]>} */
  const found = new Map();
  for (const [at, row] of rows.entries()) {
    if (paired.has(at)) continue;
    const words = JSON.stringify(
      tokens.slice(...row).map(({ cell, form, mark }) => [cell, form, mark]),
    );
    found.set(words, [...found.get(words) ?? [], row]);
  }
  return found;
}

/** Cell by cell; rows with other columns are compared whole.
 * @param {Token[]} old @param {Token[]} now @param {Range} mine @param {Range} theirs
 * @returns {Generator<Cut>} */
function* cutCells(old, now, mine, theirs) {
  const a = cellsOf(old, mine), b = cellsOf(now, theirs);
  if (a.length !== b.length) {
    yield { old: mine, now: theirs, row: false };
    return;
  }
  let [i] = mine, [j] = theirs;
  for (let cell = 0; cell < a.length; cell++) {
    const here = a[cell] ?? [i, i], there = b[cell] ?? [j, j];
    yield { old: here, now: there, row: false };
    [i, j] = [here[1], there[1]];
  }
}

/** The cells of a row by column; an empty one has no place. @param {Token[]} tokens
 * @param {Range} row */
function cellsOf(tokens, row) {
  /** @type {(Range | undefined)[]} */
  const cells = [];
  for (const range of stretches(tokens, row, (t) => `${t.cell}`)) {
    cells[tokens[range[0]].cell] = range;
  }
  return cells;
}

/** Stretches of tokens with one key, those with an empty key left out.
 * @param {Token[]} tokens @param {Range} range @param {(token: Token) => string} key */
function stretches(tokens, [start, end], key) {
  /** @type {Range[]} */
  const found = [];
  for (let at = start, last = start; at < end; at = last) {
    const name = key(tokens[at]);
    do last++; while (last < end && key(tokens[last]) === name);
    if (name) found.push([at, last]);
  }
  return found;
}

/** The pairs, in order on both sides, whose likenesses have the greatest sum.
 * @param {number} rows @param {number} columns @param {(x: number, y: number) => number} like
 * @param {number} least @returns {[number, number][]} */
function pairInOrder(rows, columns, like, least) {
  /** @type {[number, number][]} */
  const pairs = [];
  if (rows * columns > CELLS) {
    for (let at = 0; at < Math.min(rows, columns); at++) {
      if (like(at, at) >= least) pairs.push([at, at]);
    }
    return pairs;
  }
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const value = Array.from(
    { length: rows },
    (_, x) => Float64Array.from({ length: columns }, (_, y) => like(x, y)),
  );
  for (let x = rows - 1; x >= 0; x--) {
    for (let y = columns - 1; y >= 0; y--) {
      const both = value[x][y] >= least ? best[x + 1][y + 1] + value[x][y] : 0;
      best[x][y] = Math.max(best[x + 1][y], best[x][y + 1], both);
    }
  }
  for (let x = 0, y = 0; x < rows && y < columns;) {
    if (value[x][y] >= least && best[x][y] === best[x + 1][y + 1] + value[x][y]) {
      pairs.push([x++, y++]);
    } else if (best[x][y] === best[x + 1][y]) x++;
    else y++;
  }
  return pairs;
}
