import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { Command, Option } from "commander";
import type { CausedRows, FoundSet } from "../import/data-set.ts";
import { dataSetsAt } from "../import/read-folder.ts";
import { setColumns, setRows } from "../import/set-rows.ts";
import type { CsvTable } from "../rows/read-csv.ts";
import { tableChunks } from "../table/write.ts";
import { textTable } from "../text-table.ts";
import { UserError } from "../user-error.ts";
import { durationOption, timeArgument } from "./arguments.ts";
import { print } from "./output.ts";
import { writeOut } from "./write-out.ts";

interface Options {
  readonly output?: string;
  readonly metrics?: string;
  readonly start: number;
  readonly interval: number;
  readonly json?: boolean;
}

/** Rows without times begin here, like those of `replay`. */
const START = "2026-01-01T00:00Z";

export function importCommand(): Command {
  return new Command("import")
    .argument("<folder>", "a folder of arrays or of the Server Machine Dataset, or one file")
    .option("-o, --output <folder>", "write each data set there, as CSV for the other commands")
    .option("--metrics <names>", "names for columns that have none, separated by commas: throughput,latency")
    .addOption(
      new Option("--start <time>", "time of the first row, for rows without times")
        .argParser(timeArgument)
        .default(timeArgument(START), START),
    )
    .addOption(durationOption("--interval <duration>", "time between two such rows", "60s"))
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden import ServerMachineDataset -o smd")
    .action(async (folder: string, options: Options) => {
      const { output, json } = options;
      if (output !== undefined) mkdirSync(output, { recursive: true });
      const found: Described[] = [];
      for (const { read } of await dataSetsAt(folder)) {
        const set = withNames(await read(), options.metrics?.split(","));
        const written = output === undefined || set.isRecording ? [] : await writeSet(output, set, options);
        found.push({ ...describe(set), written });
      }
      print(json, found, () => formatFound(found));
    });
}

/** Replaces the names that this room gave. */
function withNames(set: FoundSet, metrics: readonly string[] | undefined): FoundSet {
  if (metrics === undefined) return set;
  const renamed = (table: CsvTable): CsvTable => {
    if (table.names[0] !== "metric_1") return table;
    if (metrics.length !== table.names.length || new Set(metrics).size !== metrics.length)
      throw new UserError(
        `--metrics has ${new Set(metrics).size} different names, ${set.name} has ${table.names.length} columns: name each once`,
      );
    return { ...table, names: metrics };
  };
  const { train, test } = set;
  return { ...set, ...(train && { train: renamed(train) }), ...(test && { test: renamed(test) }) };
}

async function writeSet(folder: string, set: FoundSet, { start, interval }: Options): Promise<readonly string[]> {
  const { name, train, test, causes } = set;
  const options = { host: name, intervalMs: interval };
  const rowsBefore = train ? train.rows.length / train.names.length : 0;
  const parts = [
    ...(train ? [{ suffix: ".train", table: train, start }] : []),
    ...(test ? [{ suffix: ".test", table: test, start: start + rowsBefore * interval }] : []),
  ];
  const written: string[] = [];
  for (const { suffix, table, start: first } of parts) {
    const path = join(folder, `${name}${parts.length > 1 ? suffix : ""}.csv.gz`);
    await writeOut(path, gzipped(tableChunks("csv", setColumns(table), setRows(table, { ...options, start: first }))));
    written.push(path);
  }
  if (causes.length > 0) written.push(await writeCauses(join(folder, `${name}.causes.json`), causes));
  return written;
}

function gzipped(chunks: AsyncIterable<string | Buffer>): AsyncIterable<Buffer> {
  // The reader of the pipeline receives its errors, so the callback has nothing to do.
  return pipeline(Readable.from(chunks), createGzip(), () => {});
}

async function writeCauses(path: string, causes: readonly CausedRows[]): Promise<string> {
  await writeOut(path, [`${JSON.stringify(causes)}\n`]);
  return path;
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

interface Described {
  readonly name: string;
  readonly train: Shape | null;
  readonly test: Shape | null;
  /** Rows with a label, and how many of them are anomalies. */
  readonly labels: { readonly rows: number; readonly anomalies: number } | null;
  readonly causes: number;
  readonly isRecording: boolean;
  readonly written: readonly string[];
}

function describe({ name, train, test, causes, isRecording }: FoundSet): Omit<Described, "written"> {
  const shapeOf = (table: CsvTable | undefined) =>
    table ? { rows: table.rows.length / table.names.length, columns: table.names.length } : null;
  const labels = test?.labels;
  return {
    ...{ name, train: shapeOf(train), test: shapeOf(test) },
    labels: labels ? { rows: labels.length, anomalies: labels.reduce((sum, label) => sum + label, 0) } : null,
    ...{ causes: causes.length, isRecording },
  };
}

function formatFound(found: readonly Described[]): string {
  const size = (shape: Shape | null) => (shape ? `${shape.rows} × ${shape.columns}` : "-");
  const rows = found.map(({ name, train, test, labels, causes }) => [
    ...[name, size(train), size(test)],
    ...(labels ? [String(labels.rows), String(labels.anomalies)] : ["-", "-"]),
    causes > 0 ? String(causes) : "-",
  ]);
  const head = ["data set", "to learn from", "to judge", "labels", "anomalies", "events with causes"];
  const recordings = found.filter(({ isRecording }) => isRecording).map(({ name }) => name);
  const written = found.flatMap((one) => one.written);
  return [
    textTable(head, rows, { alignValues: "right" }),
    ...(recordings.length > 0
      ? ["", `analyze, replay and send read ${recordings.join(", ")} as it is, so nothing is written for it.`]
      : []),
    ...(written.length > 0 ? ["", `Written: ${written.join(", ")}`] : []),
  ].join("\n");
}
