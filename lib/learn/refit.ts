import type { Covariance } from "../model/gaussian.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { BaselineStore, HistoryStore, HostStore, IncidentStore } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";
import { epsilonFromLabels, epsilonWithoutFaults, type Fit, fitTraining, gate, type Prepared } from "./fit.ts";
import { poolGroup } from "./pool.ts";
import type { BaselineLedger, EpsilonSource, FitReport } from "./report.ts";
import { type TrainingSet, trainingSet } from "./training.ts";

export interface RefitPorts {
  readonly hosts: Pick<HostStore, "all">;
  readonly baselines: BaselineStore & BaselineLedger;
  readonly history: Pick<HistoryStore, "read">;
  readonly incidents: Pick<IncidentStore, "ofHost">;
}

/** How far back a refit looks. */
const WINDOW_MS = 30 * 24 * 3_600_000;
/** More labelled incidents than this are not listed by id. */
const LABELS_LISTED_MAX = 50;

/**
 * Refits every host that was heard of within the window, and each group's common baseline, one group after the other.
 * Returns the reports of all versions written.
 */
export async function refitFleet(ports: RefitPorts, covariance: Covariance, now: number): Promise<FitReport[]> {
  const groups = new Map<string, HostState[]>();
  for await (const state of ports.hosts.all()) {
    if (state.newest <= now - WINDOW_MS) continue;
    groups.set(state.group, [...(groups.get(state.group) ?? []), state]);
  }
  const reports: FitReport[] = [];
  for (const [group, states] of groups) reports.push(...(await refitGroup(ports, group, states, covariance, now)));
  return reports;
}

async function refitGroup(
  ports: RefitPorts,
  group: string,
  states: readonly HostState[],
  covariance: Covariance,
  now: number,
) {
  const prepared: Prepared[] = [];
  for (const { host } of states) {
    const one = await prepare(ports, host, covariance, now);
    if (one) prepared.push(one);
  }
  const pooled = pooledChoice(prepared);
  const reports: FitReport[] = [];
  for (const one of prepared) reports.push(await settle(ports.baselines, one, pooled, covariance, now));
  const common = poolGroup(groupOwner(group), prepared, covariance);
  if (common) reports.push(await settle(ports.baselines, common, pooled, covariance, now));
  return reports;
}

/** Refits one host by itself; its group's labels count if the group's baseline was chosen by them. */
export async function refitHost(ports: RefitPorts, host: string, group: string, covariance: Covariance, now: number) {
  const prepared = await prepare(ports, host, covariance, now);
  if (!prepared) return undefined;
  const [newest] = await ports.baselines.reports(groupOwner(group), 1);
  const fromGroup = newest && !newest.refused && newest.source === "group labels" ? newest : undefined;
  return settle(ports.baselines, prepared, fromGroup, covariance, now);
}

async function prepare(
  ports: RefitPorts,
  host: string,
  covariance: Covariance,
  now: number,
): Promise<Prepared | undefined> {
  const chunks: HistoryChunk[] = [];
  for await (const chunk of ports.history.read(host, now - WINDOW_MS, now + 1)) chunks.push(chunk);
  const set = trainingSet(chunks, await ports.incidents.ofHost(host, now - WINDOW_MS, now + 1));
  return set && { owner: hostOwner(host), set, fit: fitTraining(set, covariance) };
}

/** Fits a training set, asks the gate, and promotes it as the owner's next version: a refit without history or labels of others. */
export function fitBaseline(
  ledger: BaselineStore & BaselineLedger,
  owner: string,
  set: TrainingSet,
  covariance: Covariance,
  now: number,
) {
  return settle(ledger, { owner, set, fit: fitTraining(set, covariance) }, undefined, covariance, now);
}

type PooledChoice = Pick<FitReport, "epsilon" | "labels" | "quality">;

/** The epsilon that the labels of all these hosts together ask for. */
function pooledChoice(prepared: readonly Prepared[]): PooledChoice | undefined {
  const labelled = prepared.flatMap(({ fit }) => ("labelled" in fit && fit.labelled ? [fit.labelled] : []));
  const choice = epsilonFromLabels(labelled);
  if (!choice) return undefined;
  const { epsilon, f1, precision, recall } = choice;
  const labels = {
    fault: prepared.flatMap(({ set }) => set.labels.fault),
    false: prepared.flatMap(({ set }) => set.labels.false),
  };
  return { epsilon, labels, quality: { f1, precision, recall } };
}

/** Chooses the epsilon, asks the gate, writes the version and promotes it. */
async function settle(
  baselines: BaselineStore & BaselineLedger,
  { owner, set, fit }: Prepared,
  pooled: PooledChoice | undefined,
  covariance: Covariance,
  now: number,
): Promise<FitReport> {
  const version = (await baselines.latest(owner)) + 1;
  const about = { owner, version, at: now, covariance };
  if ("refused" in fit) {
    const report = { ...about, ...REFUSED, excluded: set.times.length, refused: fit.refused };
    await baselines.write(report);
    return report;
  }
  const choice = chooseEpsilon(owner, set, fit, pooled);
  const verdict = gate(fit, choice.epsilon);
  const report: FitReport = { ...about, samples: fit.samples, excluded: fit.excluded, ...choice, ...verdict };
  if (report.refused) {
    await baselines.write(report);
    return report;
  }
  const { epsilon } = choice;
  const baseline: Baseline = {
    owner,
    version,
    schema: set.schema,
    model: fit.model,
    epsilon,
    samples: fit.samples,
    fitted: now,
  };
  const active = (await baselines.active([owner])).get(owner);
  await baselines.write(report, baseline);
  const promoted = await baselines.promote(report, baseline, active?.version ?? 0);
  return promoted ? report : { ...report, refused: "another refit was faster" };
}

const REFUSED = { samples: 0, epsilon: 0, source: "quantile", labels: { fault: [], false: [] }, flagRate: 0 } as const;

function chooseEpsilon(owner: string, set: TrainingSet, fit: Fit, pooled: PooledChoice | undefined) {
  const own = owner.startsWith("host#") && fit.labelled ? epsilonFromLabels([fit.labelled]) : undefined;
  if (own) {
    const { epsilon, f1, precision, recall } = own;
    return {
      epsilon,
      source: "labels" as EpsilonSource,
      labels: listed(set.labels),
      quality: { f1, precision, recall },
    };
  }
  if (pooled && set.labels.false.length === 0) {
    return { ...pooled, labels: listed(pooled.labels), source: "group labels" as EpsilonSource };
  }
  const source: EpsilonSource = set.labels.false.length > 0 ? "quantile and false labels" : "quantile";
  return { epsilon: epsilonWithoutFaults(fit), source, labels: listed(set.labels) };
}

function listed({ fault, false: refuted }: TrainingSet["labels"]): TrainingSet["labels"] {
  return { fault: fault.slice(-LABELS_LISTED_MAX), false: refuted.slice(-LABELS_LISTED_MAX) };
}
