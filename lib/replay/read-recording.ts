import { basename } from "node:path";
import { piecesOf } from "../rows/csv-lines.ts";
import { filesAt, hostOfFile } from "../rows/files-at.ts";
import { openTable, type TableOptions } from "../rows/open-table.ts";
import { readNotes, USED } from "../rows/read-notes.ts";
import { UserError } from "../user-error.ts";
import { decodeRecord } from "../wire/decode.ts";
import { isName, NAME_RULE } from "../wire/name.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";
import { Schemas } from "../wire/schemas.ts";
import { holdsRows, labelOf, NDJSON } from "./ndjson-lines.ts";
import { collectRows, type HostRecording } from "./recording.ts";

type Rows = ReturnType<typeof collectRows>;

export interface ReadOptions {
  /** The host of CSV rows that name none; absent: the name of their file. */
  readonly host?: string;
  /** Between rows of files without a time column, in milliseconds. */
  readonly intervalMs: number;
  /** The content of the files' columns. */
  readonly table?: TableOptions;
  /** Takes a sentence for people about how a file was read. */
  readonly log?: (line: string) => void;
}

/**
 * Reads a recording of many hosts whole: CSV, JSON, NDJSON or xlsx, gzipped or not, or a folder of such files.
 * Rows may be in any order. It is as large in memory as the history that its replay keeps.
 */
export async function readRecording(path: string, options: ReadOptions): Promise<readonly HostRecording[]> {
  const rows = collectRows(options.intervalMs);
  for (const file of (await filesAt(path)).files) {
    if (NDJSON.test(file) && !(await holdsRows(file))) await readNdjson(file, rows);
    else await readRows(file, options, rows);
  }
  const hosts = rows.hosts();
  if (hosts.length === 0) throw new UserError(`${path}: no rows: give it at least one`);
  return hosts;
}

async function readRows(path: string, options: ReadOptions, rows: Rows): Promise<void> {
  const { host: named = hostOfFile(path) } = options;
  const table = await openTable(path, options.table);
  for (const note of readNotes(table, USED)) options.log?.(`${basename(path)}: ${note}`);
  for await (const piece of table.pieces()) {
    for (const { line, host = named, group = DEFAULT_GROUP, ...row } of piece) {
      if (!isName(host)) throw new UserError(`${path}, line ${line}: host: ${NAME_RULE}`);
      rows.add({ ...row, host, group }, `${path}, line ${line}`);
    }
  }
}

/** Reads lines as the scorer does, so each may be any record of docs/wire-format.md. */
async function readNdjson(path: string, rows: Rows): Promise<void> {
  const schemas = new Schemas();
  let line = 0;
  for await (const lines of piecesOf(path)) {
    for (const text of lines) {
      line++;
      if (text.trim() === "") continue;
      const where = `${path}, line ${line}`;
      const { parts, problems } = decodeRecord(Buffer.from(text), Number.NaN, schemas);
      for (const { reason } of problems) throw new UserError(`${where}: ${reason}`);
      const label = labelOf(text);
      const labelled = label === undefined ? {} : { label };
      for (const { host, group, schema, times, values } of parts) {
        const { names } = schema;
        const width = names.length;
        for (const [i, time] of times.entries()) {
          const row = { host, group, time, names, values: values.subarray(i * width, (i + 1) * width), ...labelled };
          rows.add(row, where);
        }
      }
    }
  }
}
