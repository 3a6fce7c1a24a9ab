import { type Incident, partOf, sampleOf, wasTold } from "../incident/incident.ts";
import {
  type Alerts,
  alertsAt,
  alertsOf,
  CROSSING_EDGES,
  type Crossings,
  countedFrom,
  epsilonWithin,
} from "../model/crossings.ts";
import { DAY_MS, WEEK_MS } from "../time.ts";

/**
 * The alerts about anomalies that these hosts together would have raised at each epsilon, in this week and the last.
 * Incidents that became part of a fleet's before they were announced count once.
 */
export function alertsSeen(
  hosts: readonly { readonly crossings: Crossings; readonly since: number }[],
  incidents: readonly Incident[],
  now: number,
): Alerts {
  const { seen, counts } = alertsOf(hosts, now);
  const joins = joinsOf(incidents, now);
  const together = CROSSING_EDGES.map((edge) =>
    joins.reduce((sum, { peak, difference }) => (peak > edge ? sum + difference : sum), 0),
  );
  return { seen, counts: counts.map((count, k) => Math.max(0, count + (together[k] ?? 0))) };
}

/** The ratio of the alerts raised to those that the hosts by themselves would have raised. */
interface Join {
  /** Absent for a fleet's incident. */
  readonly host?: string;
  readonly peak: number;
  readonly difference: 1 | -1;
}

/**
 * A fleet's incident is one alert in place of its hosts' alerts. One about silence took over no incident with a score.
 */
export function joinsOf(incidents: readonly Incident[], now: number): readonly Join[] {
  const counted = incidents.filter(({ opened }) => opened >= countedFrom(now));
  const joined = counted.filter((one) => one.kind === "anomaly" && partOf(one) !== undefined && !wasTold(one));
  const fleets = new Set(joined.map(partOf));
  const alone = new Set<Incident>(joined);
  return counted.flatMap((one): Join[] => {
    const peak = peakOf(one);
    if (one.kind === "fleet") return fleets.has(one.id) ? [{ peak, difference: 1 }] : [];
    return alone.has(one) ? [{ host: one.host, peak, difference: -1 }] : [];
  });
}

/** An incident's highest score; 0 without any. */
export function peakOf(incident: Incident): number {
  return sampleOf(incident).judgement?.score ?? 0;
}

/** Less than a week says nothing about a week: not all of its nights and weekends were seen. */
export function isWeekSeen({ seen }: Pick<Alerts, "seen">): boolean {
  return seen >= WEEK_MS;
}

/** Alerts a week at an epsilon; while less than a week was seen, those in the time seen. */
export function expectedAt(alerts: Alerts, epsilon: number): number {
  return expectedOf(alerts, alertsAt(alerts, epsilon));
}

/** The same of a number of alerts in the time seen. */
export function expectedOf({ seen }: Pick<Alerts, "seen">, count: number): number {
  return seen > WEEK_MS ? (count * WEEK_MS) / seen : count;
}

/** The least epsilon at which at most these alerts a week are expected; undefined where no counted level is enough. */
export function epsilonFor(alerts: Alerts, alertsPerWeek: number): number | undefined {
  return epsilonWithin(alerts, (alertsPerWeek * alerts.seen) / WEEK_MS);
}

/** The number of days that expected alerts cover: a week, or the time seen if that is shorter. */
export function daysOf({ seen }: Pick<Alerts, "seen">): number {
  return Math.min(seen, WEEK_MS) / DAY_MS;
}
