import { join } from "node:path";
import { readJsonFile } from "../import/causes-file.ts";
import { type CsvTable, readCsv } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { parseTime } from "../wire/date.ts";
import { type Entity, recordingOf } from "./entity.ts";
import { entriesOf } from "./entity-files.ts";
import { probationOf, type Run } from "./nab.ts";

/** One series of the Numenta Anomaly Benchmark; its test part begins where its probation ends. */
export interface NabEntity extends Entity {
  /** Rows of the whole series, probation included. */
  readonly windows: readonly Run[];
}

const WINDOWS = "combined_windows.json";

export function isNab(folder: string): boolean {
  return entriesOf(folder).includes(WINDOWS);
}

/** Lists the series of the windows file whose data exists, in the order of that file. */
export function nabNames(folder: string): string[] {
  const names = Object.keys(windowsOf(folder)).filter((name) => fileOf(folder, name) !== undefined);
  if (names.length === 0)
    throw new UserError(`${folder}: none of the files that ${WINDOWS} names is there: put them beside it`);
  return names;
}

export async function readNab(folder: string, file: string): Promise<NabEntity> {
  const path = join(folder, fileOf(folder, file) ?? file);
  const table = await readCsv(path);
  if (!table.times) throw new UserError(`${path}, line 1: no column named timestamp: the windows are given by time`);
  const intervalMs = usualInterval(path, table, table.times);
  const name = file.replace(/\.csv$/, "");
  const recording = recordingOf(name, [table], intervalMs, table.times);
  const windows = windowsIn(folder, file, recording.times);
  const from = probationOf(recording.times.length);
  const labels = new Uint8Array(recording.times.length);
  for (const { first, last } of windows) labels.fill(1, Math.max(first, from), last + 1);
  return { name, recording: { ...recording, labels }, from, intervalMs, causes: [], windows };
}

function fileOf(folder: string, name: string): string | undefined {
  const [group = "", file = ""] = name.split("/");
  if (!entriesOf(folder).includes(group)) return undefined;
  const files = entriesOf(join(folder, group));
  const found = [file, `${file}.gz`].find((candidate) => files.includes(candidate));
  return found && join(group, found);
}

function windowsOf(folder: string): Record<string, unknown> {
  const windows = readJsonFile(join(folder, WINDOWS));
  if (typeof windows !== "object" || windows === null || Array.isArray(windows))
    throw new UserError(`${join(folder, WINDOWS)}: is no object of windows by file: take the one of the benchmark`);
  return { ...windows };
}

function windowsIn(folder: string, name: string, times: Float64Array): Run[] {
  const entries = windowsOf(folder)[name];
  const wrong = (what: string) => new UserError(`${join(folder, WINDOWS)}, ${name}: ${what}`);
  if (!Array.isArray(entries)) throw wrong("is not a list of windows: write [[first time, last time], …]");
  return entries.map((entry: unknown) => {
    const [from, to] = Array.isArray(entry) ? entry.map(parseTime) : [];
    const first = times.findIndex((time) => time >= (from ?? Number.NaN));
    const last = times.findLastIndex((time) => time <= (to ?? Number.NaN));
    if (first < 0 || last < first)
      throw wrong(`${JSON.stringify(entry)} holds none of its rows: write [first time, last time] within the series`);
    return { first, last };
  });
}

function usualInterval(path: string, { rows, names }: CsvTable, times: Float64Array): number {
  const steps = times
    .subarray(1)
    .map((time, i) => time - (times[i] ?? 0))
    .sort();
  const usual = steps[steps.length >> 1] ?? 0;
  if (times.length !== rows.length / names.length || !(usual > 0))
    throw new UserError(`${path}: its times do not rise: sort the rows by time`);
  return usual;
}
