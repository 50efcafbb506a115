// Tables that can be sorted by a column: up, down, and as printed again.

const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

/** @param {HTMLElement} text */
export function sortTables(text) {
  const order = new Intl.Collator(text.lang, { numeric: true });
  for (const table of text.querySelectorAll("table")) {
    const body = table.tBodies[0];
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    if (!body || body.rows.length < 2) continue;
    const printed = [...body.rows];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cp-sort";
      button.append(...head.childNodes);
      head.append(button);
      head.ariaSort = "none";
      button.addEventListener("click", () => {
        const way = NEXT[/** @type {keyof NEXT} */ (head.ariaSort)];
        for (const each of heads) each.ariaSort = each === head ? way : "none";
        body.append(...sorted(printed, column, way, order));
      });
    });
  }
}

/**
 * @param {HTMLTableRowElement[]} rows - as printed
 * @param {number} column
 * @param {string} way
 * @param {Intl.Collator} order
 */
function sorted(rows, column, way, order) {
  if (way === "none") return rows;
  const sign = way === "ascending" ? 1 : -1;
  /** @param {HTMLTableRowElement} row */
  const key = (row) => row.cells[column]?.textContent?.trim() ?? "";
  return [...rows].sort((a, b) => sign * order.compare(key(a), key(b)));
}
