import { RequestError } from "../http.ts";
import { alertsSeen, daysOf, expectedAt } from "../learn/alerts-seen.ts";
import { baselineOf } from "../learn/host-baseline.ts";
import { judgedHosts, preview } from "../learn/preview.ts";
import { type FitReport, MODEL_DAYS } from "../learn/report.ts";
import { CROSSING_EDGES } from "../model/crossings.ts";
import { median } from "../model/median.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import { groupOwner, hostOwner } from "../watch/baseline.ts";
import type { PolicyOf } from "../watch/policy.ts";
import { short } from "./cards.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import { stateOf } from "./host-view.ts";
import { FEED_DAYS } from "./picture.ts";

/** The hosts whose epsilon the person looks at: one host, the hosts of a group, or all. */
export interface Scope {
  readonly host?: string;
  readonly group?: string;
}

/** A slider asks many times a second; the stores are read once. */
const KEPT_MS = 30_000;
const SCOPES_MAX = 16;
const INCIDENTS_MAX = 5_000;
const PEAKS_MAX = 500;
const VERSIONS_MAX = 20;

/** Answers questions about thresholds. Keeps its reads of the stores for half a minute. */
export function createThresholds(stores: Stores, policyOf: PolicyOf) {
  const evidences = createKept<Evidence>();
  const histograms = createKept<Histogram>();
  const evidence = (scope: Scope, now: number) => evidences.get(scope, now, () => read(stores, scope, now));

  return {
    async view(scope: Scope, now: number) {
      const found = await evidence(scope, now);
      return { ...viewOf(found, now), ledger: await ledgerOf(stores, ledgerScope(scope, found), now) };
    },

    async whatIf(scope: Scope, epsilon: number, now: number) {
      if (!(epsilon > 0 && Number.isFinite(epsilon))) throw new RequestError(400, "epsilon must be a number above 0");
      return whatIfOf(await evidence(scope, now), epsilon, now);
    },

    histogram(host: string, now: number): Promise<Histogram> {
      return histograms.get({ host }, now, () => histogramFor(stores, policyOf, host, now));
    },

    /** Reads again from now on: somebody has just changed something. */
    forget(): void {
      evidences.forget();
      histograms.forget();
    },
  };
}

/** Keeps the result of a read for each scope; requests that come during a read wait for the same one. */
function createKept<T>() {
  const kept = new Map<string, { readonly at: number; readonly reading: Promise<T> }>();
  return {
    get({ host, group }: Scope, now: number, read: () => Promise<T>): Promise<T> {
      const key = JSON.stringify([host, group]);
      const known = kept.get(key);
      if (known && now - known.at < KEPT_MS) return known.reading;
      if (kept.size >= SCOPES_MAX) kept.clear();
      const reading = read();
      kept.set(key, { at: now, reading });
      reading.catch(() => kept.delete(key));
      return reading;
    },
    forget: () => kept.clear(),
  };
}

type Evidence = Awaited<ReturnType<typeof read>>;

function viewOf({ judged, learning, incidents, fleets }: Evidence, now: number) {
  if (judged.length + learning === 0) throw new RequestError(404, "There is no such host, and no host of such a group");
  const alerts = alertsSeen(
    judged.map(({ state }) => state),
    [...incidents, ...fleets],
    now,
  );
  const epsilons = Float64Array.from(judged, ({ epsilon }) => epsilon).sort();
  const [low, high] = [epsilons[0], epsilons.at(-1)];
  return {
    hosts: judged.length,
    learning,
    /** In force, over the hosts; absent while all hosts learn. */
    epsilon:
      low === undefined || high === undefined
        ? undefined
        : { low: short(low), median: short(median(epsilons)), high: short(high) },
    /** The days that `alerts` cover: a week, or the time seen if that is shorter. */
    days: daysOf(alerts),
    /** Alerts of all hosts of the scope together. */
    levels: CROSSING_EDGES.map((epsilon) => ({ epsilon, alerts: expectedAt(alerts, epsilon) })),
    peaks: incidents.slice(0, PEAKS_MAX).map(({ id, host, opened, peak, label }) => ({
      id,
      host,
      opened,
      score: peak.judgement?.score ?? 0,
      verdict: label?.verdict,
    })),
  };
}

/** A preview with the F1 of the alarms by the labels; `f1` is absent without labelled faults. */
function whatIfOf({ judged, incidents, fleets }: Evidence, epsilon: number, now: number) {
  const { affected, ...found } = preview(judged, [...incidents, ...fleets], epsilon, now);
  const { faults, falseAlarms } = found;
  const alarms = 2 * faults.caught + faults.missed + falseAlarms.raised;
  const f1 = faults.caught + faults.missed > 0 ? (2 * faults.caught) / alarms : undefined;
  return { ...found, affected: affected.length, f1 };
}

/** A group of one host has no baseline beside that host's. */
function ledgerScope(scope: Scope, { judged, learning }: Evidence): Scope {
  const [alone] = scope.group !== undefined && judged.length === 1 && learning === 0 ? judged : [];
  return alone ? { host: alone.state.host } : scope;
}

async function histogramFor(stores: Stores, policyOf: PolicyOf, host: string, now: number): Promise<Histogram> {
  const state = await stateOf(stores, host);
  const baseline = await baselineOf(stores.baselines, state);
  if (!baseline) throw new RequestError(404, `${host} is still learning: its samples have no scores yet`);
  return histogramOf(stores, { state, baseline, policy: policyOf(host, state.group) }, now);
}

async function read(stores: Stores, { host, group }: Scope, now: number) {
  const isWanted = (one: { readonly host: string; readonly group: string }) =>
    (host === undefined || one.host === host) && (group === undefined || one.group === group);
  const { judged, learning } = await judgedHosts(stores, isWanted);
  const from = now - FEED_DAYS * DAY_MS;
  const found =
    host === undefined
      ? await stores.incidents.feed(from, now + DAY_MS, INCIDENTS_MAX)
      : await stores.incidents.ofHost(host, from, now + DAY_MS);
  // Anomalies only: a silence has no score.
  const incidents = found.filter((one) => one.kind === "anomaly").filter((one) => one.anomalies > 0 && isWanted(one));
  const fleets = found.filter((one) => one.kind === "fleet" && (group === undefined || one.group === group));
  return { judged, learning, incidents, fleets };
}

async function ledgerOf({ baselines }: Stores, { host, group }: Scope, now: number) {
  if (host === undefined && group === undefined) return undefined;
  const owner = host === undefined ? groupOwner(group ?? "") : hostOwner(host);
  const [reports, current] = await Promise.all([baselines.reports(owner, VERSIONS_MAX), baselines.current(owner)]);
  if (reports.length === 0) return undefined;
  const versions = reports.map((report) => ({ ...versionOf(report), gone: isGone(report, reports, now) }));
  return { owner, active: current?.version ?? 0, versions };
}

/** Whether another version replaced this one so long ago that the store no longer keeps its model. */
function isGone({ version }: FitReport, reports: readonly FitReport[], now: number): true | undefined {
  const next = reports.find(({ replaces, refused }) => replaces === version && refused === undefined);
  return next && now - next.at >= MODEL_DAYS * DAY_MS ? true : undefined;
}

function versionOf({ version, at, epsilon, source, samples, by, from, refused, quality }: FitReport) {
  const f1 = quality && short(quality.f1);
  return { version, at, epsilon: short(epsilon), source, samples, by, from, refused, f1 };
}
