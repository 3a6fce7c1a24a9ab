/** A file as names and cells, whatever its format. */
export interface CellTable {
  /** Trimmed; empty where the file gives no name. */
  readonly columns: readonly string[];
  /** The place of the names, counted from 1. */
  readonly headerLine: number;
  /** The delimiter of a text; absent elsewhere. */
  readonly delimiter?: string;
  /** How the file was read where that is not plain, in sentences. */
  readonly notes: readonly string[];
  /** The rows below the names, in pieces. */
  readonly pieces: AsyncIterable<Iterable<CellRow>>;
}

export interface CellRow {
  /** Counted from 1: the line of a text, the row of a sheet, the item of a list. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The first rows of a file, which show what its columns hold. */
export interface FirstRows {
  readonly path: string;
  readonly table: CellTable;
  readonly rows: readonly CellRow[];
  /** The trimmed cells of a column, empty ones left out. */
  readonly cellsOf: (column: number) => readonly string[];
}

export function firstRows(path: string, table: CellTable, rows: readonly CellRow[]): FirstRows {
  const kept = new Map<number, readonly string[]>();
  const cellsOf = (column: number) => {
    const cells = kept.get(column) ?? rows.map(({ cells }) => (cells[column] ?? "").trim()).filter(Boolean);
    kept.set(column, cells);
    return cells;
  };
  return { path, table, rows, cellsOf };
}

/** Takes pieces until they hold that many items; `all` yields these again and then the rest. */
export async function peek<T>(
  pieces: AsyncIterable<Iterable<T>>,
  count: number,
): Promise<{ readonly first: readonly T[]; readonly all: AsyncGenerator<Iterable<T>> }> {
  const iterator = pieces[Symbol.asyncIterator]();
  const taken: T[][] = [];
  for (let left = count; left > 0; left -= taken.at(-1)?.length ?? 0) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push([...next.value]);
  }
  return { first: taken.flat().slice(0, count), all: chained(taken, iterator) };
}

async function* chained<T>(taken: T[][], iterator: AsyncIterator<Iterable<T>>): AsyncGenerator<Iterable<T>> {
  try {
    for (let piece = taken.shift(); piece; piece = taken.shift()) yield piece;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
