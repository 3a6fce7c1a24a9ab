/** Rows as text, columns aligned by their widest cell; numbers come ready-made. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { alignValues = "left" }: { readonly alignValues?: "left" | "right" } = {},
): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return column > 0 && alignValues === "right" ? cell.padStart(width) : cell.padEnd(width);
  };
  return [head, ...rows].map((cells) => cells.map(padded).join("  ").trimEnd()).join("\n");
}
