import { Command, Option } from "commander";
import { readConfig } from "../config/file.ts";
import { DETECTORS, type Detector } from "../model/detector.ts";
import { decimal } from "../notify/format.ts";
import { type ReplayReport, replay } from "../replay/replay-file.ts";
import { textTable } from "../text-table.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { log, print } from "./output.ts";
import { progressBar } from "./progress.ts";

interface Options {
  readonly host: string;
  readonly train: string;
  readonly interval: number;
  readonly rowsPerRecord: number;
  readonly detector: Detector;
  readonly config?: string;
  readonly json?: boolean;
}

export function replayCommand(): Command {
  return new Command("replay")
    .argument("<file>", "CSV, gzipped or not; a column `label` is compared with the result and never scored")
    .requiredOption("--host <name>", "the host that the rows belong to")
    .requiredOption("--train <file>", "CSV to fit the first baseline to")
    .addOption(durationOption("--interval <duration>", "time between two rows of files without a time column", "60s"))
    .option("--rows-per-record <n>", "rows in one stream record", countArgument, 60)
    .addOption(new Option("--detector <name>", "the detector that judges the host").choices(DETECTORS).default("fused"))
    .option("--config <file>", "the configuration with the rules and metric policies to judge the rows by")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden replay today.csv --host web-07 --train last-month.csv.gz")
    .action(async (file: string, { host, train, interval, rowsPerRecord, detector, config, json }: Options) => {
      const bar = progressBar("replaying", process.stderr, Date.now);
      const report = await replay({
        file,
        host,
        train,
        intervalMs: interval,
        rowsPerRecord,
        detector,
        ...(config === undefined ? {} : { config: readConfig(config) }),
        clock: Date.now,
        progress: (done, total) => bar.update(done / total),
        log,
      });
      bar.end();
      print(json, report, () => formatReplay(report));
    });
}

function formatReplay(report: ReplayReport): string {
  const { samples, anomalies, incidents, seconds, f1, precision, recall, eventRecall } = report;
  const rows = incidents.map(({ id, opened, resolved, peakScore, causes }) => [
    id,
    opened,
    resolved ?? "open",
    decimal(peakScore),
    causes.map(({ metric }) => metric).join(" "),
  ]);
  const lines = [
    `${samples} samples in ${seconds.toFixed(1)} s: ${anomalies} anomalies, ${incidents.length} incidents`,
  ];
  if (rows.length > 0) lines.push("", textTable(["incident", "opened", "resolved", "peak", "causes"], rows));
  if (f1 !== undefined) {
    lines.push(
      "",
      `per sample: precision ${precision?.toFixed(3)}, recall ${recall?.toFixed(3)}, F1 ${f1.toFixed(3)}; events touched: ${(100 * (eventRecall ?? 0)).toFixed(0)} %`,
    );
  }
  return lines.join("\n");
}
