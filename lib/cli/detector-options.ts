import { type Command, Option } from "commander";
import type { Config } from "../config/config.ts";
import { CONTAMINATION_RANGE } from "../config/schema.ts";
import { DETECTORS, type Detector } from "../model/detector.ts";
import { UserError } from "../user-error.ts";
import { HISTORY_DAYS } from "../watch/ports.ts";
import { shareWithin, wholeNumber } from "./arguments.ts";

/** Settings of the detectors of all groups, in place of those of the configuration. */
export interface DetectorOptions {
  readonly detector?: Detector;
  readonly contamination?: number;
  readonly windowDays?: number;
}

const daysArgument = wholeNumber(1, HISTORY_DAYS, `Use a whole number from 1 to ${HISTORY_DAYS}.`);

export function addDetectorOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--detector <name>", "the detector of every group, whatever the configuration says").choices(
        DETECTORS,
      ),
    )
    .option(
      "--contamination <share>",
      "the share of calm samples beyond epsilon in every group, 5% or 0.05; not for bands",
      shareWithin(CONTAMINATION_RANGE),
    )
    .option("--window-days <n>", "days of history that a refit of every group looks back", daysArgument);
}

/** Throws a UserError for a contamination that changes nothing. */
export function withDetectorOptions(config: () => Config, options: DetectorOptions): () => Config {
  const { detector, contamination, windowDays } = options;
  const given = {
    ...(detector === undefined ? {} : { detector }),
    ...(contamination === undefined ? {} : { contamination }),
    ...(windowDays === undefined ? {} : { windowDays }),
  };
  if (contamination !== undefined && (detector ?? config().settingsOf("*").detector) === "bands")
    throw new UserError("--contamination is not for bands: add --detector iforest, or another detector");
  if (Object.keys(given).length === 0) return config;
  return () => {
    const now = config();
    return { ...now, settingsOf: (group) => ({ ...now.settingsOf(group), ...given }) };
  };
}
