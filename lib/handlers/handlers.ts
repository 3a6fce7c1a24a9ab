import { SNSClient } from "@aws-sdk/client-sns";
import { Attempts } from "../alert/attempts.ts";
import { type AuditPorts, auditSubscriptions } from "../alert/audit.ts";
import { dispatch, newDispatchMemory } from "../alert/dispatch.ts";
import { sweep } from "../alert/sweep.ts";
import { reportUnused } from "../alert/unused-silences.ts";
import { clientConfig } from "../clients.ts";
import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import { announcer } from "../learn/announce.ts";
import { type Cursor, refitDaily, refitFleet, refitOne } from "../learn/fleet.ts";
import type { FitReport } from "../learn/report.ts";
import { youngRefits } from "../learn/young.ts";
import { type AboutIncident, Publisher } from "../notify/publish.ts";
import { subscriptionsOf } from "../notify/subscribers.ts";
import { ENVIRONMENT } from "../resources.ts";
import { createStores } from "../store/aws.ts";
import { cacheBaselines } from "../store/baseline-cache.ts";
import type { Stores } from "../store/stores.ts";
import { type ScorePorts, type StreamRecord, scoreBatch } from "../watch/score.ts";
import { Schemas } from "../wire/schemas.ts";
import { aboutIncidents } from "./about.ts";
import type { Context, Handlers, StreamEvent, StreamEventRecord } from "./contract.ts";
import { createFeedback } from "./feedback.ts";
import type { HandlerOptions } from "./options.ts";

/** Kept back from a function's time for finishing what was begun and answering. */
const RESERVE_MS = 5_000;
/** The refit's: for choosing the epsilons of a whole segment and writing its baselines. */
const REFIT_RESERVE_MS = 120_000;

/** The functions over the resources that the environment names. Clients and memories are made once and reused. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { env, clock } = options;
  const stores = options.stores ?? createStores(env, clock, options.random);
  const { feedback, linkOf } = createFeedback(options, stores);
  const { config = () => DEFAULT_CONFIG } = options;
  const topic = createTopic(options, aboutIncidents(linkOf, stores.baselines, options.log), config);
  const { publisher } = topic;
  return {
    score: createScore(options, stores, publisher, config),
    sweep: createSweep(options, stores, topic, config),
    refit: createRefit(options, stores, publisher, config),
    feedback,
  };
}

function createScore(options: HandlerOptions, stores: Stores, publisher: Publisher, config: () => Config) {
  const { clock, report, log, observe, tellsAll = false } = options;
  const cached = cacheBaselines(stores.baselines, clock);
  const dispatchMemory = newDispatchMemory();
  const announce: ScorePorts["announce"] = (state, fresh) =>
    dispatch(
      { ...stores, publisher },
      { memory: dispatchMemory, settings: config().alerts, clock, tellsAll },
      state,
      fresh,
    );
  const ports = { ...stores, schemas: stores.baselines, baselines: cached, announce };
  const memory = { schemas: new Schemas(), stored: new Set<string>() };
  const fitYoung = youngRefits({ ...stores, cached, policyOf: (host, group) => config().policyOf(host, group) });
  return async (event: StreamEvent, context: Context) => {
    const { settings, policyOf } = config();
    const deadline = clock() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const records = event.Records.map(recordOf);
    const { failures, folded, counts, retryFrom } = await scoreBatch(
      { ...ports, policyOf },
      memory,
      records,
      clock,
      deadline,
    );
    for (const { what, error } of failures) log(`score: ${what}`, error);
    observe?.(folded);
    const states = folded.map(({ state }) => state);
    const fitted = clock() < deadline ? await fitYoung(states, settings, clock(), log) : [];
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

/** Each minute: what only a look at all hosts finds, and what the scorers have left to tell; then what is looked after less often. */
function createSweep({ clock }: HandlerOptions, { alerting, ...stores }: Stores, topic: Topic, config: () => Config) {
  const { publisher } = topic;
  const memory = {};
  return async () => {
    const attempts = new Attempts();
    const sweeping = { memory, settings: config().alerts, clock };
    const swept = await attempts.run(() => sweep({ ...stores, alerting, publisher }, sweeping));
    await attempts.run(() => reportUnused(alerting, publisher, clock()));
    await attempts.run(() => auditSubscriptions({ ...topic, alerting }, clock()));
    attempts.end();
    return swept;
  };
}

/** The schedule's event asks for what is left of the day's work; a person's for one host, or for the fleet at once. */
function createRefit(
  { clock, report, log }: HandlerOptions,
  stores: Stores,
  publisher: Publisher,
  config: () => Config,
) {
  return async (event: unknown, context: Context) => {
    const { settings, policyOf } = config();
    const now = clock();
    const end = now + context.getRemainingTimeInMillis() - REFIT_RESERVE_MS;
    const time = { now, outOfTime: () => clock() > end };
    const wish = wishOf(event);
    const untold = (hosts: number) =>
      log("refit: hosts whose epsilon moved beyond those that are told of in one run", hosts);
    const ports = { ...stores, policyOf, announce: announcer({ ...stores, publisher }, now, untold) };
    if (wish.host !== undefined) {
      const refitted = await refitOne(ports, settings, wish.host, now);
      const reports = refitted ? [refitted] : [];
      report(countFits(reports));
      return { reports };
    }
    const { reports, failures, next } = wish.all
      ? await refitFleet(ports, settings, time, wish.after)
      : await refitDaily(ports, settings, time);
    report(countFits(reports));
    for (const { what, error } of failures) log(`refit: ${what}`, error);
    const [first] = failures;
    if (first) {
      // The others are done and noted: this only rings the alarm, and whoever asked hears of it.
      throw new Error(`${failures.length} parts of the refit failed, the first ${first.what}`, { cause: first.error });
    }
    return { reports, ...(next ? { next } : {}) };
  };
}

interface Topic {
  readonly publisher: Publisher;
  readonly subscriptions: AuditPorts["subscriptions"];
}

/** The topic that alerts go to, and who listens to it. */
function createTopic({ env, clock }: HandlerOptions, about: AboutIncident, config: () => Config): Topic {
  const topic = env[ENVIRONMENT.alerts];
  if (!topic) throw new Error(`${ENVIRONMENT.alerts} is not set: it names the topic that alerts go to`);
  const contextNow = () => ({
    stack: env.STACK_NAME ?? "fleetwarden",
    now: clock(),
    redact: config().alerts.redact,
  });
  const client = new SNSClient(clientConfig(env));
  return {
    publisher: new Publisher(client, topic, contextNow, about),
    subscriptions: () => subscriptionsOf(client, topic),
  };
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

interface Wish {
  readonly host?: string;
  readonly all?: true;
  readonly after?: Cursor;
}

/** `{"host":"web-07"}`, `{"all":true}` or `{"all":true,"after":{"group":"web","host":"web-07"}}`; everything else is a schedule's. */
function wishOf(event: unknown): Wish {
  if (!isObject(event)) return {};
  if (typeof event.host === "string") return { host: event.host };
  if (event.all !== true) return {};
  const { after } = event;
  return isObject(after) && typeof after.group === "string" && typeof after.host === "string"
    ? { all: true, after: { group: after.group, host: after.host } }
    : { all: true };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function countFits(reports: readonly FitReport[]) {
  const refused = reports.filter((report) => report.refused !== undefined).length;
  return { BaselinesPromoted: reports.length - refused, BaselinesRefused: refused };
}
