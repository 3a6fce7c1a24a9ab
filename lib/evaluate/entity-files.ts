import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readCauses } from "../import/causes-file.ts";
import type { DataSet } from "../import/data-set.ts";
import { isSmd, readSmd, smdNames } from "../import/smd-folder.ts";
import { readCsv } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { type Entity, recordingOf } from "./entity.ts";

const TEST = /^(.+)\.test\.csv(\.gz)?$/;

/** Lists the entities of a folder in order: each has a `<name>.test.csv` or `.test.csv.gz`, or one of SMD's layout. */
export function entityNames(folder: string): string[] {
  if (isSmd(folder)) return smdNames(folder);
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

/** Reads one entity. Its rows are at even times, those of the test after those of the train part. */
export async function readEntity(folder: string, name: string, intervalMs: number): Promise<Entity> {
  const { train, test, causes } = isSmd(folder) ? await readSmd(folder, name) : await readOwn(folder, name);
  const recording = recordingOf(name, [train, test], intervalMs);
  const from = train.rows.length / train.names.length;
  const labels = new Uint8Array(recording.times.length);
  labels.set(test.labels ?? [], from);
  const timeOf = (row: number) => recording.times[from + row] ?? Number.NaN;
  const caused = causes.map(({ start, end, dims }) => {
    return { from: timeOf(start), to: timeOf(end), metrics: dims.map((dim) => test.names[dim] ?? "") };
  });
  return { name, recording: { ...recording, labels }, from, intervalMs, causes: caused };
}

/** Reads the files of our own layout: train and test, whose metrics are the same, and the causes if they are known. */
async function readOwn(folder: string, name: string): Promise<Required<DataSet>> {
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
  const columns = test.names.length;
  const causes = readCauses(join(folder, `${name}.causes.json`), test.rows.length / columns, columns);
  return { name, train, test, causes };
}

function pathOf(folder: string, stem: string): string {
  const files = entriesOf(folder);
  const file = [`${stem}.csv.gz`, `${stem}.csv`].find((candidate) => files.includes(candidate));
  if (!file)
    throw new UserError(`${join(folder, stem)}.csv: no such file, nor ${stem}.csv.gz: every test needs a train`);
  return join(folder, file);
}
