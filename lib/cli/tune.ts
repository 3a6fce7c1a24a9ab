import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { readConfig } from "../config/file.ts";
import { type ConfigDocument, parseVaried, type Varied } from "../evaluate/candidates.ts";
import { FOLDS } from "../evaluate/folds.ts";
import { REFITS, type Refit } from "../evaluate/play.ts";
import { MEASURES, type Measure, tune } from "../evaluate/tune-folder.ts";
import { formatTuning } from "../evaluate/tune-table.ts";
import { durationOption, wholeNumber } from "./arguments.ts";
import { print } from "./output.ts";
import { withProgress } from "./progress.ts";
import { writeOut } from "./write-out.ts";

/** Two folds leave one to judge by; more than twenty have few events each. */
const FOLDS_RANGE = [2, 20] as const;

interface Options {
  readonly vary: readonly Varied[];
  readonly config?: string;
  readonly group: string;
  readonly measure: Measure;
  readonly folds: number;
  readonly refit: Refit;
  readonly interval: number;
  readonly write?: string;
  readonly json?: boolean;
}

export function tuneCommand(): Command {
  const [least, most] = FOLDS_RANGE;
  return new Command("tune")
    .argument("<folder>", "a folder with labelled data, as `evaluate` reads it")
    .requiredOption(
      "--vary <key=values>",
      "a key of `detectors` and the values to try, joined by commas; may be repeated, for all combinations",
      (text: string, before: readonly Varied[] = []) => [...before, parseVaried(text)],
    )
    .option("--config <file>", "the configuration to begin with (default: that of an empty file)")
    .option("--group <name>", "the group whose settings are tuned", "*")
    .addOption(
      new Option("--measure <figure>", "the figure of `evaluate` to choose by; f1 is that at the deployed epsilon")
        .choices(MEASURES)
        .default("f1"),
    )
    .option(
      "--folds <n>",
      "parts of each test part, by time, with as many labelled events each",
      wholeNumber(least, most, `Use a whole number from ${least} to ${most}.`),
      FOLDS,
    )
    .addOption(
      new Option("--refit <when>", "daily, as deployed; or never: fit once, to the whole train part")
        .choices(REFITS)
        .default("daily"),
    )
    .addOption(durationOption("--interval <duration>", "time between two rows", "60s"))
    .option("--write <file>", "write the configuration with the winner, if there is one")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden tune machines --vary sensitivity=sensitive,normal,quiet --write fleetwarden.config.json",
    )
    .action(async (folder: string, { vary, config, interval, write, json, ...options }: Options) => {
      const document = config === undefined ? { version: 1 } : documentIn(config);
      const about = { folder, document, varied: vary, intervalMs: interval, clock: Date.now };
      const tuning = await withProgress("tuning", (progress) => tune({ ...options, ...about, progress }));
      if (write && tuning.document) await writeOut(write, [`${JSON.stringify(tuning.document, null, 2)}\n`]);
      const written = write === undefined ? "" : tuning.document ? `Written: ${write}` : `Not written: ${write}`;
      print(json, tuning.report, () => [formatTuning(tuning.report), written].filter(Boolean).join("\n"));
    });
}

/** The document of a configuration without mistakes. */
function documentIn(path: string): ConfigDocument {
  readConfig(path);
  return JSON.parse(readFileSync(path, "utf8"));
}
