import type { AlertingStore } from "../alert/ports.ts";
import type { HostIncident, Incident } from "../incident/incident.ts";
import { ratioOf } from "../incident/judgement.ts";
import { isFalseAlarm } from "../incident/label.ts";
import type { TimeLabel } from "../incident/time-label.ts";
import type { BaselineLedger, FitReport } from "../learn/report.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { AT_ONCE, inParallel } from "../watch/parallel.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import { incidentsIn } from "./incident-rows.ts";
import { isSelected, type Selection, type Span } from "./span.ts";
import { firstCauseOf } from "./statistics.ts";

/** People's answers about one version of a baseline while it was in force, within a span. */
export interface FitCounts {
  readonly owner: string;
  /** 0 stands for the time before its first version. */
  readonly version: number;
  /** In force from and to, in ms since the epoch: `to` is absent while it is in force, both without its report. */
  readonly from?: number;
  readonly to?: number;
  readonly epsilon?: number;
  /** Incidents whose worst sample it judged to be beyond its epsilon, and what people called them. */
  readonly incidents: number;
  readonly faults: number;
  readonly falseAlarms: number;
  readonly expected: number;
  readonly unlabelled: number;
  /** Its false alarms by host and first cause, the most first. */
  readonly falseBy: readonly { readonly host: string; readonly cause: string; readonly incidents: number }[];
  /** Labels of faults in which no incident of the host was open. */
  readonly missed: readonly string[];
}

export interface FitsFound {
  readonly fits: readonly FitCounts[];
  /** Baselines with fewer false alarms and misses, which were left out. */
  readonly left: number;
}

/** Baselines whose reports are read, those with the most false alarms and misses first. */
const OWNERS_MAX = 200;
/** Versions read of each: three months of daily refits. */
const VERSIONS_MAX = 100;

interface Ports {
  readonly incidents: Pick<IncidentStore, "feed">;
  readonly alerting: Pick<AlertingStore, "timeLabels">;
  readonly hosts: Pick<HostStore, "all">;
  readonly baselines: Pick<BaselineLedger, "reports">;
}

/**
 * Counts incidents and missed faults of the span by the version in force, for baselines that have any. Gives all their
 * versions of that time, newest first, so that people can compare each with the one before.
 */
export async function fitsIn(ports: Ports, selection: Selection, span: Span): Promise<FitsFound> {
  const faults = (await ports.alerting.timeLabels()).filter(
    ({ label, from }) => label.verdict === "fault" && span.from <= from && from < span.to,
  );
  const missedBy = await missesOf(ports, selection, faults);
  const owners = new Map<string, OwnerTally>();
  for await (const incident of incidentsIn(ports.incidents, selection, span)) {
    if (incident.kind === "fleet") continue;
    const missed = missedBy.get(incident.host);
    if (missed)
      missedBy.set(
        incident.host,
        missed.filter((time) => !overlaps(incident, time)),
      );
    if (incident.kind === "anomaly" && ratioOf(incident.peak) > 1) count(owners, incident);
  }
  for (const [host, missed] of missedBy) if (missed.length > 0) tallyOf(owners, hostOwner(host)).missed.push(...missed);
  const ranked = [...owners].sort(([a, one], [b, other]) => weight(other) - weight(one) || (a < b ? -1 : 1));
  const shown = ranked.slice(0, OWNERS_MAX);
  const found = new Map<string, readonly FitCounts[]>();
  await inParallel(AT_ONCE, shown, async ([owner, tally]) => {
    found.set(owner, fitsOf(owner, tally, await ports.baselines.reports(owner, VERSIONS_MAX), span));
  });
  return { fits: shown.flatMap(([owner]) => found.get(owner) ?? []), left: ranked.length - shown.length };
}

/** The faults that each selected host may have missed: its own, and its group's since the host is known. */
async function missesOf({ hosts }: Ports, selection: Selection, faults: readonly TimeLabel[]) {
  const missed = new Map<string, readonly TimeLabel[]>();
  const byName = new Map<string, TimeLabel[]>();
  for (const fault of faults) {
    const name = "host" in fault.about ? hostOwner(fault.about.host) : groupOwner(fault.about.group);
    byName.set(name, [...(byName.get(name) ?? []), fault]);
  }
  if (faults.length === 0) return missed;
  for await (const state of hosts.all()) {
    if (!isSelected(selection, state)) continue;
    const ofGroup = (byName.get(groupOwner(state.group)) ?? []).filter(({ to }) => state.since <= to);
    const all = [...(byName.get(hostOwner(state.host)) ?? []), ...ofGroup];
    if (all.length > 0) missed.set(state.host, all);
  }
  return missed;
}

function overlaps({ opened, resolved = Number.POSITIVE_INFINITY }: Incident, { from, to }: TimeLabel): boolean {
  return opened <= to && from <= resolved;
}

interface VersionTally {
  incidents: number;
  faults: number;
  falseAlarms: number;
  expected: number;
  readonly falseBy: Map<string, { readonly host: string; readonly cause: string; incidents: number }>;
}

interface OwnerTally {
  readonly versions: Map<number, VersionTally>;
  readonly missed: TimeLabel[];
}

function tallyOf(owners: Map<string, OwnerTally>, owner: string): OwnerTally {
  const known = owners.get(owner) ?? { versions: new Map(), missed: [] };
  owners.set(owner, known);
  return known;
}

function newTally(): VersionTally {
  return { incidents: 0, faults: 0, falseAlarms: 0, expected: 0, falseBy: new Map() };
}

function count(owners: Map<string, OwnerTally>, incident: HostIncident): void {
  const { host, label } = incident;
  const baseline = incident.kind === "anomaly" ? incident.peak.judgement?.baseline : undefined;
  if (!baseline) return;
  const { versions } = tallyOf(owners, baseline.owner);
  const tally = versions.get(baseline.version) ?? newTally();
  versions.set(baseline.version, tally);
  tally.incidents += 1;
  if (label?.verdict === "fault") tally.faults += 1;
  if (label?.verdict === "expected") tally.expected += 1;
  if (!isFalseAlarm(label)) return;
  tally.falseAlarms += 1;
  const cause = firstCauseOf(incident);
  const key = JSON.stringify([host, cause]);
  const by = tally.falseBy.get(key) ?? { host, cause, incidents: 0 };
  by.incidents += 1;
  tally.falseBy.set(key, by);
}

/** Wrong answers first, then all incidents. */
function weight({ versions, missed }: OwnerTally): number {
  const sum = (part: "falseAlarms" | "incidents") => [...versions.values()].reduce((all, one) => all + one[part], 0);
  return (sum("falseAlarms") + missed.length) * 1e6 + sum("incidents");
}

/** The versions in force at any time of the span, newest first, and those that judged incidents of it. */
function fitsOf(owner: string, tally: OwnerTally, reports: readonly FitReport[], span: Span): readonly FitCounts[] {
  const promoted = reports.filter(({ refused }) => refused === undefined);
  const inForce = promoted.map(({ version, at: from, epsilon }, i) => {
    const to = promoted[i - 1]?.at;
    return { version, epsilon, from, ...(to === undefined ? {} : { to }) };
  });
  const current = inForce.filter(({ from, to = Number.POSITIVE_INFINITY }) => from < span.to && to > span.from);
  const isMissedIn =
    ({ from, to = Number.POSITIVE_INFINITY }: Period) =>
    (time: TimeLabel) =>
      from <= time.from && time.from < to;
  const known = new Set(current.map(({ version }) => version));
  const others = [...tally.versions.keys()].filter((version) => !known.has(version)).map((version) => ({ version }));
  const early = tally.missed.filter((time) => !inForce.some((period) => isMissedIn(period)(time)));
  return [
    ...current.map((one) => ({ ...one, missed: tally.missed.filter(isMissedIn(one)) })),
    ...others.sort((a, b) => b.version - a.version).map((one) => ({ ...one, missed: [] })),
    ...(early.length > 0 ? [{ version: 0, missed: early }] : []),
  ].map(({ missed, ...one }) => ({
    ...{ owner, ...one },
    ...countsOf(tally.versions.get(one.version) ?? newTally()),
    missed: missed.map(({ id }) => id),
  }));
}

interface Period {
  readonly from: number;
  readonly to?: number;
}

function countsOf({ falseBy, ...counts }: VersionTally) {
  const { incidents, faults, falseAlarms, expected } = counts;
  const byCount = [...falseBy.values()].sort((a, b) => b.incidents - a.incidents);
  return { ...counts, unlabelled: incidents - faults - falseAlarms - expected, falseBy: byCount };
}
