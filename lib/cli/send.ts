import { hostname } from "node:os";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { type HostSample, sendSamples } from "../agent/relay.ts";
import { amountOf } from "../listed.ts";
import { holdsRows, NDJSON } from "../replay/ndjson-lines.ts";
import { linesOf } from "../rows/csv-lines.ts";
import { filesAt, hostOfFile } from "../rows/files-at.ts";
import { openTable } from "../rows/open-table.ts";
import { readNotes, USED } from "../rows/read-notes.ts";
import { UserError } from "../user-error.ts";
import { decodeRecord } from "../wire/decode.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";
import { Schemas } from "../wire/schemas.ts";
import { unitIn, unitsOf } from "../wire/unit-text.ts";
import { answer, targetCommand } from "./connect.ts";
import { type FileOptions, tableOptions, withFileOptions } from "./file-options.ts";
import { log } from "./output.ts";

interface Options extends FileOptions {
  readonly host?: string;
  readonly group: string;
  readonly format: "csv" | "ndjson" | "auto";
}

export function sendCommand(): Command {
  return withFileOptions(targetCommand("send"))
    .argument(
      "<file>",
      "CSV, JSON or xlsx (times, hosts and groups are optional), NDJSON of samples, or a folder of such files; " +
        "give - to read standard input",
    )
    .option(
      "--host <name>",
      "for rows that do not name one (default: this machine's name, in a folder the file's name)",
    )
    .option("--group <name>", "for rows that do not name one", DEFAULT_GROUP)
    .addOption(
      new Option("--format <format>", "format of the file")
        .choices(["csv", "ndjson", "auto"])
        .default("auto", "by the file's name, CSV for standard input"),
    )
    .addHelpText("after", "\nExample:\n  fleetwarden send metrics.csv --host web-07")
    .action(
      answer(async ({ target }, file: string, options: Options) => {
        const { env, stream, where } = target;
        const samples = samplesAt(file, options);
        const sent = await sendSamples({ stream, env, clock: Date.now, random: Math.random }, samples);
        return [sent, `Sent ${amountOf(sent.samples, "sample")} in ${amountOf(sent.records, "record")} to ${where}.`];
      }),
    );
}

async function* samplesAt(path: string, options: Options): AsyncIterable<HostSample> {
  const { files, isFolder } = path === "-" ? { files: [path], isFolder: false } : await filesAt(path);
  for (const file of files) {
    const host = options.host ?? (isFolder ? hostOfFile(file) : hostname());
    const about = isFolder ? `${basename(file)}: ` : "";
    yield* (await holdsRecords(file, options)) ? ndjsonSamples(file) : tableSamples(file, host, about, options);
  }
}

async function holdsRecords(file: string, { format }: Options): Promise<boolean> {
  if (format === "auto") return NDJSON.test(file) && !(await holdsRows(file));
  return format === "ndjson" && (file === "-" || !(await holdsRows(file)));
}

async function* tableSamples(
  file: string,
  host: string,
  about: string,
  { group, ...options }: Options,
): AsyncIterable<HostSample> {
  const columns = { ...tableOptions(options), sorted: true };
  const table = await (file === "-" ? openTable("standard input", columns, process.stdin) : openTable(file, columns));
  for (const note of readNotes(table, USED)) log(`${about}${note}`);
  const units = unitsOf(table.names, (name) => unitIn(table.units[name]));
  const declared = units ? { units } : {};
  for await (const rows of table.pieces()) {
    for (const row of rows) {
      const { names, values, time = Date.now() } = row;
      yield {
        host: row.host ?? host,
        group: row.group ?? group,
        time,
        names,
        row: Array.from(values, (x) => (Number.isNaN(x) ? null : x)),
        ...declared,
      };
    }
  }
}

/** Decodes lines as the scorer does, so that invalid ones are rejected here, with their number. */
async function* ndjsonSamples(file: string): AsyncIterable<HostSample> {
  const schemas = new Schemas();
  const lines = file === "-" ? linesOf("standard input", process.stdin) : linesOf(file);
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const { parts, problems } = decodeRecord(Buffer.from(line), Date.now(), schemas);
    if (problems.length > 0)
      throw new UserError(`${file}, line ${number}: ${problems.map(({ reason }) => reason).join("; ")}`);
    for (const { host, group, schema, times, values, attributes, bye } of parts) {
      const { names, units } = schema;
      const width = names.length;
      const rare = { ...(units ? { units } : {}), ...(attributes ? { attributes } : {}) };
      for (const [i, time] of times.entries()) {
        const row = Array.from(values.subarray(i * width, (i + 1) * width), (x) => (Number.isNaN(x) ? null : x));
        const isLast = i === times.length - 1;
        yield { host, group, time, names, row, ...rare, ...(bye && isLast ? { bye } : {}) };
      }
    }
  }
}
