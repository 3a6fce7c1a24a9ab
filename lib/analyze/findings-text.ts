import { plainTime, reasonText } from "../table/metrics-history.ts";
import type { HtmlTable } from "./analysis-page.ts";
import type { Ranked, Summary } from "./summary.ts";

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
          `Of ${hostCount} hosts the worst: ${among.map((one) => `${one.host} (${one.anomalies} of ${one.rows})`).join(", ")}.`,
        ]
      : []),
  ];
}

/** The rows furthest above their threshold, with the reasons. */
export function worstTable({ worst }: Summary, metrics: readonly string[]): HtmlTable {
  const hasTime = worst.some(({ time }) => time !== undefined);
  const hasHost = worst.some(({ host }) => host !== undefined);
  const cells = (row: Ranked) => [
    String(row.line),
    ...(hasTime ? [row.time === undefined ? "" : plainTime(row.time)] : []),
    ...(hasHost ? [row.host ?? ""] : []),
    row.verdict.signed.toFixed(2),
    row.verdict.reasons.map((one) => reasonText({ ...one, metric: metrics[one.metric] ?? "" })).join(" | "),
  ];
  return {
    title: "The strangest rows",
    head: ["line", ...(hasTime ? ["time"] : []), ...(hasHost ? ["host"] : []), "score", "why"],
    rows: worst.map(cells),
  };
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value < 1 && value > 0 ? value.toPrecision(2) : value.toFixed(1)} %`;
}
