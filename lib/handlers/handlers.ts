import { SNSClient } from "@aws-sdk/client-sns";
import { clientConfig, type Environment } from "../clients.ts";
import { refitFleet, refitHost } from "../learn/refit.ts";
import type { FitReport } from "../learn/report.ts";
import { youngRefits } from "../learn/young.ts";
import type { Covariance } from "../model/gaussian.ts";
import { Publisher } from "../notify/publish.ts";
import { ENVIRONMENT } from "../resources.ts";
import { cacheBaselines } from "../store/baseline-cache.ts";
import { createStores } from "../store/stores.ts";
import type { Folded } from "../watch/fold.ts";
import { type StreamRecord, scoreBatch } from "../watch/score.ts";
import { sweep } from "../watch/sweep.ts";
import { Schemas } from "../wire/schemas.ts";
import type { Clock, Context, Handlers, StreamEvent, StreamEventRecord } from "./contract.ts";
import type { Report } from "./metrics.ts";

export interface HandlerOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Receives the counts of each invocation. */
  readonly report: Report;
  /** Receives each thing that went wrong and will be tried again. */
  readonly log: (what: string, error: unknown) => void;
  /** Sees what became of every sample; for `replay`. */
  readonly observe?: (folded: readonly Folded[]) => void;
}

/** Kept back from a function's time for finishing what was begun and answering. */
const RESERVE_MS = 5_000;

/** Diagonal survives any number of features; full needs more history than a new host has. */
const COVARIANCE: Covariance = "diagonal";

/** The functions over the resources that the environment names. Clients and memories are made once and reused. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { env, clock, report } = options;
  const stores = createStores(env, clock, options.random);
  const publisher = createPublisher(env);
  return {
    score: createScore(options, stores, publisher),
    sweep: () => sweep({ ...stores, publisher }, clock()),
    async refit(event) {
      const host = hostOf(event);
      const reports =
        host === undefined ? await refitFleet(stores, COVARIANCE, clock()) : await refitOne(stores, host, clock());
      report(countFits(reports));
      return { reports };
    },
  };
}

type Stores = ReturnType<typeof createStores>;

function createScore({ clock, report, log, observe }: HandlerOptions, stores: Stores, publisher: Publisher) {
  const cached = cacheBaselines(stores.baselines, clock);
  const ports = { ...stores, schemas: stores.baselines, baselines: cached, publisher };
  const memory = { schemas: new Schemas(), stored: new Set<string>() };
  const fitYoung = youngRefits({ ...stores, cached }, COVARIANCE);
  return async (event: StreamEvent, context: Context) => {
    const deadline = clock() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const records = event.Records.map(recordOf);
    const { failures, folded, counts, retryFrom } = await scoreBatch(ports, memory, records, clock, deadline);
    for (const { what, error } of failures) log(`score: ${what}`, error);
    observe?.(folded);
    const states = folded.map(({ state }) => state);
    const fitted = clock() < deadline ? await fitYoung(states, clock(), log) : [];
    const {
      records: Records,
      samples: Samples,
      anomalies: Anomalies,
      rejected: Rejected,
      incidentsOpened: IncidentsOpened,
    } = counts;
    report({ Records, Samples, Anomalies, Rejected, IncidentsOpened, ...countFits(fitted) });
    const retry = retryFrom === undefined ? undefined : records[retryFrom];
    return { batchItemFailures: retry ? [{ itemIdentifier: retry.sequenceNumber }] : [] };
  };
}

async function refitOne(stores: Stores, host: string, now: number): Promise<FitReport[]> {
  const state = (await stores.hosts.load([host])).get(host);
  if (!state) throw new Error(`no host ${host}: \`fleetwarden status\` lists the hosts that were heard of`);
  const report = await refitHost(stores, host, state.group, COVARIANCE, now);
  return report ? [report] : [];
}

function createPublisher(env: Environment): Publisher {
  const topic = env[ENVIRONMENT.alerts];
  if (!topic) throw new Error(`${ENVIRONMENT.alerts} is not set: it names the topic that alerts go to`);
  return new Publisher(new SNSClient(clientConfig(env)), topic, { stack: env.STACK_NAME ?? "fleetwarden" });
}

/** A record of Lambda's event as the scorer takes it. */
export function recordOf({ kinesis }: StreamEventRecord): StreamRecord {
  return {
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrival: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    data: kinesis.data,
  };
}

/** `{"host": "web-07"}` asks for one host; a schedule's event for all. */
function hostOf(event: unknown): string | undefined {
  return typeof event === "object" && event !== null && "host" in event && typeof event.host === "string"
    ? event.host
    : undefined;
}

function countFits(reports: readonly FitReport[]) {
  const refused = reports.filter((report) => report.refused !== undefined).length;
  return { BaselinesPromoted: reports.length - refused, BaselinesRefused: refused };
}
