import { Command, InvalidArgumentError, Option } from "commander";
import { type Sent, sendSamples } from "../agent/relay.ts";
import {
  type FleetSample,
  fleetOf,
  fleetSamples,
  sampleColumns,
  sampleDocuments,
  sampleTable,
} from "../demo/fleet-samples.ts";
import { METRICS } from "../demo/machine.ts";
import { paced } from "../demo/pace.ts";
import {
  FAULT_COLUMNS,
  FAULT_KINDS,
  type FaultKind,
  faultTable,
  type PlacedFault,
  placeFaults,
  type Timetable,
} from "../demo/plan.ts";
import { POINT_KINDS, type Point, placePoints, SERIES_METRICS, type Series, seriesSamples } from "../demo/series.ts";
import { amountOf } from "../listed.ts";
import { timeOfDay } from "../notify/time.ts";
import { jsonChunks, tableChunks } from "../table/write.ts";
import { UserError } from "../user-error.ts";
import { durationArgument, durationOption, seedArgument, timeArgument, wholeNumber } from "./arguments.ts";
import { say } from "./output.ts";
import { openTarget, type TargetOptions, withTarget } from "./target.ts";
import { formatOf, isJson, writeOut } from "./write-out.ts";

interface Options extends TargetOptions {
  readonly hosts: number;
  readonly for: number;
  readonly rows?: number;
  readonly normal?: Series;
  readonly inject?: readonly Point[];
  readonly interval: number;
  readonly start?: number;
  readonly past?: number;
  readonly faults?: readonly FaultKind[];
  readonly seed: number;
  readonly output?: string;
  readonly labels?: string;
  readonly send?: boolean;
  readonly live?: boolean;
}

/** The scenarios begin at the same time. It is fixed, so that the output depends only on the options. */
const START = Date.UTC(2026, 10, 22, 9);
const hostsArgument = wholeNumber(1, 10_000, "Use a whole number from 1 to 10000.");
const rowsArgument = wholeNumber(2, 100_000_000, "Use a whole number from 2 to 100000000.");
/** The calm share at the beginning, unless --past adds calm time before it. */
const CALM_SHARE = 0.5;
const KIND_NAMES = FAULT_KINDS.map(({ name }) => name).join(", ");

export function demoGenerateCommand(): Command {
  return withTarget(new Command("generate"))
    .description(
      "Generate samples of a made-up fleet, with faults in the second half, or of one series, for a file or a stream.",
    )
    .option("--hosts <n>", "number of hosts", hostsArgument, 10)
    .addOption(durationOption("--for <duration>", "time from the first sample to the last", "2h"))
    .addOption(
      new Option("--rows <n>", "samples of each host, instead of --for").argParser(rowsArgument).conflicts("for"),
    )
    .addOption(durationOption("--interval <duration>", "time between two samples of a host", "10s"))
    .option(
      "--start <time>",
      "time of the first sample (default: 2026-11-22T09:00Z; with --send, early enough to end now)",
      timeArgument,
    )
    .option(
      "--faults <names>",
      `separated by commas: none, ${KIND_NAMES} (default: each one once, where there is room)`,
      faultsArgument,
    )
    .addOption(
      new Option("--normal <mean,deviation>", "one host with one metric of normal values instead of a fleet: 60,5")
        .argParser(seriesArgument)
        .conflicts(["hosts", "faults", "past"]),
    )
    .option(
      "--inject <points...>",
      "with --normal: spike@20, dip@75 or extreme@88, at that row from 0 on; spike@20=90 sets its value",
      pointArgument,
    )
    .option("--seed <n>", "the same seed makes the same samples", seedArgument, 1)
    .option(
      "-o, --output <file>",
      "the file to write, as .csv, .json, .ndjson or .xlsx (default: CSV to standard output)",
    )
    .option(
      "--labels <file>",
      "the file that lists the faults, as `labels import` reads it (default: beside the output)",
    )
    .option("--send", "put the samples on the stream instead")
    .option("--live", "put each sample on the stream at its time, from now on")
    .addOption(
      new Option(
        "--past <duration>",
        "with --live: first send this much calm time before now; faults may then begin at once",
      )
        .argParser(durationArgument)
        .conflicts("start"),
    )
    .addHelpText("after", "\nExample:\n  fleetwarden demo generate --hosts 20 --for 6h --seed 7 -o fleet.csv")
    .action(generate);
}

async function generate(options: Options): Promise<void> {
  if ((options.send || options.live) && options.output !== undefined)
    throw new UserError("--send and --live put samples on the stream, -o into a file: choose one");
  if (options.past !== undefined && !options.live)
    throw new UserError("--past adds calm time before --live: give both, or set the first time with --start");
  if (options.inject && !options.normal)
    throw new UserError("--inject puts points into the values of --normal: give both, or name --faults");
  const format = formatOf(options.output);
  const timetable = timetableOf(options, Date.now());
  const { names, faults, samples } = options.normal
    ? seriesOf(options, options.normal, timetable)
    : fleet(options, timetable);
  const labels = options.labels ?? options.output?.replace(/(\.[^./\\]*)?$/, ".faults.csv");
  const writeLabels = async () => {
    if (labels !== undefined) await writeOut(labels, tableChunks("csv", FAULT_COLUMNS, faultTable(faults, timetable)));
  };
  if (options.send || options.live) {
    await writeLabels();
    if (options.live) say(outlook(faults, timetable));
    const sent = await send(samples, options);
    return say(`Sent ${amountOf(sent.samples, "sample")} in ${amountOf(sent.records, "record")}.`);
  }
  await writeOut(
    options.output,
    isJson(format)
      ? jsonChunks(format, sampleDocuments(samples))
      : tableChunks(format, sampleColumns(names), sampleTable(samples)),
  );
  await writeLabels();
}

interface Generated {
  readonly names: readonly string[];
  readonly faults: readonly PlacedFault[];
  readonly samples: Iterable<FleetSample>;
}

function fleet({ hosts: count, faults: wanted, seed }: Options, timetable: Timetable): Generated {
  const hosts = fleetOf(count);
  const faults = placeFaults(hosts, timetable, seed, wanted);
  return { names: METRICS, faults, samples: fleetSamples(hosts, timetable, faults, seed) };
}

function seriesOf({ inject = [], seed }: Options, series: Series, timetable: Timetable): Generated {
  const faults = placePoints(inject, timetable);
  return { names: SERIES_METRICS, faults, samples: seriesSamples(series, timetable, inject, seed) };
}

function timetableOf({ rows, interval, start, past = 0, send, live, ...options }: Options, now: number): Timetable {
  const lasts = rows === undefined ? options.for : rows * interval;
  if (interval > lasts) throw new UserError("--interval is longer than --for: there would be only one sample");
  const beginning = live ? now : send ? now - lasts : START;
  const begin = start ?? Math.floor(beginning / interval) * interval;
  const calm = past > 0 ? 0 : lasts * CALM_SHARE;
  return { from: begin - Math.ceil(past / interval) * interval, calmUntil: begin + calm, to: begin + lasts, interval };
}

async function send(samples: Iterable<FleetSample>, options: Options): Promise<Sent> {
  const { env, stream } = await openTarget(options, process.env);
  const batches = options.live ? paced(samples, ({ time }) => time, Date.now) : [samples];
  const sent = { records: 0, samples: 0 };
  for await (const batch of batches) {
    const { records, samples: count } = await sendSamples({ stream, env, clock: Date.now, random: Math.random }, batch);
    sent.records += records;
    sent.samples += count;
  }
  return sent;
}

/** A large fleet may have thousands of faults. */
const FAULTS_SHOWN_MAX = 10;

/** Announces the faults of a live fleet. */
function outlook(faults: readonly PlacedFault[], { to }: Timetable): string {
  const shown = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map((fault) => `  ${timeOfDay(fault.from)} to ${timeOfDay(fault.to)}  ${fault.kind} on ${fault.host}`);
  const more = faults.length - shown.length;
  return [
    `Sending until ${timeOfDay(to)} UTC. ${shown.length > 0 ? "Planned faults:" : "No faults are planned."}`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more: --labels writes them all`] : []),
  ].join("\n");
}

function seriesArgument(text: string): Series {
  const [mean, deviation, ...more] = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (
    mean === undefined ||
    !Number.isFinite(mean) ||
    !(Number(deviation) > 0) ||
    !Number.isFinite(deviation) ||
    more.length > 0
  )
    throw new InvalidArgumentError("Use two numbers, a mean and a deviation above 0: 60,5.");
  return { mean, deviation: Number(deviation) };
}

function pointArgument(text: string, before: readonly Point[] = []): readonly Point[] {
  const [, kind = "", row, value] = /^([a-z]+)@(\d+)(?:=(-?[\d.]+))?$/.exec(text) ?? [];
  if (!isPointKind(kind) || (value !== undefined && !Number.isFinite(Number(value))))
    throw new InvalidArgumentError(`Use ${Object.keys(POINT_KINDS).join(", ")} with a row: spike@20 or spike@20=90.`);
  return [...before, { kind, row: Number(row), ...(value === undefined ? {} : { value: Number(value) }) }];
}

function isPointKind(text: string): text is Point["kind"] {
  return Object.hasOwn(POINT_KINDS, text);
}

function faultsArgument(text: string): readonly FaultKind[] {
  if (text === "none") return [];
  return text.split(",").map((name) => {
    const kind = FAULT_KINDS.find((one) => one.name === name.trim());
    if (!kind) throw new InvalidArgumentError(`${name.trim()} is none of ${KIND_NAMES}.`);
    return kind;
  });
}
