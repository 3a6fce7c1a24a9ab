import type { AlertingStore } from "../alert/ports.ts";
import { quietPeriods } from "../alert/silences.ts";
import { isAbout } from "../incident/time-label.ts";
import { isMemoryless } from "../model/detector.ts";
import { DAY_MS } from "../time.ts";
import { hostOwner } from "../watch/baseline.ts";
import type { HistoryChunk } from "../watch/history.ts";
import { type HostPolicy, NO_POLICY, type PolicyOf } from "../watch/policy.ts";
import type { HistoryStore, IncidentStore } from "../watch/ports.ts";
import type { FitSettings } from "./fit-settings.ts";
import { gate } from "./gate.ts";
import { judging } from "./history-scores.ts";
import { chooseOnRows, type LabelledRows, type RowsStore } from "./labelled-rows.ts";
import { type Place, type Prepared, shareOf } from "./pool.ts";
import { gatherThinned } from "./thinned-history.ts";
import { type TrainingSet, trainingSet } from "./training.ts";
import { type Fit, fitTraining } from "./training-fit.ts";

export interface PreparePorts {
  readonly history: Pick<HistoryStore, "read">;
  readonly incidents: Pick<IncidentStore, "ofHost">;
  readonly alerting: Pick<AlertingStore, "silences" | "timeLabels">;
  readonly baselines: Pick<RowsStore, "rows">;
  /** People's policies for hosts; absent: none. */
  readonly policyOf?: PolicyOf;
}

/** A host to be fitted to. */
export interface Member extends Place {
  readonly host: string;
  readonly group: string;
}

/**
 * Reads a host's history, labels and silences and fits to them; undefined when there is no history. If the gate would
 * refuse the fit at the epsilon of `epsilonOf`, the newest part of the history replaces the whole.
 */
export async function prepareHost(
  { history, incidents, alerting, baselines, policyOf }: PreparePorts,
  { host, group, ...place }: Member,
  settings: FitSettings,
  now: number,
  epsilonOf: (fit: Fit) => number,
): Promise<Prepared | undefined> {
  const from = now - settings.windowDays * DAY_MS;
  const chunks = await gatherThinned(history.read(host, from, now + 1));
  const known = await incidents.ofHost(host, from, now + 1);
  const quiet = quietPeriods(await alerting.silences(), { host, group }, from, now + 1);
  const times = (await alerting.timeLabels()).filter((one) => one.to >= from && isAbout(one, { host, group }));
  // Other detectors judge a sample by its time or those before it, which such rows do not have.
  const rows = isMemoryless(settings.detector) ? await baselines.rows(hostOwner(host)) : undefined;
  const policy = policyOf?.(host, group) ?? NO_POLICY;
  const joining = { incidents: known, quiet, times, keepsResting: settings.detector === "bands" };
  const prepared = (some: readonly HistoryChunk[]) => {
    const set = trainingSet(some, joining);
    const one = set && prepareSet(hostOwner(host), set, place, settings, policy);
    return one && rows ? withRows(one, rows, policy) : one;
  };
  const whole = prepared(chunks);
  const refused = whole && refusalOf(whole, epsilonOf);
  if (!refused) return whole;
  const newer = newestThatPasses(chunks, prepared, epsilonOf);
  return newer ? { ...newer.passed, share: whole.share, shortened: { days: newer.days, refused } } : whole;
}

function withRows(prepared: Prepared, rows: LabelledRows, policy: HostPolicy): Prepared {
  const { fit, schema } = prepared;
  if ("refused" in fit) return prepared;
  const { model } = fit;
  if (model.detector === "bands" || model.detector === "reconstruction" || model.detector === "ensemble")
    return prepared;
  const choice = chooseOnRows(judging(model, schema), model, rows, policy);
  return choice ? { ...prepared, fit: { ...fit, rows: choice } } : prepared;
}

/** A fit that failed would fail on less, too. */
function refusalOf({ fit }: Prepared, epsilonOf: (fit: Fit) => number): string | undefined {
  return "refused" in fit ? undefined : gate(fit, epsilonOf(fit)).refused;
}

/** Less than two days leave no day to test a fit. */
const SHORTENED_DAYS_MIN = 2;

/** The fit to the newer half of a history, to the newer half of that, and so on, until one passes the gate. */
function newestThatPasses(
  chunks: readonly HistoryChunk[],
  prepared: (some: readonly HistoryChunk[]) => Prepared | undefined,
  epsilonOf: (fit: Fit) => number,
): { readonly passed: Prepared; readonly days: number } | undefined {
  const [oldest = 0, newest = 0] = [chunks[0]?.times[0], chunks.at(-1)?.times.at(-1)];
  for (let days = (newest - oldest) / DAY_MS / 2; days >= SHORTENED_DAYS_MIN; days /= 2) {
    const passed = prepared(chunks.filter(({ times }) => (times[0] ?? 0) > newest - days * DAY_MS));
    if (passed && !("refused" in passed.fit) && !refusalOf(passed, epsilonOf)) return { passed, days };
  }
  return undefined;
}

/** The same ports with the silences and the labels of times of this moment, read once for all hosts of a run. */
export async function readOnce<T extends Pick<PreparePorts, "alerting">>(ports: T): Promise<T> {
  const [silences, times] = await Promise.all([ports.alerting.silences(), ports.alerting.timeLabels()]);
  return { ...ports, alerting: { silences: async () => silences, timeLabels: async () => times } };
}

export function prepareSet(
  owner: string,
  set: TrainingSet,
  place: Place,
  settings: FitSettings,
  policy: HostPolicy,
): Prepared {
  return {
    owner,
    schema: set.schema,
    fit: fitTraining(set, settings, policy),
    share: shareOf(set, place, settings.detector),
  };
}
