import type { AlertingStore } from "../alert/ports.ts";
import type { Alerts } from "../model/crossings.ts";
import { groupOwner } from "../watch/baseline.ts";
import { daysOf, expectedAt } from "./alerts-seen.ts";
import type { RefitFailure } from "./group-refit.ts";
import { type RefusalPorts, refusalKeeper } from "./refusals.ts";
import type { BaselineLedger, EpsilonSource, FitReport } from "./report.ts";

export interface AnnouncePorts extends RefusalPorts {
  readonly baselines: Pick<BaselineLedger, "current" | "reports" | "version">;
  readonly alerting: RefusalPorts["alerting"] & Pick<AlertingStore, "announced" | "saveAnnounced">;
}

/**
 * Announces how labels moved the epsilons of a group and its hosts, and whose refits are refused, by a refit's reports;
 * returns the failures.
 */
export type Announce = (
  group: string,
  reports: readonly FitReport[],
  alerts?: Alerts,
) => Promise<readonly RefitFailure[]>;

/** A smaller change moves no alert that anybody would notice. */
const MOVED_SHARE = 0.02;
/** Hosts announced in one run of a refit: people who labelled more at once know of the others. */
const HOSTS_TOLD_MAX = 20;
/** Versions looked through for the one that labels replaced. */
const LOOK_BACK = 10;

/**
 * Announces for one run of a refit. It compares the last announcement with the epsilon in force. If a refit crashes
 * before an announcement, the next refit makes it; after a later crash the next refit repeats it. `untold` receives the
 * number of hosts beyond the limit of one run.
 */
export function announcer(ports: AnnouncePorts, now: number, untold: (hosts: number) => void): Announce {
  let told = 0;
  const keepRefusals = refusalKeeper(ports, now);
  return async (group, reports, alerts) => {
    const common = groupOwner(group);
    const hasCommon = reports.some(({ owner }) => owner === common) || (await ports.baselines.current(common));
    const failures: RefitFailure[] = [];
    let beyond = 0;
    for (const report of reports) {
      const { owner, source, version, epsilon } = report;
      // One message for the group stands for all hosts that follow it.
      if (hasCommon && owner !== common && source === "group labels") continue;
      try {
        const known = await noteEpsilon(ports, report, owner === common);
        if (!known) continue;
        if (owner !== common && told === HOSTS_TOLD_MAX) beyond++;
        else {
          if (owner !== common) told++;
          const before = await inForceBefore(ports, report, known);
          await tell(ports, report, { before, now, alerts: owner === common ? alerts : undefined });
        }
        await ports.alerting.saveAnnounced(owner, { version, epsilon });
      } catch (error) {
        failures.push({ what: `news of ${owner}'s epsilon`, error });
      }
    }
    if (beyond > 0) untold(beyond);
    try {
      await keepRefusals(group, reports);
    } catch (error) {
      failures.push({ what: `news of refused refits in group ${group}`, error });
    }
    return failures;
  };
}

/** People who set an epsilon or a budget, or store labelled rows, need no message about it. */
const KNOWN: ReadonlySet<EpsilonSource> = new Set(["by hand", "group by hand", "budget"]);

/** The last announcement, or the one that would have been made. */
type Known = Pick<FitReport, "version" | "epsilon">;

/**
 * Returns the announced epsilon, if labels moved it since. Otherwise stores the epsilon as announced if there was none
 * yet.
 */
async function noteEpsilon(ports: AnnouncePorts, report: FitReport, isGroup: boolean): Promise<Known | undefined> {
  const { owner, source, version, epsilon, labels } = report;
  if (report.refused !== undefined || report.rows || KNOWN.has(source)) return undefined;
  const known = await ports.alerting.announced(owner);
  if (known && !hasMoved(known.epsilon, epsilon)) return undefined;
  const then = known
    ? (await ports.baselines.version(owner, known.version))?.report
    : await beforeLabels(ports, report);
  if (then && !areSame(then.labels, labels) && hasMoved(then.epsilon, epsilon)) return then;
  if (!known && (isGroup || hasLabels(report))) await ports.alerting.saveAnnounced(owner, { version, epsilon });
  return undefined;
}

/** The newest version on which other labels, or none, decided. */
async function beforeLabels({ baselines }: AnnouncePorts, report: FitReport): Promise<FitReport | undefined> {
  if (!hasLabels(report)) return undefined;
  const earlier = await baselines.reports(report.owner, LOOK_BACK);
  return earlier.find(
    ({ version, refused, labels }) =>
      version < report.version && refused === undefined && !areSame(labels, report.labels),
  );
}

/** The last version in force with another epsilon: the one to go back to. Failing that, the announced one. */
async function inForceBefore({ baselines }: AnnouncePorts, report: FitReport, known: Known): Promise<Known> {
  const versions = await baselines.reports(report.owner, LOOK_BACK);
  let { replaces } = report;
  for (const one of versions) {
    if (one.version !== replaces) continue;
    if (hasMoved(one.epsilon, report.epsilon)) return one;
    replaces = one.replaces;
  }
  return known;
}

async function tell(
  { publisher }: AnnouncePorts,
  { owner, version, epsilon: after, labels }: FitReport,
  {
    before: { version: from, epsilon: before },
    now,
    alerts,
  }: { before: Known; now: number; alerts: Alerts | undefined },
): Promise<void> {
  const expected = alerts && {
    alerts: { days: daysOf(alerts), before: expectedAt(alerts, before), after: expectedAt(alerts, after) },
  };
  await publisher.publish(
    { kind: "epsilon", at: now, owner, version, from, before, after, labels, ...expected },
    { sms: false },
  );
}

function hasMoved(before: number, after: number): boolean {
  return Math.abs(after - before) > MOVED_SHARE * before;
}

function hasLabels({ labels }: FitReport): boolean {
  return labels.fault.length + labels.false.length > 0;
}

function areSame(some: FitReport["labels"], others: FitReport["labels"]): boolean {
  const textOf = (labels: FitReport["labels"]) => JSON.stringify([labels.fault.toSorted(), labels.false.toSorted()]);
  return textOf(some) === textOf(others);
}
