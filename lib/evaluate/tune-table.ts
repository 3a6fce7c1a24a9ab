import { textTable } from "../text-table.ts";
import { isWorthIt } from "./held-out.ts";
import type { TuneReport } from "./tune-folder.ts";

/** The report for people: each candidate, what the choice was worth on held-out time, and what to do. */
export function formatTuning(report: TuneReport): string {
  const { folder, measure, folds, machines, leftOut, events, candidates, heldOut, seconds } = report;
  const [configured] = candidates;
  const rows = candidates.map((one) => [
    one.name,
    figure(one.measure),
    signed(one.measure - (configured?.measure ?? 0)),
  ]);
  const chosen = heldOut.chosen.map((place, k) => `fold ${k + 2}: ${candidates[place]?.name ?? ""}`);
  return [
    `${candidates.length} candidates on ${folder}, in ${folds} folds by time of ${machines.length === 1 ? "one machine" : `${machines.length} machines`} with ${events} labelled events.`,
    ...(leftOut.length > 0 ? [`Left out, with fewer than ${folds} events: ${leftOut.join(", ")}.`] : []),
    "",
    textTable(["candidate", measure, "difference"], rows, { alignValues: "right" }),
    "The same rows chose and measured these figures: they flatter the best.",
    "",
    `Chosen on the folds before each: ${chosen.join("; ")}.`,
    `On these ${heldOut.pairs} pairs of a machine and a later fold the choice gained ${signed(heldOut.gain)}, with a standard error of ${figure(heldOut.error)}.`,
    verdictOf(report),
    "",
    `${seconds.toFixed(1)} s`,
  ].join("\n");
}

function verdictOf({ candidates, heldOut, events }: TuneReport): string {
  const { best, gain, noise, pairs, pairsNeeded } = heldOut;
  if (isWorthIt(heldOut))
    return `That is more than the noise of ${figure(noise)}. The winner is: ${candidates[best]?.name}.`;
  if (best === 0) return "Over all folds nothing is better than what is configured, so that stays.";
  if (gain <= 0) return "Tuning gained nothing on held-out time, so what is configured stays.";
  // More machines of as many events bring more pairs.
  const needed = pairsNeeded === undefined ? undefined : Math.ceil((pairsNeeded / pairs) * events);
  const advice = needed === undefined ? "" : ` Such a gain would count with about ${needed} labelled events.`;
  return `That is no more than the noise of ${figure(noise)}, so what is configured stays.${advice}`;
}

function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : "unknown";
}

function signed(value: number): string {
  return `${value >= 0 ? "+" : "−"}${figure(Math.abs(value))}`;
}
