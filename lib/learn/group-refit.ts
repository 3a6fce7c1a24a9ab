import type { Alerts } from "../model/crossings.ts";
import { bandsOf, isOnCommonScale } from "../model/detector.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import { NO_POLICY } from "../watch/policy.ts";
import type { BaselineStore } from "../watch/ports.ts";
import type { Faults } from "./budget.ts";
import { type Choice, chooseForGroup, chooseForHost } from "./choice.ts";
import type { FitSettings } from "./fit-settings.ts";
import type { RowsStore } from "./labelled-rows.ts";
import { ALONE, type Prepared, poolGroup } from "./pool.ts";
import { type PreparePorts, prepareHost, prepareSet } from "./prepare.ts";
import { activeEntry, type BaselineLedger, type FitReport } from "./report.ts";
import { byHand, ownFaults, refuse, settle } from "./settle.ts";
import type { TrainingSet } from "./training.ts";
import type { Fit } from "./training-fit.ts";

export interface RefitPorts extends PreparePorts {
  readonly baselines: BaselineStore & BaselineLedger & Pick<RowsStore, "rows">;
}

/** The part of a group's hosts that the refit needs. */
export interface GroupWork {
  readonly group: string;
  /** Those of all its hosts, including the ones that are gone. */
  readonly alerts: Alerts;
  readonly hosts: readonly string[];
  /**
   * Whether these are the first of the group; the common baseline is fitted to them, and the others follow its epsilon.
   */
  readonly isFirst: boolean;
}

export interface RefitTime {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly outOfTime: () => boolean;
}

/** The notes that a scheduled run makes as it goes. */
export interface GroupSteps {
  /** The refit calls it before it fits a host. Returns why it must not, if earlier runs ended at this host. */
  readonly fitting: (owner: string) => Promise<{ readonly refused: string; readonly error: Error } | undefined>;
  /** The refit calls it before it stores the first `done` hosts of the work. */
  readonly storing: (done: number) => Promise<void>;
}

/** A host or group that could not be refitted; it is reported, and the scheduled refit tries it once more. */
export interface RefitFailure {
  readonly what: string;
  readonly error: unknown;
}

export interface GroupRefit {
  readonly reports: readonly FitReport[];
  readonly failures: readonly RefitFailure[];
  /** How many of the hosts were worked on. */
  readonly done: number;
}

/** If as many hosts fail and none succeeds, the group or the store is in trouble: the refit reports that once. */
const FAILURES_OF_GROUP = 5;

/**
 * Refits the hosts of a group, or a part of them, chooses their epsilons together, and fits the group's common
 * baseline. Stops preparing when `outOfTime` says so; `done` is the number of hosts that had their turn. Throws if
 * five hosts or more fail and no other succeeds.
 */
export async function refitGroup(
  ports: RefitPorts,
  work: GroupWork,
  settings: FitSettings,
  { now, outOfTime }: RefitTime,
  steps?: GroupSteps,
): Promise<GroupRefit> {
  const reports: FitReport[] = [];
  const prepared: Prepared[] = [];
  const before = await choiceOfGroup(ports.baselines, work.group);
  let done = 0;
  const unprepared = await eachOrFail(work.hosts, hostOwner, async (host) => {
    if (done > 0 && outOfTime()) return false;
    done++;
    const lost = await steps?.fitting(hostOwner(host));
    if (lost) {
      reports.push(await refuse(ports.baselines, hostOwner(host), lost.refused, settings, now));
      throw lost.error;
    }
    const place = { hosts: work.hosts.length, index: done - 1 };
    const epsilonOf = await expectedEpsilon(ports.baselines, hostOwner(host), before, settings);
    const one = await prepareHost(ports, { host, group: work.group, ...place }, settings, now, epsilonOf);
    if (one) prepared.push(one);
    return true;
  });
  await steps?.storing(done);
  const unsettled = await settleGroup(ports, work, { prepared, before, reports }, settings, now);
  const failures = [...unprepared, ...unsettled];
  const [first] = failures;
  if (first && reports.length === 0 && failures.length >= Math.max(done, FAILURES_OF_GROUP)) throw first.error;
  return { reports, done, failures };
}

/** Settles the prepared hosts, then the group's common baseline. Adds their reports to `reports`. */
async function settleGroup(
  ports: RefitPorts,
  work: GroupWork,
  { prepared, before, reports }: { prepared: readonly Prepared[]; before: Choice | undefined; reports: FitReport[] },
  settings: FitSettings,
  now: number,
): Promise<readonly RefitFailure[]> {
  const fits = prepared.flatMap(({ fit }) => ("refused" in fit ? [] : [fit]));
  const pooled = choiceForGroup(work, before, fits, settings);
  const ofGroup = await ports.baselines.current(groupOwner(work.group));
  const served = ofGroup?.detector === "bands" || ofGroup?.ensemble?.members.some((one) => one.detector === "bands");
  const ceiling = work.isFirst ? undefined : ofGroup?.budget?.ceiling;
  const faultsFor = (fit: Fit): Faults =>
    isOnCommonScale(fit.model.detector) ? { peaks: fits.flatMap(({ peaks }) => peaks), ceiling } : ownFaults(fit);
  const settled = async (one: Prepared) => {
    if (served && isNewcomer(one) && !(await ports.baselines.current(one.owner))) return true;
    reports.push(await settle(ports.baselines, one, { work, pooled, settings, now, faultsFor }));
    return true;
  };
  const unsettled = await eachOrFail(prepared, ({ owner }) => owner, settled);
  if (!work.isFirst) return unsettled;
  // The refit stores the hosts first, since the fit for all of them may be too much for the function.
  const unpooled = await eachOrFail([groupOwner(work.group)], String, async (owner) => {
    // A policy for some hosts by their names does not apply to the group.
    const policy = ports.policyOf?.("", work.group) ?? NO_POLICY;
    const common = poolGroup(owner, prepared, settings, policy);
    return common ? settled(common) : true;
  });
  return [...unsettled, ...unpooled];
}

/** Calendar bands of fewer days say less about a host than its group's bands. */
const OWN_DAYS_MIN = 2;

/** Whether the bands of its group, if it has any, serve a host better than its own first ones would. */
function isNewcomer({ fit }: Prepared): boolean {
  const bands = "refused" in fit ? undefined : bandsOf(fit.model);
  return bands !== undefined && bands.days < OWN_DAYS_MIN;
}

/** A person's choice for the group, else the choice by its labels; later hosts use the choice of the first ones. */
function choiceForGroup(
  { isFirst }: GroupWork,
  before: Choice | undefined,
  fits: readonly Fit[],
  settings: FitSettings,
): Choice | undefined {
  if (before?.source === "group by hand") return before;
  return (isFirst ? undefined : before) ?? chooseForGroup(fits, settings);
}

/** The epsilon of a fit if the group repeated its last choice. */
async function expectedEpsilon(
  ledger: BaselineLedger,
  owner: string,
  before: Choice | undefined,
  settings: FitSettings,
): Promise<(fit: Fit) => number> {
  const active = await ledger.current(owner);
  return (fit) => (byHand(active, fit) ?? chooseForHost(fit, before ?? chooseForGroup([fit], settings))).epsilon;
}

/** A host that cannot be refitted must not hold up those behind it. */
export async function eachOrFail<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  work: (item: T) => Promise<boolean>,
) {
  const failures: RefitFailure[] = [];
  for (const item of items) {
    try {
      if (!(await work(item))) break;
    } catch (error) {
      failures.push({ what: nameOf(item), error });
    }
  }
  return failures;
}

/** Refits one host by itself, by its group's last label choice and budget, or by its own labels without these. */
export async function refitHost(
  ports: RefitPorts,
  host: string,
  group: string,
  settings: FitSettings,
  now: number,
): Promise<FitReport | undefined> {
  const before = await choiceOfGroup(ports.baselines, group);
  const epsilonOf = await expectedEpsilon(ports.baselines, hostOwner(host), before, settings);
  const prepared = await prepareHost(ports, { host, group, ...ALONE }, settings, now, epsilonOf);
  if (!prepared) return undefined;
  const { fit } = prepared;
  const own = "refused" in fit ? undefined : chooseForGroup([fit], settings);
  return settle(ports.baselines, prepared, {
    pooled: before ?? own,
    settings,
    now,
  });
}

/** A person's choice for a group, or the choice by its labels when its baseline was last fitted. */
async function choiceOfGroup(ledger: BaselineLedger, group: string): Promise<Choice | undefined> {
  const active = await activeEntry(ledger, groupOwner(group));
  if (!active?.baseline) return undefined;
  const { source, labels, quality } = active.report;
  const { epsilon } = active.report;
  if (source === "by hand") return { epsilon, source: "group by hand", labels: { fault: [], false: [] } };
  return source === "group labels" ? { epsilon, source, labels, ...(quality ? { quality } : {}) } : undefined;
}

/**
 * Fits a training set, asks the gate, and promotes it as the owner's next version: a refit without history or labels of
 * others.
 */
export function fitBaseline(
  ledger: BaselineStore & BaselineLedger,
  owner: string,
  set: TrainingSet,
  settings: FitSettings,
  now: number,
): Promise<FitReport> {
  return settle(ledger, prepareSet(owner, set, ALONE, settings, NO_POLICY), { settings, now });
}
