import { isDeepStrictEqual } from "node:util";
import type { Alerts } from "../model/crossings.ts";
import { bandsOf, isOnCommonScale, kindOf } from "../model/detector.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import { NO_POLICY } from "../watch/policy.ts";
import type { BaselineStore } from "../watch/ports.ts";
import { ceilingOf, type Faults, withinBudget } from "./budget.ts";
import { type Choice, chooseForGroup, chooseForHost } from "./choice.ts";
import type { FitSettings } from "./fit-settings.ts";
import { gate } from "./gate.ts";
import type { RowsStore } from "./labelled-rows.ts";
import { ALONE, type Prepared, poolGroup } from "./pool.ts";
import { type PreparePorts, prepareHost, prepareSet } from "./prepare.ts";
import { activeEntry, type BaselineLedger, type FitReport, namesOf } from "./report.ts";
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

/**
 * Refits the hosts of a group, or a part of them, chooses their epsilons together, and fits the group's common
 * baseline. Stops preparing when `outOfTime` says so; `done` is the number of refitted hosts.
 */
export async function refitGroup(
  ports: RefitPorts,
  work: GroupWork,
  settings: FitSettings,
  { now, outOfTime }: RefitTime,
): Promise<GroupRefit> {
  const prepared: Prepared[] = [];
  const before = await choiceOfGroup(ports.baselines, work.group);
  let done = 0;
  const unprepared = await eachOrFail(work.hosts, hostOwner, async (host) => {
    if (done > 0 && outOfTime()) return false;
    done++;
    const place = { hosts: work.hosts.length, index: done - 1 };
    const epsilonOf = await expectedEpsilon(ports.baselines, hostOwner(host), before, settings);
    const one = await prepareHost(ports, { host, group: work.group, ...place }, settings, now, epsilonOf);
    if (one) prepared.push(one);
    return true;
  });
  const fits = prepared.flatMap(({ fit }) => ("refused" in fit ? [] : [fit]));
  const pooled = choiceForGroup(work, before, fits, settings);
  // A policy for some hosts by their names does not apply to the group.
  const policy = ports.policyOf?.("", work.group) ?? NO_POLICY;
  const common = work.isFirst ? poolGroup(groupOwner(work.group), prepared, settings, policy) : undefined;
  const reports: FitReport[] = [];
  const ofGroup = await ports.baselines.current(groupOwner(work.group));
  const served = ofGroup?.detector === "bands" || ofGroup?.ensemble?.members.some((one) => one.detector === "bands");
  const ceiling = work.isFirst ? undefined : ofGroup?.budget?.ceiling;
  const faultsFor = (fit: Fit): Faults =>
    isOnCommonScale(fit.model.detector) ? { peaks: fits.flatMap(({ peaks }) => peaks), ceiling } : ownFaults(fit);
  const unsettled = await eachOrFail(
    common ? [...prepared, common] : prepared,
    ({ owner }) => owner,
    async (one) => {
      if (served && isNewcomer(one) && !(await ports.baselines.current(one.owner))) return true;
      reports.push(await settle(ports.baselines, one, { work, pooled, settings, now, faultsFor }));
      return true;
    },
  );
  return { reports, done, failures: [...unprepared, ...unsettled] };
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

/** This many failures in a row are trouble of the store, not of one host or group: the others wait for the next try. */
const FAILURES_IN_A_ROW_MAX = 5;

/** A host or a group that cannot be refitted must not hold up those behind it. */
export async function eachOrFail<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  work: (item: T) => Promise<boolean>,
) {
  const failures: RefitFailure[] = [];
  let inARow = 0;
  for (const item of items) {
    try {
      if (!(await work(item))) break;
      inARow = 0;
    } catch (error) {
      failures.push({ what: nameOf(item), error });
      if (++inARow === FAILURES_IN_A_ROW_MAX) throw error;
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

interface Circumstances {
  readonly work?: GroupWork;
  readonly pooled?: Choice | undefined;
  readonly settings: FitSettings;
  readonly now: number;
  readonly faultsFor?: (fit: Fit) => Faults;
}

/** The labelled faults of one host, and the labelled rows that are caught. */
function ownFaults({ peaks, rows }: Fit): Faults {
  return { peaks: rows ? [...peaks, { id: "rows", verdict: "fault", peak: rows.least }] : peaks };
}

/**
 * Chooses the epsilon, asks the gate, writes the version and promotes it. A version that would repeat the active one is
 * not written.
 */
async function settle(
  ledger: BaselineLedger,
  { owner, schema, fit, shortened }: Prepared,
  { work, pooled, settings, now, faultsFor = ownFaults }: Circumstances,
): Promise<FitReport> {
  const version = (await ledger.latest(owner)) + 1;
  const named = "refused" in fit ? { detector: kindOf(settings.detector) } : namesOf(fit.model);
  const about = { owner, version, at: now, ...named, covariance: settings.covariance };
  if ("refused" in fit) {
    const report = { ...about, ...NOTHING, refused: fit.refused };
    await ledger.write(report);
    return report;
  }
  const active = await ledger.current(owner);
  const chosen = chooseForHost(fit, pooled);
  const choice = byHand(active, fit) ?? (await budgeted(ledger, chosen, fit, { work, active, faults: faultsFor(fit) }));
  const verdict = gate(fit, choice.epsilon);
  const { samples, excluded } = fit;
  const found = { ...about, samples, excluded, ...(shortened && { shortened }), ...choice, ...verdict };
  const report: FitReport = { ...found, ...(active && { replaces: active.version }) };
  if (report.refused) {
    await ledger.write(report);
    return report;
  }
  const { epsilon } = report;
  const baseline: Baseline = { owner, version, schema, model: fit.model, epsilon, samples, fitted: now };
  if (active && saysTheSame(active, report) && (await ledger.confirm(baseline))) return { ...active, refitted: now };
  await ledger.write(report, baseline);
  const promoted = await ledger.promote(report, active?.version ?? 0);
  return promoted ? report : { ...report, refused: "another refit was faster" };
}

/** Whether two reports differ only in number and time. */
function saysTheSame(one: FitReport, other: FitReport): boolean {
  const account = ({ version: _, at: __, replaces: ___, refitted: ____, budget, ...rest }: FitReport) => ({
    ...rest,
    allowed: budget?.allowed,
  });
  return isDeepStrictEqual(account(one), account(other));
}

const NOTHING = {
  samples: 0,
  excluded: 0,
  epsilon: 0,
  source: "default",
  labels: { fault: [], false: [] },
  flagRate: 0,
} as const;

/**
 * A person's choice for the group goes first. A whole group's budget is computed anew; a single host keeps its last.
 */
async function budgeted(
  ledger: BaselineLedger,
  choice: Choice,
  { peaks }: Fit,
  { work, active, faults }: { work: GroupWork | undefined; active: FitReport | undefined; faults: Faults },
): Promise<Choice> {
  if (choice.source === "group by hand") return choice;
  const budget = work && (await ledger.budget(work.group));
  if (work && budget) return withinBudget(choice, peaks, budget, work.alerts, faults);
  if (work || active?.source !== "budget") return choice;
  const epsilon = Math.min(active.epsilon, ceilingOf(choice.epsilon, faults));
  return epsilon > choice.epsilon ? { ...choice, epsilon, source: "budget" } : choice;
}

/** The label-free epsilon of `fused` was 7 where that of calendar bands is 1. */
const FUSED_SCALE = 7;

/**
 * An epsilon that a person set stays until somebody sets it back. Under another detector it has no meaning, and is
 * dropped; but one set for `fused` is converted to the scale of calendar bands.
 */
function byHand(active: FitReport | undefined, { model }: Fit): (Choice & Pick<FitReport, "by">) | undefined {
  if (active?.source !== "by hand") return undefined;
  const { detector, source, labels, quality, by } = active;
  const wasFused = detector === "fused" && model.detector === "bands";
  if (detector !== model.detector && !wasFused) return undefined;
  const epsilon = wasFused ? active.epsilon / FUSED_SCALE : active.epsilon;
  return { epsilon, source, labels, ...(quality ? { quality } : {}), ...(by === undefined ? {} : { by }) };
}
