import { Command, InvalidArgumentError, Option } from "commander";
import { type Sent, sendSamples } from "../agent/relay.ts";
import { type FleetSample, fleetOf, fleetSamples, SAMPLE_COLUMNS, sampleTable } from "../demo/fleet-samples.ts";
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
import { timeOfDay } from "../notify/time.ts";
import { tableChunks } from "../table/write.ts";
import { UserError } from "../user-error.ts";
import { durationArgument, durationOption, seedArgument, timeArgument, wholeNumber } from "./arguments.ts";
import { say } from "./output.ts";
import { openTarget, type TargetOptions, withTarget } from "./target.ts";
import { formatOf, writeOut } from "./write-out.ts";

interface Options extends TargetOptions {
  readonly hosts: number;
  readonly for: number;
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
/** The calm share at the beginning, unless --past adds calm time before it. */
const CALM_SHARE = 0.5;
const KIND_NAMES = FAULT_KINDS.map(({ name }) => name).join(", ");

export function demoGenerateCommand(): Command {
  return withTarget(new Command("generate"))
    .description("Generate samples of a made-up fleet, with faults in the second half, for a file or a stream.")
    .option("--hosts <n>", "number of hosts", hostsArgument, 10)
    .addOption(durationOption("--for <duration>", "time from the first sample to the last", "2h"))
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
  const hosts = fleetOf(options.hosts);
  const timetable = timetableOf(options, Date.now());
  const faults = placeFaults(hosts, timetable, options.seed, options.faults);
  const samples = fleetSamples(hosts, timetable, faults, options.seed);
  const labels = options.labels ?? options.output?.replace(/(\.[^./\\]*)?$/, ".faults.csv");
  if (labels !== undefined) await writeOut(labels, tableChunks("csv", FAULT_COLUMNS, faultTable(faults, timetable)));
  if (options.live) say(outlook(faults, timetable));
  if (options.send || options.live) {
    const sent = await send(samples, options);
    return say(`Sent ${sent.samples} samples in ${sent.records} records.`);
  }
  await writeOut(options.output, tableChunks(formatOf(options.output), SAMPLE_COLUMNS, sampleTable(samples)));
}

function timetableOf({ for: lasts, interval, start, past = 0, send, live }: Options, now: number): Timetable {
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

function faultsArgument(text: string): readonly FaultKind[] {
  if (text === "none") return [];
  return text.split(",").map((name) => {
    const kind = FAULT_KINDS.find((one) => one.name === name.trim());
    if (!kind) throw new InvalidArgumentError(`${name.trim()} is none of ${KIND_NAMES}.`);
    return kind;
  });
}
