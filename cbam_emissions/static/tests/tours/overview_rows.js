/** Every row of a table must have as many cells as its head, spans counted; a change of core shows here. */
export function assertSameCells(table) {
    const width = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    const rows = [...table.rows];
    const expected = width(rows[0]);
    for (const row of rows) {
        if (width(row) !== expected) {
            throw new Error(`${width(row)} instead of ${expected} cells: ${row.textContent.trim()}`);
        }
    }
}

function textOf(node) {
    return node.textContent.replace(/\s+/g, " ").trim();
}

/** The text of a cell counted from the right (1 is the last) in the row whose first cell is `name`. */
export function cellFromRight(table, name, place) {
    const row = [...table.rows].find((one) => textOf(one.cells[0]) === name);
    if (!row) {
        throw new Error(`No row ${name}: ${[...table.rows].map((one) => textOf(one.cells[0])).join(" | ")}`);
    }
    return textOf(row.cells[row.cells.length - place]);
}

/** Compare the cells of many rows: `{name: text}`. */
export function assertColumn(table, place, expected) {
    for (const [name, text] of Object.entries(expected)) {
        const found = cellFromRight(table, name, place);
        if (found !== text) {
            throw new Error(`${name}: ${found} instead of ${text}`);
        }
    }
}
