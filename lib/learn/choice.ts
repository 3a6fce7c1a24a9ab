import { selectEpsilon } from "../model/best-epsilon.ts";
import { isOnCommonScale } from "../model/detector.ts";
import { mergeScoreCounts, poolEpsilon } from "../model/pooled-epsilon.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { ChoiceOnRows } from "./labelled-rows.ts";
import type { EpsilonSource, Estimate, FitReport } from "./report.ts";
import type { Fit, LabelledPeak } from "./training-fit.ts";

/**
 * Labels of incidents move epsilon by at most this factor from its value without them. A label is about a pattern, and
 * a limit that moves further hides other faults.
 */
const LABELS_MOVE_MAX = 2;
/** More labelled incidents than this are not listed by id. */
const LABELS_LISTED_MAX = 50;

/** An epsilon with its reasons. */
export type Choice = Pick<FitReport, "epsilon" | "source" | "labels" | "quality" | "rows">;

/** The epsilon that the labels of these hosts together ask for; undefined without labelled faults. */
export function chooseForGroup(fits: readonly Fit[], settings: FitSettings): Choice | undefined {
  const [first, ...others] = fits.map(({ counts }) => counts);
  if (!first) return undefined;
  const peaks = fits.flatMap((fit) => fit.peaks);
  if (!isOnCommonScale(settings.detector)) return exactChoice(fits, peaks, "group labels");
  const counts = others.reduce(mergeScoreCounts, first);
  const pooled = poolEpsilon(counts, settings.epsilon);
  return pooled && choiceOf(pooled.epsilon, "group labels", peaks);
}

/**
 * A host's epsilon. Labelled rows of a file decide if there are some, without any bound. Else its own labelled faults
 * decide, if its scores have a scale of their own, else its group's labels. Without any, it is the label-free epsilon.
 * Calendar bands and ensembles have the same scale for every host: there the group's labels say more than its own.
 */
export function chooseForHost(fit: Fit, group: Choice | undefined): Choice {
  if (fit.rows) return choiceByRows(fit.rows);
  const isCommon = isOnCommonScale(fit.model.detector);
  const refuted = fit.peaks.filter(({ verdict }) => verdict === "false");
  const free = choiceOf(fit.calmEpsilon, isCommon ? "default" : "quantile", refuted);
  const own = isCommon ? undefined : exactChoice([fit], fit.peaks, "labels");
  if (own) return bounded(own, free, fit.peaks);
  if (group?.source === "group by hand") return notBelow(group, free);
  return group ? bounded(notBelow(group, free), free, fit.peaks) : free;
}

function bounded(choice: Choice, free: Choice, peaks: readonly LabelledPeak[]): Choice {
  const [least, most] = [free.epsilon / LABELS_MOVE_MAX, free.epsilon * LABELS_MOVE_MAX];
  const epsilon = Math.max(least, Math.min(choice.epsilon, most));
  if (epsilon === choice.epsilon) return choice;
  const { quality: _, ...rest } = choice;
  const quality = qualityOf(epsilon, peaks);
  return { ...rest, epsilon, ...(quality ? { quality } : {}) };
}

function choiceByRows({ epsilon, ...rows }: ChoiceOnRows): Choice {
  const quality = qualityFrom(rows);
  return { epsilon, source: "labels", labels: { fault: [], false: [] }, ...(quality ? { quality } : {}), rows };
}

/** A young host's scores run high: the group's epsilon, chosen on grown hosts, would raise an alert an hour. */
function notBelow(group: Choice, free: Choice): Choice {
  if (free.source !== "quantile" || free.epsilon <= group.epsilon) return group;
  const { source, labels } = group;
  return { epsilon: free.epsilon, source, labels };
}

/** The epsilon of best F1 on the labelled samples of hosts whose scores are on one scale. */
function exactChoice(fits: readonly Fit[], peaks: readonly LabelledPeak[], source: EpsilonSource): Choice | undefined {
  const labelled = fits.flatMap((fit) => fit.labelled ?? []);
  const total = labelled.reduce((sum, { scores }) => sum + scores.length, 0);
  const scores = new Float64Array(total);
  const positive = new Uint8Array(total);
  let at = 0;
  for (const part of labelled) {
    scores.set(part.scores, at);
    positive.set(part.positive, at);
    at += part.scores.length;
  }
  const choice = selectEpsilon(scores, positive);
  return choice && choiceOf(choice.epsilon, source, peaks);
}

function choiceOf(epsilon: number, source: EpsilonSource, peaks: readonly LabelledPeak[]): Choice {
  const idsOf = (verdict: LabelledPeak["verdict"]) =>
    peaks.filter((one) => one.verdict === verdict).map(({ id }) => id);
  const quality = qualityOf(epsilon, peaks);
  const labels = {
    fault: idsOf("fault").slice(0, LABELS_LISTED_MAX),
    false: idsOf("false").slice(0, LABELS_LISTED_MAX),
  };
  return { epsilon, source, labels, ...(quality ? { quality } : {}) };
}

/** The quality of epsilon on the labelled incidents, each counted once however long it was. */
export function qualityOf(epsilon: number, peaks: readonly LabelledPeak[]): FitReport["quality"] {
  const count = (verdict: LabelledPeak["verdict"], raised: boolean) =>
    peaks.filter((one) => one.verdict === verdict && one.peak > epsilon === raised).length;
  return qualityFrom({
    caught: count("fault", true),
    missed: count("fault", false),
    falseAlarms: count("false", true),
  });
}

function qualityFrom({ caught, missed, falseAlarms }: Pick<ChoiceOnRows, "caught" | "missed" | "falseAlarms">) {
  if (caught + missed === 0) return undefined;
  const f1 = (2 * caught) / (2 * caught + missed + falseAlarms);
  return { f1, precision: estimate(caught, caught + falseAlarms), recall: estimate(caught, caught + missed) };
}

/** The quantile of a standard normal for 95 %. */
const Z = 1.959964;

/**
 * A share with its interval by Wilson (1927), which holds for small counts too; 0 of 0 is 0, with the interval from 0
 * to 1.
 */
function estimate(part: number, whole: number): Estimate {
  if (whole === 0) return { value: 0, low: 0, high: 1 };
  const share = part / whole;
  const middle = (share + (Z * Z) / (2 * whole)) / (1 + (Z * Z) / whole);
  const half = (Z / (1 + (Z * Z) / whole)) * Math.sqrt((share * (1 - share)) / whole + (Z * Z) / (4 * whole * whole));
  return { value: share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
