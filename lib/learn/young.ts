import { isProvisional } from "../incident/judgement.ts";
import { bandsOf } from "../model/detector.ts";
import { DAY_MS } from "../time.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import { YOUNG_BELOW } from "../watch/history.ts";
import type { HostState } from "../watch/state.ts";
import type { FitSettings, SettingsOf } from "./fit-settings.ts";
import { type RefitPorts, type RefitTime, refitHost } from "./group-refit.ts";
import { readOnce } from "./prepare.ts";
import type { FitReport } from "./report.ts";
import { SAMPLES_MIN } from "./training-fit.ts";

/** A host that its group's baseline serves gets its own when it has this many samples: about three hours at 10 s. */
const SAMPLES_BESIDE_GROUP = 1_000;
/**
 * After an attempt the next one waits until the number of samples has grown by this factor. So the scorer does not
 * repeat a refused fit with every batch.
 */
const GROWTH_BETWEEN_ATTEMPTS = 1.25;
/**
 * Hosts fitted after one batch, or fewer if time is up; the others stay due. So a fleet's first minutes leave the
 * function time for the next batch.
 */
const FITS_PER_BATCH = 8;
/** Hosts whose last attempt is remembered. */
const ATTEMPTS_MAX = 50_000;

type Fitted = Pick<Baseline, "owner" | "samples">;

export interface YoungPorts extends RefitPorts {
  readonly cached: {
    active(owners: readonly string[]): Promise<{
      get(owner: string): Baseline | undefined;
      head(owner: string): Fitted | undefined;
    }>;
    forget(owner: string): void;
  };
}

/**
 * Hosts need not wait for the daily refit. The first baseline comes after `SAMPLES_MIN` samples. The scorer fits it
 * again each time the history has doubled, while the host is young. Returns a function to call after each batch. It
 * stops between two hosts when `outOfTime` says so.
 */
export function youngRefits(ports: YoungPorts) {
  const attempts = new Map<string, number>();
  const fitDue = async (states: readonly HostState[], settingsOf: SettingsOf, time: RefitTime, log: Log) => {
    const owners = states.flatMap(({ host, group }) => [hostOwner(host), groupOwner(group)]);
    const active = await ports.cached.active([...new Set(owners)]);
    const due = states.filter((state) => {
      const { host, group, seen, incident } = state;
      const baseline = active.head(hostOwner(host)) ?? active.head(groupOwner(group));
      // The lead-up to an incident must not become normal while it lasts, unless the incident outlasts the samples of
      // the baseline.
      if (incident?.kind === "silent" || (incident && incident.samples <= (baseline?.samples ?? 0))) return false;
      const isServed = () => serves(seen, active.get(groupOwner(group)));
      return (
        isDue(state, baseline, isServed, settingsOf(group)) &&
        seen >= (attempts.get(host) ?? 0) * GROWTH_BETWEEN_ATTEMPTS
      );
    });
    if (due.length === 0) return [];
    const once = await readOnce(ports);
    const reports: FitReport[] = [];
    for (const { host, group, seen } of due.slice(0, FITS_PER_BATCH)) {
      if (time.outOfTime()) break;
      if (attempts.size >= ATTEMPTS_MAX) attempts.clear();
      attempts.set(host, seen);
      try {
        const report = await refitHost(once, host, group, settingsOf(group), time.now);
        ports.cached.forget(hostOwner(host));
        if (report) reports.push(report);
      } catch (error) {
        log(`first baseline of ${host}, due again later`, error); // no reason to score its batch again
      }
    }
    return reports;
  };
  return async (
    states: readonly HostState[],
    settingsOf: SettingsOf,
    time: RefitTime,
    log: Log,
  ): Promise<readonly FitReport[]> => {
    try {
      return await fitDue(states, settingsOf, time, log);
    } catch (error) {
      // The batch is scored already, and must not be delivered again.
      log("first baselines, due again later", error);
      return [];
    }
  };
}

type Log = (what: string, error: unknown) => void;

/** A group's calendar bands serve a newcomer until its own bands have this many days. */
const DAYS_BESIDE_GROUP = 2;

function serves(seen: number, baseline: Baseline | undefined): boolean {
  const bands = baseline && bandsOf(baseline.model);
  return bands !== undefined && seen * bands.interval < DAYS_BESIDE_GROUP * DAY_MS;
}

/** Whether a host should get a new baseline in place of this one. */
function isDue(
  state: HostState,
  baseline: Fitted | undefined,
  isServed: () => boolean,
  settings: FitSettings,
): boolean {
  const { seen, unjudged } = state;
  if (!baseline) return seen >= SAMPLES_MIN;
  // A host of which the group's baseline knows no metric is like one without. If it knows some, these bridge the time.
  if (isProvisional(baseline)) return unjudged ? seen >= SAMPLES_MIN : seen >= SAMPLES_BESIDE_GROUP && !isServed();
  return isYoung(state, settings) && seen >= 2 * baseline.samples;
}

/**
 * A young host's window holds all that it ever sent. Later the window may never hold twice what a baseline was fitted
 * to, and the scheduled refit keeps the baseline.
 */
function isYoung({ seen, since, newest }: HostState, { windowDays }: FitSettings): boolean {
  return seen < YOUNG_BELOW && newest - since < windowDays * DAY_MS;
}
