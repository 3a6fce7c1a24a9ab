/** Separators between cells. Where two fit alike, the rarer one within texts and numbers comes first. */
const DELIMITERS = ["\t", ";", "|", ","] as const;

/** The line by which Excel is told the delimiter: `sep=;`. */
const SEP_LINE = /^sep=(.)$/i;

/** The delimiter that a line `sep=;` names; undefined for any other line. */
export function namedDelimiter(line: string): string | undefined {
  return SEP_LINE.exec(line.trim())?.[1];
}

/**
 * The delimiter that splits all of these lines into the same, largest number of cells. If none does, the one that
 * splits the first line into most cells, so that a message can say which line differs.
 */
export function delimiterOf(lines: readonly string[]): string {
  const [first = ""] = lines;
  const found = DELIMITERS.map((delimiter) => {
    const cells = countCells(first, delimiter);
    return { delimiter, cells, isEven: lines.every((line) => countCells(line, delimiter) === cells) };
  });
  const most = (among: typeof found) => Math.max(...among.map(({ cells }) => cells));
  const even = found.filter(({ isEven }) => isEven);
  const among = most(even) > 1 || most(found) === 1 ? even : found;
  return among.find(({ cells }) => cells === most(among))?.delimiter ?? ",";
}

function countCells(line: string, delimiter: string): number {
  let cells = 1;
  let isQuoted = false;
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === delimiter && !isQuoted) cells++;
  }
  return cells;
}
