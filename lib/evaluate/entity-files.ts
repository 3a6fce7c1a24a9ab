import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type CsvTable, readCsv } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { type CausedEvent, type Entity, recordingOf } from "./entity.ts";

const TEST = /^(.+)\.test\.csv(\.gz)?$/;

/** Lists the entities of a folder in order: each has a `<name>.test.csv` or `.test.csv.gz`. */
export function entityNames(folder: string): string[] {
  const names = entriesOf(folder).flatMap((file) => TEST.exec(file)?.[1] ?? []);
  if (names.length === 0)
    throw new UserError(
      `${folder}: no <name>.test.csv or <name>.test.csv.gz in it: put test and train files of each entity there`,
    );
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

export function entriesOf(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw new UserError(`${folder}: is a file: name the folder it is in`);
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${folder}: no such folder, or it may not be read: check the path`, { cause: error });
  }
}

/**
 * Reads the files of one entity: train and test, whose metrics are the same, and the causes if they are known. Its rows
 * are at even times, those of the test after those of the train part.
 */
export async function readEntity(folder: string, name: string, intervalMs: number): Promise<Entity> {
  const trainPath = pathOf(folder, `${name}.train`);
  const testPath = pathOf(folder, `${name}.test`);
  const train = await readCsv(trainPath);
  const test = await readCsv(testPath, { label: "required" });
  const moved = train.names.findIndex((metric, i) => metric !== test.names[i]);
  if (moved >= 0 || train.names.length !== test.names.length)
    throw new UserError(
      `${testPath}, line 1: its metrics are not those of ${basename(trainPath)}: it has ${test.names[moved] ?? test.names.length} where ` +
        `that has ${train.names[moved] ?? train.names.length}: give both the same columns in the same order`,
    );
  const recording = recordingOf(name, [train, test], intervalMs);
  const from = train.rows.length / train.names.length;
  const labels = new Uint8Array(recording.times.length);
  labels.set(test.labels ?? [], from);
  const causes = readCauses(join(folder, `${name}.causes.json`), test, recording.times.subarray(from));
  return { name, recording: { ...recording, labels }, from, intervalMs, causes };
}

function pathOf(folder: string, stem: string): string {
  const files = entriesOf(folder);
  const file = [`${stem}.csv.gz`, `${stem}.csv`].find((candidate) => files.includes(candidate));
  if (!file)
    throw new UserError(`${join(folder, stem)}.csv: no such file, nor ${stem}.csv.gz: every test needs a train`);
  return join(folder, file);
}

/** Reads `[{start, end, dims}]`: rows and columns count from 0, `end` is included. None without such a file. */
function readCauses(path: string, { names }: CsvTable, times: Float64Array): readonly CausedEvent[] {
  const entries = readJson(path) ?? [];
  if (!Array.isArray(entries))
    throw new UserError(`${path}: is not a list: write [{"start": first row, "end": last row, "dims": [columns]}]`);
  return entries.map((entry: unknown, i) => {
    const event = causedEvent(entry, times, names);
    if (!event)
      throw new UserError(
        `${path}, entry ${i + 1}: ${JSON.stringify(entry)}: start and end are rows from 0 to ${times.length - 1}, dims ` +
          `columns from 0 to ${names.length - 1}`,
      );
    return event;
  });
}

function causedEvent(entry: unknown, times: Float64Array, names: readonly string[]): CausedEvent | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  if (!("start" in entry && "end" in entry && "dims" in entry)) return undefined;
  const { start, end, dims } = entry;
  if (!isIndex(start, times.length) || !isIndex(end, times.length) || start > end) return undefined;
  if (!Array.isArray(dims) || !dims.every((dim) => isIndex(dim, names.length))) return undefined;
  const metrics = dims.map((dim) => names[dim] ?? "");
  return { from: times[start] ?? 0, to: times[end] ?? 0, metrics };
}

function isIndex(value: unknown, count: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count;
}

/** Undefined without such a file. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (typeof error === "object" && error && "code" in error && error.code === "ENOENT") return undefined;
    throw new UserError(`${path}: cannot be read: ${error}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: is not JSON (${error instanceof Error ? error.message : error}): mend or remove it`, {
      cause: error,
    });
  }
}
