import { subjectOf } from "../incident/incident.ts";
import { DAY_MS } from "../time.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";
import { alertsSeen } from "./alerts-seen.ts";
import type { Announce } from "./announce.ts";
import type { FitSettings, SettingsOf } from "./fit-settings.ts";
import {
  eachOrFail,
  type GroupRefit,
  type GroupWork,
  type RefitFailure,
  type RefitPorts,
  type RefitTime,
  refitGroup,
  refitHost,
} from "./group-refit.ts";
import { movedHosts } from "./moved-level.ts";
import { readOnce } from "./prepare.ts";
import { type Cursor, keepProgress, type Steps } from "./refit-progress.ts";
import type { FitReport } from "./report.ts";
import { refuse } from "./settle.ts";

export interface FleetPorts extends RefitPorts {
  readonly hosts: Pick<HostStore, "all" | "load">;
  readonly incidents: RefitPorts["incidents"] & Pick<IncidentStore, "feed">;
  /** Absent if nobody is to get messages about epsilons that labels moved, and about refused refits. */
  readonly announce?: Announce;
}

export interface FleetRefit {
  readonly reports: readonly FitReport[];
  readonly failures: readonly RefitFailure[];
  /** Where to go on; absent when every host is done. */
  readonly next?: Cursor;
  /** Failures of extra refits. The next run tries them again, and then the scheduled refit. */
  readonly postponed?: readonly RefitFailure[];
}

type Counted = Pick<HostState, "since" | "crossings">;

interface Segment extends GroupWork {
  /** Those of its hosts that come first because of their labels. */
  readonly ahead: ReadonlySet<string>;
}

/** Hosts whose epsilons are chosen together and whose fits are in memory at once: 20 MB at 38 metrics. */
const SEGMENT_HOSTS = 200;
/** Incidents searched for labels, and for alerts that were part of a fleet's: the newest of the last month. */
const INCIDENTS_MAX = 10_000;

/**
 * Refits every host that sent something within its window, and each group's common baseline: group by group, in
 * segments of hosts. A group that cannot be refitted does not hold up those behind it. Stops when time is up, to be
 * called again with `next`. Leaves out everybody but `only`: some hosts, and some groups with all their hosts.
 */
export async function refitFleet(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  time: RefitTime,
  after?: Cursor,
  { only, steps }: { readonly only?: readonly string[] | undefined; readonly steps?: Steps } = {},
): Promise<FleetRefit> {
  const reports: FitReport[] = [];
  const failures: RefitFailure[] = [];
  const once = await readOnce(ports);
  const wanted = only && new Set(only);
  let last = after;
  let broken: string | undefined;
  for (const segment of segmentsOf(await groupsOf(once, settingsOf, time.now, after, wanted), wanted)) {
    if (last && last !== after && time.outOfTime()) return { reports, failures, next: last };
    // A large group fails once, not once for each of its segments.
    const isSkipped = segment.group === broken;
    const turn = isSkipped
      ? noTurn(segment)
      : await refitSegment(once, segment, settingsOf(segment.group), time, steps);
    if (turn.isBroken) broken = segment.group;
    last = cursorIn(segment, turn.done);
    reports.push(...turn.reports);
    failures.push(...turn.failures);
    await steps?.passed(last, turn.failed);
    if (turn.done < segment.hosts.length) return { reports, failures, next: last };
  }
  return { reports, failures };
}

/** What became of a segment in one call. */
interface Turn extends GroupRefit {
  /** Owners to try once more. */
  readonly failed: readonly string[];
  /** Whether it failed as a whole. */
  readonly isBroken: boolean;
}

function noTurn({ hosts }: Segment): Turn {
  return { reports: [], failures: [], done: hosts.length, failed: [], isBroken: false };
}

async function refitSegment(
  ports: FleetPorts,
  segment: Segment,
  settings: FitSettings,
  time: RefitTime,
  steps: Steps | undefined,
): Promise<Turn> {
  const what = groupOwner(segment.group);
  const noted = steps && {
    fitting: steps.fitting,
    storing: (done: number) => steps.storing(cursorIn(segment, done), what),
  };
  try {
    const { failures, ...refit } = await refitGroup(ports, segment, settings, time, noted);
    const untold = await ports.announce?.(segment.group, refit.reports, segment.alerts);
    const failed = failures.map((one) => one.what);
    return { ...refit, failures: [...failures, ...(untold ?? [])], failed, isBroken: false };
  } catch (error) {
    return { ...noTurn(segment), failures: [{ what, error }], failed: [what], isBroken: true };
  }
}

/** The cursor behind the first `done` hosts of a segment. */
function cursorIn({ group, hosts, ahead }: Segment, done: number): Cursor {
  const host = hosts[done - 1] ?? "";
  return { group, host, labelled: ahead.has(host) };
}

/** 1970-01-05T00:00Z, so that a refit each week begins on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * The scheduled refit, which is called every few minutes. Does the work of each period (`everyMs`) once, in several
 * calls if it takes longer than a function may run. It goes on beyond its period if it must: the last hosts have their
 * turn before the first have another. Then the next call tries those that failed once more. Once all is done, the calls
 * refit hosts whose level has moved for good since.
 */
export async function refitScheduled(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  everyMs: number,
  time: RefitTime,
): Promise<FleetRefit> {
  const period = Math.floor((time.now - FIRST_MONDAY_MS) / everyMs);
  const stored = await ports.baselines.progress();
  const isGoingOn = stored !== undefined && (stored.period === period || !stored.done);
  const progress = isGoingOn ? stored : { period, done: false };
  const { steps, end } = keepProgress(ports.baselines, progress);
  if (progress.done && !progress.again) return refitMoved(ports, settingsOf, time, steps, end);
  // The refit tries every host once before it tries any host again. A host that it tries again uses the baseline and
  // the choice of epsilon that its group already has.
  const only = progress.done ? progress.again : undefined;
  const { reports, failures, next } = await refitFleet(ports, settingsOf, time, progress.after, { only, steps });
  if (!next) await end();
  return { reports, failures };
}

/** Extra refits of the hosts whose level has moved for good since their last one. */
async function refitMoved(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  { now, outOfTime }: RefitTime,
  { fitting }: Steps,
  end: () => Promise<void>,
): Promise<FleetRefit> {
  const reports: FitReport[] = [];
  const hosts = await movedHosts(ports, now);
  if (hosts.length === 0) return { reports, failures: [] };
  const states = await ports.hosts.load(hosts);
  const postponed = await eachOrFail(hosts, hostOwner, async (host) => {
    if (reports.length > 0 && outOfTime()) return false;
    const { group, retired = true } = states.get(host) ?? {};
    if (group === undefined || retired) return true;
    const owner = hostOwner(host);
    const lost = await fitting(owner);
    const report = lost
      ? await refuse(ports.baselines, owner, lost.refused, settingsOf(group), now)
      : await refitHost(ports, host, group, settingsOf(group), now);
    if (!report) return true;
    reports.push(report);
    const [failure] = (await ports.announce?.(group, [report])) ?? [];
    if (lost ?? failure) throw (lost ?? failure)?.error;
    return true;
  });
  await end();
  return { reports, failures: [], ...(postponed.length > 0 ? { postponed } : {}) };
}

/** Refits one host now; undefined when it has no history. Throws for an unknown host. */
export async function refitOne(ports: FleetPorts, settingsOf: SettingsOf, host: string, now: number) {
  const state = (await ports.hosts.load([host])).get(host);
  if (!state) throw new Error(`no host ${host}: \`fleetwarden status\` lists the known hosts`);
  const report = await refitHost(ports, host, state.group, settingsOf(state.group), now);
  const [failure] = (report && (await ports.announce?.(state.group, [report]))) ?? [];
  if (failure) throw new Error(`${host} is refitted, but not announced: ${failure.what}`, { cause: failure.error });
  return report;
}

/**
 * All groups by name, from behind the cursor on, without retired hosts. Labelled hosts come first, into a large group's
 * first segment. The host of the cursor may be gone.
 */
async function groupsOf(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  now: number,
  after: Cursor | undefined,
  only: ReadonlySet<string> | undefined,
): Promise<readonly Segment[]> {
  const groups = new Map<string, { readonly hosts: string[]; readonly counted: Counted[] }>();
  for await (const { host, group, newest, since, crossings, retired } of ports.hosts.all()) {
    const members = groups.get(group) ?? { hosts: [], counted: [] };
    groups.set(group, members);
    members.counted.push({ since, crossings });
    if (!retired && newest > now - settingsOf(group).windowDays * DAY_MS) members.hosts.push(host);
  }
  const incidents = await ports.incidents.feed(now - 30 * DAY_MS, now + 1, INCIDENTS_MAX);
  const labelled = new Set(incidents.flatMap((one) => (one.label ? [subjectOf(one)] : [])));
  for (const { about } of await ports.alerting.timeLabels()) if ("host" in about) labelled.add(about.host);
  const { isAhead, isLeft } = turnsAfter(after, labelled);
  const isWanted = (owner: string) => !only || only.has(owner);
  return [...groups]
    .filter(([group]) => !after || group >= after.group)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, { hosts, counted }]) => {
      const left = hosts
        .filter((host) => isLeft(group, host) && (isWanted(groupOwner(group)) || isWanted(hostOwner(host))))
        .sort();
      const ahead = new Set(left.filter((host) => isAhead(group, host)));
      const ofGroup = incidents.filter((one) => one.group === group);
      return {
        ...{ group, ahead, hosts: [...ahead, ...left.filter((host) => !ahead.has(host))] },
        isFirst: group !== after?.group && isWanted(groupOwner(group)),
        alerts: alertsSeen(counted, ofGroup, now),
      };
    });
}

/**
 * Which hosts still have their turn, and which of them first. In the group of the cursor, people may have labelled some
 * hosts since, or taken labels away. So a labelled host whose turn may be over has another, by its name: it is refitted
 * twice at most, and no host is left out.
 */
function turnsAfter(after: Cursor | undefined, labelled: ReadonlySet<string>) {
  // Earlier releases stored no `labelled`.
  const wasAhead = after !== undefined && (after.labelled ?? labelled.has(after.host));
  return {
    isAhead: (group: string, host: string) =>
      labelled.has(host) && (group !== after?.group || (wasAhead && host > after.host)),
    isLeft: (group: string, host: string) => group !== after?.group || wasAhead || host > after.host,
  };
}

/**
 * Divides each group into segments of at most `SEGMENT_HOSTS` hosts. A host of `only` gets a segment of its own, so
 * that five such hosts that fail again do not make their group fail.
 */
function segmentsOf(groups: readonly Segment[], only: ReadonlySet<string> | undefined): readonly Segment[] {
  return groups.flatMap((work) => {
    const size = !only || only.has(groupOwner(work.group)) ? SEGMENT_HOSTS : 1;
    return Array.from({ length: Math.ceil(work.hosts.length / size) }, (_, i) => ({
      ...work,
      hosts: work.hosts.slice(i * size, (i + 1) * size),
      isFirst: work.isFirst && i === 0,
    }));
  });
}
