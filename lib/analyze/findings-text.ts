import { listed } from "../listed.ts";
import type { DetectorChoice } from "../model/detector.ts";
import { forestSeverity, plainTime, reasonText } from "../table/metrics-history.ts";
import { type Unchanged, unchangedText } from "../watch/unchanged.ts";
import type { Event, Ranked } from "./events.ts";
import type { Summary } from "./summary.ts";

/** A table for people. */
export interface FindingsTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The findings in sentences. */
export function sentencesOf({ rows, unjudged, anomalies, rate, range, hosts, hostCount }: Summary): string[] {
  const judged = rows - unjudged;
  const among = hosts.filter((host) => host.anomalies > 0);
  return [
    `${anomalies} of ${judged} rows are anomalies (${percent(rate)}).`,
    ...(unjudged > 0 ? [`${unjudged} rows could not be judged.`] : []),
    ...(range ? [`From ${plainTime(range.from)} to ${plainTime(range.to)} UTC.`] : []),
    ...(among.length > 0 && hostCount > 1
      ? [
          `The worst of ${hostCount} hosts: ${among.map((one) => `${one.host} (${one.anomalies} of ${one.rows})`).join(", ")}.`,
        ]
      : []),
  ];
}

/** The events whose peaks are furthest above their threshold, with the reasons, and under a forest their severity. */
export function worstTable(
  { worst, events }: Summary,
  metrics: readonly string[],
  detector: DetectorChoice,
): FindingsTable {
  const hasTime = worst.some(({ peak }) => peak.time !== undefined);
  const hasHost = worst.some(({ peak }) => peak.host !== undefined);
  const placeOf = ({ time, line }: Ranked) => (time === undefined ? `line ${line}` : plainTime(time));
  const cells = ({ from, to, rows, peak }: Event) => [
    placeOf(from),
    placeOf(to),
    ...(hasHost ? [peak.host ?? ""] : []),
    String(rows),
    peak.verdict.signed.toFixed(2),
    ...severityOf(peak, detector),
    ...(hasTime ? [String(peak.line)] : []),
    whyOf(peak, metrics),
  ];
  const head = [
    ...["begin", "end", ...(hasHost ? ["host"] : []), "rows", "peak"],
    ...[...(detector === "iforest" ? ["severity"] : []), ...(hasTime ? ["line"] : []), "why"],
  ];
  const title =
    events > worst.length ? `The ${worst.length} strangest of ${events} events` : "Events, the strangest first";
  return { title, head, rows: worst.map(cells) };
}

/** By the bands of document 004, which are about a forest's scores; none under another detector. */
export function severityOf({ verdict }: Ranked, detector: DetectorChoice): readonly string[] {
  return detector === "iforest" ? [forestSeverity(verdict.score)] : [];
}

/** The metrics that caused an anomaly, with their values. */
export function whyOf({ verdict }: Ranked, metrics: readonly string[]): string {
  return verdict.reasons.map((one) => reasonText({ ...one, metric: metrics[one.metric] ?? "" })).join(" | ");
}

/** Says that levels change within the file, which may be a fault or the new usual. */
export function movedText(moved: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (moved.size === 0) return [];
  const named = listed([...new Set([...moved.values()].flat())]);
  const hosts = moved.size > 1 ? ` on ${moved.size} hosts` : "";
  return [
    `The level of ${named} changes within the file and stays${hosts}. ` +
      "The file cannot tell a new usual level and a lasting fault apart.",
  ];
}

/** The metrics that never changed: with their limits where the file has one host, else with the number of hosts. */
export function unchangedFindings(
  unchanged: ReadonlyMap<string, readonly Unchanged[]>,
  hosts: number,
): readonly string[] {
  const where = "in the rows that were fitted to";
  const [[, first] = ["", []]] = unchanged;
  if (hosts === 1) return unchangedText(first, where);
  const counts = new Map<string, number>();
  for (const { metric } of [...unchanged.values()].flat()) counts.set(metric, (counts.get(metric) ?? 0) + 1);
  if (counts.size === 0) return [];
  const named = listed([...counts].map(([metric, count]) => `${metric} (${count} of ${hosts} hosts)`));
  return [`Never changed ${where}: ${named}.`];
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value < 1 && value > 0 ? value.toPrecision(2) : value.toFixed(1)} %`;
}
