import { causesOf, type Incident, partOf, rulesOf, severityOf, subjectOf, wasTold } from "../incident/incident.ts";
import { isFalseAlarm, type Label } from "../incident/label.ts";
import { quantile } from "../model/quantile.ts";
import { kindOf } from "./incident-rows.ts";

export const STATISTICS_BY = ["reason", "host", "group", "day", "label", "category"] as const;
export type StatisticsBy = (typeof STATISTICS_BY)[number];

/** Incidents of one reason, host, group, day, label or category of fault. */
export interface AlertCounts {
  readonly key: string;
  readonly incidents: number;
  readonly critical: number;
  readonly open: number;
  /** Part of a fleet's incident before anybody was notified: people received the fleet's alert instead. */
  readonly absorbed: number;
  /** Without a message, because people had called the same a false alarm. */
  readonly quiet: number;
  readonly acknowledged: number;
  readonly reminded: number;
  readonly texted: number;
  /** Labelled as a fault, or as a false alarm or a new normal. */
  readonly faults: number;
  readonly falseAlarms: number;
  /** Share of false alarms among faults and false alarms; absent without either. */
  readonly falseShare?: number;
  /** Median duration of resolved incidents, in milliseconds; absent without any. */
  readonly medianMs?: number;
}

/** Counts all incidents together and by the given key. Days come in order, other keys by their number of incidents. */
export async function alertStatistics(
  incidents: AsyncIterable<Incident>,
  by: StatisticsBy,
): Promise<{ readonly total: AlertCounts; readonly rows: readonly AlertCounts[] }> {
  const total = newTally();
  const tallies = new Map<string, Tally>();
  for await (const incident of incidents) {
    const key = KEYS[by](incident);
    const tally = tallies.get(key) ?? newTally();
    tallies.set(key, tally);
    count(tally, incident);
    count(total, incident);
  }
  const rows = [...tallies].map(([key, tally]) => countsOf(key, tally));
  const byKey = (a: AlertCounts, b: AlertCounts) => (a.key < b.key ? -1 : 1);
  rows.sort((a, b) => (by === "day" ? 0 : b.incidents - a.incidents) || byKey(a, b));
  return { total: countsOf("all", total), rows };
}

type Tally = { -readonly [K in Exclude<keyof AlertCounts, "key" | "falseShare" | "medianMs">]: number } & {
  readonly durations: number[];
};

function newTally(): Tally {
  return {
    ...{ incidents: 0, critical: 0, open: 0, absorbed: 0, quiet: 0, acknowledged: 0, reminded: 0, texted: 0 },
    ...{ faults: 0, falseAlarms: 0, durations: [] },
  };
}

function count(tally: Tally, incident: Incident): void {
  const { opened, resolved, acknowledged, reminded, texted, label } = incident;
  tally.incidents += 1;
  if (severityOf(incident) === "critical") tally.critical += 1;
  if (resolved === undefined) tally.open += 1;
  else tally.durations.push(resolved - opened);
  if (partOf(incident) !== undefined && !wasTold(incident)) tally.absorbed += 1;
  if (incident.kind === "anomaly" && incident.quiet !== undefined) tally.quiet += 1;
  if (acknowledged) tally.acknowledged += 1;
  if (reminded) tally.reminded += 1;
  if (texted) tally.texted += 1;
  if (label?.verdict === "fault") tally.faults += 1;
  if (isFalseAlarm(label)) tally.falseAlarms += 1;
}

function countsOf(key: string, { durations, ...counts }: Tally): AlertCounts {
  const judged = counts.faults + counts.falseAlarms;
  return {
    key,
    ...counts,
    ...(judged > 0 ? { falseShare: counts.falseAlarms / judged } : {}),
    ...(durations.length > 0 ? { medianMs: quantile(Float64Array.from(durations), 0.5) } : {}),
  };
}

const KEYS: Readonly<Record<StatisticsBy, (incident: Incident) => string>> = {
  reason: reasonOf,
  host: subjectOf,
  group: ({ group }) => group,
  day: ({ opened }) => new Date(opened).toISOString().slice(0, "2026-11-22".length),
  label: ({ label }) => label?.verdict ?? "not labelled",
  category: ({ label }) => categoryOf(label),
};

function categoryOf(label: Label | undefined): string {
  if (!label) return "not labelled";
  return label.verdict === "fault" ? (label.category ?? "fault without a category") : "no fault";
}

/** `silent`, `fleet`, `rule cpu > 95 for 2m`, or the first cause as `cpu high`. */
function reasonOf(incident: Incident): string {
  const kind = kindOf(incident);
  if (kind === "rule") return `rule ${rulesOf(incident)[0]?.rule}`;
  return kind === "anomaly" ? firstCauseOf(incident) : kind;
}

/** Its first cause, as `cpu high` or `cpu missing`. */
export function firstCauseOf(incident: Incident): string {
  const [cause] = causesOf(incident);
  if (!cause) return "no single metric";
  if (Number.isNaN(cause.now)) return `${cause.metric} missing`;
  return `${cause.metric} ${cause.now < cause.expected ? "low" : "high"}`;
}
