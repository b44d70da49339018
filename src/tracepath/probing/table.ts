/** Cells as lines of text: columns as wide as their widest cell, two blanks between them, nothing behind the last. */
export function formatTable(rows: readonly (readonly string[])[], leftColumns: readonly number[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const align = (cell: string, column: number) =>
    leftColumns.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(align).join('  ').trimEnd());
}
