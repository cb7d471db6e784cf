/** Lines with columns as wide as their widest cell, two spaces apart. Widths are those of the plain text, whatever `paint` adds. */
export function formatTable(
  rows: readonly (readonly string[])[],
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(0, ...rows.map((row) => Array.from(row[column] ?? '').length)));
  return rows.map((row, index) =>
    row
      .map((cell, column) => {
        const isLast = column === row.length - 1;
        return paint(cell, index, column) + (isLast ? '' : ' '.repeat(widths[column]! - Array.from(cell).length + 2));
      })
      .join('')
      .trimEnd(),
  );
}
