import type { AlertingStore } from "../alert/ports.ts";
import { quietPeriods } from "../alert/silences.ts";
import { DAY_MS } from "../time.ts";
import { hostOwner } from "../watch/baseline.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { HostPolicy, PolicyOf } from "../watch/policy.ts";
import type { HistoryStore, IncidentStore } from "../watch/ports.ts";
import type { FitSettings } from "./fit-settings.ts";
import { type Place, type Prepared, shareOf } from "./pool.ts";
import { type TrainingSet, thinned, trainingSet } from "./training.ts";
import { fitTraining } from "./training-fit.ts";

export interface PreparePorts {
  readonly history: Pick<HistoryStore, "read">;
  readonly incidents: Pick<IncidentStore, "ofHost">;
  readonly alerting: Pick<AlertingStore, "silences">;
  /** People's policies for hosts; absent: none. */
  readonly policyOf?: PolicyOf;
}

/** A host to be fitted to. */
export interface Member extends Place {
  readonly host: string;
  readonly group: string;
}

/** Reads a host's history, labels and silences and fits to them; undefined when there is no history. */
export async function prepareHost(
  { history, incidents, alerting, policyOf }: PreparePorts,
  { host, group, ...place }: Member,
  settings: FitSettings,
  now: number,
): Promise<Prepared | undefined> {
  const from = now - settings.windowDays * DAY_MS;
  const chunks: HistoryChunk[] = [];
  for await (const chunk of history.read(host, from, now + 1)) chunks.push(chunk);
  const quiet = quietPeriods(await alerting.silences(), { host, group }, from, now + 1);
  const set = trainingSet(
    thinned(chunks),
    await incidents.ofHost(host, from, now + 1),
    quiet,
    settings.detector === "bands",
  );
  if (!set) return undefined;
  return prepareSet(hostOwner(host), set, place, settings, policyOf?.(host, group));
}

/** The same ports with the silences of this moment, read once for all hosts of a run. */
export async function withSilences<T extends Pick<PreparePorts, "alerting">>(ports: T): Promise<T> {
  const silences = await ports.alerting.silences();
  return { ...ports, alerting: { silences: async () => silences } };
}

export function prepareSet(
  owner: string,
  set: TrainingSet,
  place: Place,
  settings: FitSettings,
  policy?: HostPolicy,
): Prepared {
  return {
    owner,
    schema: set.schema,
    fit: fitTraining(set, settings, policy),
    share: shareOf(set, place, settings.detector),
  };
}
