import { Command, InvalidArgumentError, Option } from "commander";
import { type HostSample, type Sent, sendSamples } from "../agent/relay.ts";
import { type FleetSample, fleetOf, fleetSamples } from "../demo/fleet-samples.ts";
import { METRICS } from "../demo/machine.ts";
import { paced } from "../demo/pace.ts";
import { FAULT_KINDS, type PlacedFault, placeAll, placeFaults, type Timetable } from "../demo/plan.ts";
import { timeOfDay } from "../notify/time.ts";
import { type Column, columns, type Row } from "../table/columns.ts";
import { tableChunks } from "../table/write.ts";
import { UserError } from "../user-error.ts";
import { countArgument, durationArgument, durationOption, seedArgument, timeArgument } from "./arguments.ts";
import { openTarget, type TargetOptions, withTarget } from "./target.ts";
import { formatOf, writeOut } from "./write-out.ts";

interface Options extends TargetOptions {
  readonly hosts: number;
  readonly for: number;
  readonly interval: number;
  readonly start?: number;
  readonly past?: number;
  readonly faults?: readonly string[];
  readonly seed: number;
  readonly output?: string;
  readonly labels?: string;
  readonly send?: boolean;
  readonly live?: boolean;
}

/** The scenarios begin here too, so that the output depends on the options alone. */
const START = Date.UTC(2026, 10, 22, 9);
const HOSTS_MAX = 10_000;
/** Without --past the first half is calm. */
const CALM_SHARE = 0.5;
const KINDS = FAULT_KINDS.map(({ name }) => name);

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
      `separated by commas: none, ${KINDS.join(", ")} (default: each one once, where there is room)`,
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
    throw new UserError("--past is what goes before --live: name both, or say with --start when to begin");
  const hosts = fleetOf(options.hosts);
  const timetable = timetableOf(options, Date.now());
  const faults = options.faults
    ? placeFaults(options.faults, hosts, timetable, options.seed)
    : placeAll(hosts, timetable, options.seed);
  const samples = fleetSamples(hosts, timetable, faults, options.seed);
  const labels = options.labels ?? options.output?.replace(/(\.[^./\\]*)?$/, ".faults.csv");
  if (labels !== undefined)
    await writeOut(
      labels,
      tableChunks(
        "csv",
        FAULT_COLUMNS,
        some(faults, (fault) => faultRow(fault, timetable)),
      ),
    );
  if (options.live) print(outlook(faults, timetable));
  if (options.send || options.live) return print(summary(await send(samples, options)));
  await writeOut(options.output, tableChunks(formatOf(options.output), SAMPLE_COLUMNS, some(samples, sampleRow)));
}

function timetableOf({ for: lasts, interval, start, past = 0, send, live }: Options, now: number): Timetable {
  if (interval > lasts) throw new UserError("--interval is longer than --for: there would be but one sample");
  const beginning = live ? now : send ? now - lasts : START;
  const begin = start ?? Math.floor(beginning / interval) * interval;
  const calm = past > 0 ? 0 : lasts * CALM_SHARE;
  return { from: begin - Math.ceil(past / interval) * interval, calmUntil: begin + calm, to: begin + lasts, interval };
}

async function send(samples: Iterable<FleetSample>, options: Options): Promise<Sent> {
  const { env, stream } = await openTarget(options, process.env);
  const batches = options.live ? paced(samples, ({ time }) => time, Date.now) : some([samples], (all) => all);
  const sent = { records: 0, samples: 0 };
  for await (const batch of batches) {
    const { records, samples: count } = await sendSamples(
      { stream, env, clock: Date.now, random: Math.random },
      some(batch, hostSampleOf),
    );
    sent.records += records;
    sent.samples += count;
  }
  return sent;
}

/** Faults named before they happen; a large fleet may have thousands. */
const FAULTS_SHOWN_MAX = 10;

/** What a live fleet is going to do. */
function outlook(faults: readonly PlacedFault[], { to }: Timetable): string {
  const shown = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map((fault) => `  ${timeOfDay(fault.from)} to ${timeOfDay(fault.to)}  ${fault.kind} on ${fault.host}`);
  const more = faults.length - shown.length;
  return [
    `Sending until ${timeOfDay(to)} UTC. ${shown.length > 0 ? "What will go wrong:" : "Nothing will go wrong."}`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more: --labels writes them all`] : []),
  ].join("\n");
}

function summary({ samples, records }: Sent): string {
  return `Sent ${samples} samples in ${records} records.`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function hostSampleOf({ host, group, time, values }: FleetSample): HostSample {
  return { host, group, time, names: METRICS, row: values };
}

/** As `send` and `fit` read them. */
const SAMPLE_COLUMNS: readonly Column[] = [
  ...columns("text", "host", "group"),
  ...columns("time", "time"),
  ...columns("number", ...METRICS, "label"),
];

function sampleRow({ host, group, time, values, faulty }: FleetSample): Row {
  return [host, group, time, ...values, Number(faulty)];
}

/** As `labels import` reads them. */
const FAULT_COLUMNS: readonly Column[] = [
  ...columns("text", "host"),
  ...columns("time", "from", "to"),
  ...columns("text", "verdict", "note"),
];

/** From its first sample to its last. */
function faultRow({ host, kind, from, to }: PlacedFault, { interval }: Timetable): Row {
  return [host, from, to - interval, "fault", kind];
}

function hostsArgument(text: string): number {
  const count = countArgument(text);
  if (count > HOSTS_MAX) throw new InvalidArgumentError(`Use at most ${HOSTS_MAX}.`);
  return count;
}

function faultsArgument(text: string): readonly string[] {
  const names = text === "none" ? [] : text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !KINDS.includes(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`${wrong} is none of ${KINDS.join(", ")}.`);
  return names;
}

async function* some<T, U>(values: Iterable<T>, change: (value: T) => U): AsyncGenerator<U> {
  for (const value of values) yield change(value);
}
