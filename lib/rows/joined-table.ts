import { basename } from "node:path";
import { listed } from "../listed.ts";
import { UserError } from "../user-error.ts";
import type { CsvRow } from "./csv-row.ts";
import { filesAt, hostOfFile } from "./files-at.ts";
import { openTable, type Table, type TableOptions } from "./open-table.ts";

/** A file, or a folder of files that are read as one. */
export type JoinedTable = Omit<Table, "roles" | "forms" | "units" | "key">;

/** All are open at once; systems allow a process about a thousand files. */
const FILES_MAX = 500;

/**
 * Opens a file, or the files of a folder as one table. A row that names no host has its file's name as host, and a
 * metric is missing in the files without it. Rows come from all files by turns, so that the first half of all rows is
 * the first half of each file. Throws UserError where only some files have times, and where two have rows of one host.
 */
export async function openJoined(path: string, options: TableOptions = {}): Promise<JoinedTable> {
  const { files, isFolder } = await filesAt(path);
  if (!isFolder) return openTable(path, options);
  if (files.length > FILES_MAX)
    throw new UserError(`${path}: ${files.length} files: put at most ${FILES_MAX} into one folder`);
  const parts: Part[] = [];
  for (const file of files) {
    const table = await openTable(file, options);
    parts.push({ file, table, rows: await table.count() });
  }
  const [{ table: first, file = "" } = { table: undefined }] = parts;
  const other = parts.find(({ table }) => (table.time === undefined) !== (first?.time === undefined));
  if (other) {
    const [without, timed] = first?.time ? [other.file, file] : [file, other.file];
    throw new UserError(`${without}: no column with times, as ${basename(timed)} has: name it with --time, or add one`);
  }
  const names = [...new Set(parts.flatMap(({ table }) => table.names))];
  return {
    names,
    ...(first?.time ? { time: first.time } : {}),
    host: parts.map(({ table }) => table.host).find((name) => name !== undefined) ?? "host",
    hostsSeen: parts.reduce((sum, { table }) => sum + table.hostsSeen, 0),
    leftOut: [...new Map(parts.flatMap(({ table }) => table.leftOut).map((one) => [one.name, one])).values()],
    notes: [
      `${files.length} files are read as one. Rows that name no host have the name of their file.`,
      ...sharedNotes(parts),
    ],
    pieces: () => byTurns(path, parts, names),
    count: async () => parts.reduce((sum, { rows }) => sum + rows, 0),
  };
}

interface Part {
  readonly file: string;
  readonly table: Table;
  /** Roughly. */
  readonly rows: number;
}

const NAMED_MAX = 3;

/** Each note once, with the names of its files unless it is about all of them. */
function sharedNotes(parts: readonly Part[]): readonly string[] {
  const files = new Map<string, string[]>();
  for (const { file, table } of parts)
    for (const note of table.notes) files.set(note, [...(files.get(note) ?? []), basename(file)]);
  return [...files].map(([note, named]) =>
    named.length === parts.length ? note : `${listed(named, NAMED_MAX)}: ${note}`,
  );
}

/** A turn takes at most so many rows of a file, and at most a hundredth of it. */
const TURN_ROWS_MAX = 1_000;
const TURNS_MIN = 100;

async function* byTurns(
  path: string,
  parts: readonly Part[],
  names: readonly string[],
): AsyncGenerator<Iterable<CsvRow>> {
  const longest = Math.max(...parts.map(({ rows }) => rows));
  const turns = Math.max(TURNS_MIN, Math.ceil(longest / TURN_ROWS_MAX));
  const owners = new Map<string, string>();
  const readers = parts.map((part) => turnsOf(part, turns, rowIn(part, names, ownerCheck(path, owners))));
  try {
    for (let open = readers; open.length > 0; ) {
      const left: typeof readers = [];
      for (const reader of open) {
        const { value, done } = await reader.next();
        if (done) continue;
        left.push(reader);
        yield value;
      }
      open = left;
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function* turnsOf(
  { table, rows }: Part,
  turns: number,
  of: (row: CsvRow) => CsvRow,
): AsyncGenerator<readonly CsvRow[]> {
  let [turn, seen, ended] = [[] as CsvRow[], 0, 0];
  for await (const piece of table.pieces()) {
    for (const row of piece) {
      turn.push(of(row));
      seen++;
      while (seen * turns >= (ended + 1) * rows) {
        yield turn;
        turn = [];
        ended++;
      }
    }
  }
  if (turn.length > 0) yield turn;
}

/** The row with the metrics of all files. */
function rowIn({ file, table }: Part, names: readonly string[], check: (host: string, file: string) => void) {
  const places = names.map((name) => table.names.indexOf(name));
  const named = hostOfFile(file);
  return (row: CsvRow): CsvRow => {
    const { host = named } = row;
    check(host, file);
    const values = Float64Array.from(places, (place) => (place < 0 ? Number.NaN : (row.values[place] ?? Number.NaN)));
    return { ...row, host, names, values };
  };
}

function ownerCheck(path: string, owners: Map<string, string>) {
  return (host: string, file: string) => {
    const owner = owners.get(host);
    if (owner === undefined) owners.set(host, file);
    else if (owner !== file)
      throw new UserError(
        `${path}: host ${host} has rows in ${basename(owner)} and in ${basename(file)}: put them into one file`,
      );
  };
}
