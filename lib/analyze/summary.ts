import { type Event, joinEvents, type Ranked } from "./events.ts";

/** The findings of one run. */
export interface Summary {
  readonly rows: number;
  /** Rows without any value, or of a host without a model. */
  readonly unjudged: number;
  readonly anomalies: number;
  /** Anomalies as a share of the judged rows. */
  readonly rate: number;
  /** First and last time, in milliseconds since the epoch; absent if the file has no times. */
  readonly range?: { readonly from: number; readonly to: number };
  /** The number of events. */
  readonly events: number;
  /** The events whose peaks are furthest above their threshold, furthest first; at most `WORST_MAX`. */
  readonly worst: readonly Event[];
  /** The hosts with most anomalies, at most `WORST_MAX` of all `hostCount` hosts. */
  readonly hosts: readonly HostCount[];
  readonly hostCount: number;
}

interface HostCount {
  readonly host: string;
  readonly rows: number;
  readonly anomalies: number;
}

const WORST_MAX = 10;

/** Sums up rows one by one. It holds only the worst few and one count per host. */
export function createSummary() {
  const hosts = new Map<string, { rows: number; anomalies: number }>();
  let worst: Event[] = [];
  let [rows, unjudged, anomalies, events] = [0, 0, 0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const joined = joinEvents((event) => {
    events++;
    worst = [...worst, event].sort(byExcess).slice(0, WORST_MAX);
  });
  return {
    add(row: Ranked): void {
      rows++;
      joined.add(row);
      if (Number.isNaN(row.verdict.score)) unjudged++;
      if (row.time !== undefined) [from, to] = [Math.min(from, row.time), Math.max(to, row.time)];
      if (row.host !== undefined) count(hosts, row.host, row.verdict.isAnomaly);
      anomalies += Number(row.verdict.isAnomaly);
    },
    end(): Summary {
      joined.end();
      const judged = rows - unjudged;
      return {
        rows,
        unjudged,
        anomalies,
        rate: judged > 0 ? anomalies / judged : 0,
        ...(from <= to ? { range: { from, to } } : {}),
        events,
        worst,
        hosts: [...hosts]
          .map(([host, counts]) => ({ host, ...counts }))
          .sort((a, b) => b.anomalies - a.anomalies)
          .slice(0, WORST_MAX),
        hostCount: hosts.size,
      };
    },
  };
}

/** If two are equal, the earlier comes first. */
function byExcess(a: Event, b: Event): number {
  return b.peak.verdict.excess - a.peak.verdict.excess || a.peak.line - b.peak.line;
}

function count(hosts: Map<string, { rows: number; anomalies: number }>, host: string, isAnomaly: boolean): void {
  const counts = hosts.get(host) ?? { rows: 0, anomalies: 0 };
  counts.rows++;
  counts.anomalies += Number(isAnomaly);
  hosts.set(host, counts);
}
