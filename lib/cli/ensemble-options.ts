import { InvalidArgumentError, Option } from "commander";
import { DETECTORS, type Detector, type EnsembleChoice } from "../model/detector.ts";
import { COMBINATIONS, type Combination } from "../model/ensemble.ts";
import { UserError } from "../user-error.ts";

/** `--ensemble`, in place of `--detector`. */
export function ensembleOption(): Option {
  return new Option("--ensemble <names>", "in place of one detector, several together, joined by commas")
    .argParser(membersArgument)
    .conflicts("detector");
}

/** `--by`, beside `--ensemble`. */
export function byOfEnsemble(): Option {
  const first = COMBINATIONS[0];
  return new Option(
    "--by <way>",
    `how an ensemble makes one score, as in the configuration (default: ${first})`,
  ).choices(COMBINATIONS);
}

/** The choice that both options make; undefined without them. */
export function ensembleOf(
  members: readonly Detector[] | undefined,
  by: Combination | undefined,
): EnsembleChoice | undefined {
  if (members) return { members, by: by ?? COMBINATIONS[0] };
  if (by) throw new UserError("--by is for an ensemble: add --ensemble, or leave it out");
  return undefined;
}

function membersArgument(text: string): readonly Detector[] {
  const members = text.split(",").flatMap((name) => DETECTORS.find((known) => known === name.trim()) ?? []);
  if (members.length < 2 || new Set(members).size < text.split(",").length)
    throw new InvalidArgumentError(`Use two or more different ones of ${DETECTORS.join(", ")}, like bands,gaussian.`);
  return members;
}
