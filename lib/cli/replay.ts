import { basename } from "node:path";
import { Command } from "commander";
import { readConfig } from "../config/file.ts";
import { type BacktestOptions, backtest } from "../replay/backtest.ts";
import { backtestSummary, type NamedReport } from "../replay/backtest-summary.ts";
import { readAnswers } from "../replay/given-answers.ts";
import type { Lesson } from "../replay/lesson.ts";
import { readRecording } from "../replay/read-recording.ts";
import type { HostRecording } from "../replay/recording.ts";
import { readCsv } from "../rows/read-csv.ts";
import { UserError } from "../user-error.ts";
import { durationOption } from "./arguments.ts";
import { proposalFor } from "./did-you-mean.ts";
import { type FileOptions, tableOptions, withFileOptions } from "./file-options.ts";
import { log, print } from "./output.ts";
import { withProgress } from "./progress.ts";

interface Options extends FileOptions {
  readonly host?: string;
  readonly train?: string;
  readonly interval: number;
  readonly config?: string;
  readonly compare?: string;
  readonly answers?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return withFileOptions(new Command("replay"))
    .argument("<recording>", "CSV, JSON, xlsx or NDJSON of many hosts, or a folder of such files")
    .option("--host <name>", "the host of rows that do not name one (default: the file's name)")
    .option("--train <file>", "CSV that this host has learned from; absent: hosts learn from nothing")
    .addOption(durationOption("--interval <duration>", "time between two rows of files without a time column", "60s"))
    .option("--config <file>", "the configuration to replay with; absent: the defaults")
    .option("--compare <file>", "another configuration: replays with both and shows them side by side")
    .option("--answers <file>", "JSON list of people's answers: [{host, of, at, verdict}]")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden replay last-month.csv.gz --config fleetwarden.config.json")
    .action(async (path: string, options: Options) => {
      const { host, interval: intervalMs, config, compare } = options;
      const answers = options.answers === undefined ? {} : { answers: await readAnswers(options.answers) };
      const configs = [config, ...(compare === undefined ? [] : [compare])].map((file) => named(file));
      const recording = await readRecording(path, {
        ...{ intervalMs, log },
        table: tableOptions(options),
        ...(host === undefined ? {} : { host }),
      });
      const lesson = await lessonFor(recording, options);
      const shared = { ...answers, ...(lesson && { lesson }), stopwatch: () => performance.now() };
      const replays: NamedReport[] = [];
      for (const one of configs) replays.push(await replayWith(one, recording, shared));
      const [first, second] = replays.map(({ report }) => report);
      print(options.json, second ? { ...first, compared: second } : first, () => backtestSummary(replays));
    });
}

type NamedConfig = Pick<BacktestOptions, "config"> & { readonly name: string };

function named(file: string | undefined): NamedConfig {
  return file === undefined ? { name: "defaults" } : { name: basename(file), config: readConfig(file) };
}

async function replayWith(
  { name, ...config }: NamedConfig,
  recording: readonly HostRecording[],
  shared: Omit<BacktestOptions, "config" | "progress">,
): Promise<NamedReport> {
  const report = await withProgress(`replaying with ${name}`, (progress) =>
    backtest(recording, { ...config, ...shared, progress }),
  );
  const { samples, seconds, refitSeconds } = report;
  log(`${samples} samples in ${seconds.toFixed(1)} s, ${refitSeconds.toFixed(1)} s of them for the daily refits`);
  return { name, report };
}

async function lessonFor(recording: readonly HostRecording[], options: Options): Promise<Lesson | undefined> {
  const { host, train: path, interval: intervalMs } = options;
  if (path === undefined) return undefined;
  const learner = recording.find((one) => one.host === host);
  if (host === undefined) throw new UserError("--train needs --host with the name of a host in the recording");
  if (!learner) {
    const proposal = proposalFor(
      host,
      recording.map((one) => one.host),
    );
    throw new UserError(`--host ${host}: the recording has no such host${proposal}`);
  }
  return { host: learner.host, group: learner.group, path, table: await readCsv(path), intervalMs };
}
