import { subjectOf } from "../incident/incident.ts";
import { DAY_MS } from "../time.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";
import { alertsSeen } from "./alerts-seen.ts";
import type { Announce } from "./announce.ts";
import type { SettingsOf } from "./fit-settings.ts";
import {
  eachOrFail,
  type GroupWork,
  type RefitFailure,
  type RefitPorts,
  type RefitTime,
  refitGroup,
  refitHost,
} from "./group-refit.ts";
import { movedHosts } from "./moved-level.ts";
import { readOnce } from "./prepare.ts";
import type { FitReport, RefitProgress } from "./report.ts";

export interface FleetPorts extends RefitPorts {
  readonly hosts: Pick<HostStore, "all" | "load">;
  readonly incidents: RefitPorts["incidents"] & Pick<IncidentStore, "feed">;
  /** Absent if nobody is to get messages about epsilons that labels moved, and about refused refits. */
  readonly announce?: Announce;
}

/** Where a refit of the fleet stopped: the last host it did, and whether its turn was among the labelled hosts. */
export type Cursor = NonNullable<RefitProgress["after"]>;

export interface FleetRefit {
  readonly reports: readonly FitReport[];
  readonly failures: readonly RefitFailure[];
  /** Where to go on; absent when every host is done. */
  readonly next?: Cursor;
  /** Owners that could not be refitted; absent without any. */
  readonly failed?: readonly string[];
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
/** Owners that are tried once more: names take at most 1 KB each, and an item of DynamoDB 400 KB. */
const AGAIN_MAX = 300;
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
  only?: readonly string[],
): Promise<FleetRefit> {
  const reports: FitReport[] = [];
  const failures: RefitFailure[] = [];
  const failed: string[] = [];
  const once = await readOnce(ports);
  const wanted = only && new Set(only);
  const segments = segmentsOf(await groupsOf(once, settingsOf, time.now, after, wanted), wanted);
  const place: { last?: Cursor | undefined; next?: Cursor; failing?: string | undefined } = { last: after };
  const stop = () => {
    if (place.last) place.next = place.last;
    return false;
  };
  const broken = await eachOrFail(segments, ownerOf, async (segment) => {
    if (place.last !== after && time.outOfTime()) return stop();
    const { group, hosts, alerts } = segment;
    const upTo = (count: number) => {
      const host = hosts[count - 1] ?? "";
      return { group, host, labelled: segment.ahead.has(host) };
    };
    place.last = upTo(hosts.length);
    // A large group fails once, not once for each of its segments.
    if (place.failing === group) return true;
    place.failing = group;
    const { done, ...refit } = await refitGroup(once, segment, settingsOf(group), time);
    place.failing = undefined;
    place.last = upTo(done);
    reports.push(...refit.reports);
    failed.push(...refit.failures.map(({ what }) => what));
    failures.push(...refit.failures, ...((await ports.announce?.(group, refit.reports, alerts)) ?? []));
    return done < hosts.length ? stop() : true;
  });
  const [first] = broken;
  // Trouble of every group is trouble of the store: the next call repeats the whole.
  if (first && reports.length === 0) throw first.error;
  failed.push(...broken.map(({ what }) => what));
  return {
    reports,
    failures: [...failures, ...broken],
    ...(place.next ? { next: place.next } : {}),
    ...(failed.length > 0 ? { failed } : {}),
  };
}

function ownerOf({ group }: GroupWork): string {
  return groupOwner(group);
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
  if (progress.done)
    return progress.again ? refitAgain(ports, settingsOf, time, progress) : refitMoved(ports, settingsOf, time);
  const { reports, failures, failed = [], next } = await refitFleet(ports, settingsOf, time, progress.after);
  const again = [...new Set([...(progress.again ?? []), ...failed])].slice(0, AGAIN_MAX);
  await ports.baselines.saveProgress({
    period: progress.period,
    done: next === undefined,
    ...(next ? { after: next } : {}),
    ...(again.length > 0 ? { again } : {}),
  });
  return { reports, failures };
}

/**
 * The second and last try of the period for those that failed. It comes after everybody's first, so that it delays
 * nobody. It treats hosts as a later segment of their group, which has its baseline and its choice of epsilon.
 */
async function refitAgain(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  time: RefitTime,
  { period, after, again }: RefitProgress,
): Promise<FleetRefit> {
  // Saved before the try, so that a host that ends the function, or a store that fails, brings no third one.
  await ports.baselines.saveProgress({ period, done: true });
  const { reports, failures, next } = await refitFleet(ports, settingsOf, time, after, again);
  if (next) await ports.baselines.saveProgress({ period, done: true, after: next, ...(again ? { again } : {}) });
  return { reports, failures };
}

/** Extra refits of the hosts whose level has moved for good since their last one. */
async function refitMoved(
  ports: FleetPorts,
  settingsOf: SettingsOf,
  { now, outOfTime }: RefitTime,
): Promise<FleetRefit> {
  const reports: FitReport[] = [];
  const hosts = await movedHosts(ports, now);
  const states = await ports.hosts.load(hosts);
  const postponed = await eachOrFail(hosts, hostOwner, async (host) => {
    if (reports.length > 0 && outOfTime()) return false;
    const { group, retired = true } = states.get(host) ?? {};
    if (group === undefined || retired) return true;
    const report = await refitHost(ports, host, group, settingsOf(group), now);
    if (!report) return true;
    reports.push(report);
    const [failure] = (await ports.announce?.(group, [report])) ?? [];
    if (failure) throw failure.error;
    return true;
  });
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
 * At most `SEGMENT_HOSTS` hosts of one group each. Each of some hosts has a segment of its own: five of them may fail
 * again one after the other, which is no trouble of the group.
 */
function segmentsOf(groups: readonly Segment[], only: ReadonlySet<string> | undefined): readonly Segment[] {
  return groups.flatMap((work) => {
    const size = !only || only.has(ownerOf(work)) ? SEGMENT_HOSTS : 1;
    return Array.from({ length: Math.ceil(work.hosts.length / size) }, (_, i) => ({
      ...work,
      hosts: work.hosts.slice(i * size, (i + 1) * size),
      isFirst: work.isFirst && i === 0,
    }));
  });
}
