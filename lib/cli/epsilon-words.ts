import type { Incident } from "../incident/incident.ts";
import type { EnsembleReport, EpsilonSource, Estimate, FitReport } from "../learn/report.ts";
import { decimal, percent } from "../notify/format.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import { groupOwner } from "../watch/baseline.ts";

/** The epsilon that holds a budget lies between two counted levels: its alerts equal the budget only after rounding. */
const ROUNDING = 1 + 1e-9;

/** Such as `41.6: the calm quantile of 240 samples, no labels; flags 1 % …`. */
export function describeEpsilon(report: FitReport): string {
  const { epsilon, source, quality, flagRate, budget, by, from } = report;
  const fit = quality ? `, ${describeQuality(quality)}` : "";
  const flags = isTried(report) ? `; flags ${percent(flagRate)} of the last day's calm samples` : "";
  const repeated = from === undefined || source === "by hand" ? "" : `; from v${from} by ${by ?? "a refit"}`;
  const excess = budget && budget.after > budget.allowed * ROUNDING ? describeExcess(budget) : "";
  return `${decimal(epsilon)}: ${reasonOf(report)}${fit}${flags}${excess}${repeated}`;
}

/** Such as `The score is the mean of bands (limit 1) and gaussian (limit 41.6), each divided by its limit`. */
export function describeEnsemble({ by, members }: EnsembleReport): string {
  const each = members.map(({ detector, epsilon }) => `${detector} (limit ${decimal(epsilon)})`).join(" and ");
  return `The score is the ${by.replace("-", " ")} of ${each}, each divided by its limit`;
}

/** The version that a person created, and when its epsilon takes effect. */
export function describeChange(report: FitReport): string {
  const { owner, version } = report;
  return `${owner} v${version}: epsilon ${describeEpsilon(report)}. ${describeForce(owner)}`;
}

function describeForce(owner: string): string {
  return owner.startsWith(groupOwner(""))
    ? "In force within a minute for hosts without a baseline of their own, for the others after the next refit."
    : "In force within a minute.";
}

/** Whether the flag rate belongs to this epsilon: no refit has tried one that was just set by hand. */
export function isTried({ source, from }: FitReport): boolean {
  return source !== "by hand" || from === undefined;
}

function reasonOf({ source, labels, samples, budget, by, rows }: FitReport): string {
  const decided = [...labels.fault.map((id) => `${id} fault`), ...labels.false.map((id) => `${id} false`)].join(", ");
  const learnt = decided ? `labels among them (${decided})` : "no labels";
  const reasons: Record<EpsilonSource, string> = {
    default: `the detector's own, the same for every host${decided ? `, above ${decided} already` : ""}`,
    quantile: `the calm quantile of ${samples} samples, ${learnt}`,
    "false labels": `above the incidents labelled false (${decided})`,
    labels: rows ? describeRows(rows) : `best F1 on this host's labels (${decided})`,
    "group labels": `best F1 on the group's labels (${decided})`,
    budget: budget ? `raised to hold the budget: ${describeBudget(budget)}` : "raised to hold the budget",
    "by hand": `set by ${by ?? "hand"}, kept until it is set to auto`,
    "group by hand": "set by hand for the group, kept until that is set to auto",
  };
  return reasons[source];
}

/** `best F1 on 307 labelled rows, p(x) < 9.087601e-5 (the scan: p(x) < 8.990853e-5, F1 0.88)`. */
function describeRows({ rows, density, scan }: NonNullable<FitReport["rows"]>): string {
  const exact = density ? `, p(x) < ${densityText(density.exact)}` : "";
  const other =
    density?.scan !== undefined && scan
      ? ` (the scan: p(x) < ${densityText(density.scan)}, epsilon ${decimal(scan.epsilon)}, F1 ${scan.f1.toFixed(6)})`
      : "";
  return `best F1 on ${rows} labelled rows${exact}${other}`;
}

/** A density by its logarithm; with many metrics it is too small for a double. */
function densityText(logarithm: number): string {
  const value = Math.exp(logarithm);
  return value > 0 ? value.toExponential(6) : `e^${logarithm.toFixed(3)}`;
}

function describeBudget({ allowed, before, after }: NonNullable<FitReport["budget"]>): string {
  return `${decimal(allowed)} alerts a week, ${decimal(after)} expected instead of ${decimal(before)}`;
}

/** The part that a budget cannot hold, in any case. */
function describeExcess({ allowed, after, ceiling }: NonNullable<FitReport["budget"]>): string {
  const why = ceiling === undefined ? "no epsilon is high enough" : "a higher epsilon would hide a labelled fault";
  return `; the budget of ${decimal(allowed)} alerts a week cannot be held: ${decimal(after)} expected, ${why}`;
}

function describeQuality({ f1, precision, recall }: NonNullable<FitReport["quality"]>): string {
  return `F1 ${f1.toFixed(2)}, precision ${describeEstimate(precision)}, recall ${describeEstimate(recall)}`;
}

/** `0.90 (0.55 to 0.98)`: the value and its 95 % interval. */
export function describeEstimate({ value, low, high }: Estimate): string {
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

export function hostCount(hosts: number): string {
  return hosts === 1 ? "1 host" : `${hosts} hosts`;
}

/** Incidents of this many days count. */
export const INCIDENT_DAYS = 30;
/** A fleet with more incidents in that time needs no preview: its epsilon is too low. */
const INCIDENTS_MAX = 10_000;

/** The newest incidents. */
export async function recentIncidents(
  { incidents }: Pick<Stores, "incidents">,
  now: number,
): Promise<readonly Incident[]> {
  const from = now - INCIDENT_DAYS * DAY_MS;
  return incidents.feed(from, now + 1, INCIDENTS_MAX);
}
