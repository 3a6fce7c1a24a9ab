import { SNSClient } from "@aws-sdk/client-sns";
import { Attempts } from "../alert/attempts.ts";
import { type AuditPorts, auditSubscriptions } from "../alert/audit.ts";
import { dispatch, newDispatchMemory } from "../alert/dispatch.ts";
import { countGivenUp, type GivenUpMemory } from "../alert/given-up.ts";
import { groupOf, type News } from "../alert/news.ts";
import { sweep } from "../alert/sweep.ts";
import { reportUnused } from "../alert/unused-silences.ts";
import { clientConfig, type Environment } from "../clients.ts";
import { INSTALLED } from "../command-line.ts";
import { type Config, DEFAULT_CONFIG } from "../config/config.ts";
import { isObject } from "../json.ts";
import { announcer } from "../learn/announce.ts";
import type { SettingsOf } from "../learn/fit-settings.ts";
import { type FleetPorts, type FleetRefit, refitFleet, refitOne, refitScheduled } from "../learn/fleet-refit.ts";
import type { RefitTime } from "../learn/group-refit.ts";
import type { Cursor } from "../learn/refit-progress.ts";
import type { FitReport } from "../learn/report.ts";
import { youngRefits } from "../learn/young.ts";
import { Publisher, type Topic } from "../notify/publish.ts";
import { snsTopic } from "../notify/sns-topic.ts";
import { ENVIRONMENT, REFIT_RESERVE_SECONDS } from "../resources.ts";
import { createStores } from "../store/aws.ts";
import { cacheBaselines, modelRoomOf } from "../store/baseline-cache.ts";
import type { Bucket } from "../store/bucket.ts";
import { setAside } from "../store/set-aside.ts";
import type { Stores } from "../store/stores.ts";
import { SECOND_MS } from "../time.ts";
import type { PolicyOf } from "../watch/policy.ts";
import { newScoreMemory } from "../watch/schema-names.ts";
import { type ScorePorts, scoreBatch, scoreWaiting } from "../watch/score.ts";
import { aboutNotices } from "./about.ts";
import { type Context, type Handlers, recordOf, type StreamEvent } from "./contract.ts";
import { createFeedback } from "./feedback.ts";
import { type Counts, type HandlerOptions, stackName } from "./options.ts";

/** The end of a function's time, reserved for finishing the current work and answering. */
const RESERVE_MS = 5_000;

/** A sweep scores waiting samples for this long; the next one goes on. */
const WAITING_MS_MAX = 10_000;

/** Parts that the functions share. */
interface Parts extends HandlerOptions {
  readonly stores: Stores;
  readonly config: () => Config;
  readonly publisher: Publisher;
  readonly subscriptions: AuditPorts["subscriptions"];
}

/** The functions over the resources that the environment names. Invocations share clients and memories. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { env, clock, random, log, report, command = INSTALLED, config = () => DEFAULT_CONFIG } = options;
  const count = () => report({ ItemsSetAside: 1 });
  const unreadable = (bucket: Bucket) =>
    setAside({ bucket, clock, log, count, incidents: { ofHost: (...of) => stores.incidents.ofHost(...of) } });
  let throttled = 0;
  const stores: Stores = options.stores ?? createStores(env, clock, random, unreadable, () => throttled++);
  const { feedback, linkOf } = createFeedback(options, stores);
  const topic = options.topic ?? alertsTopic(env);
  const contextOf = (news: News) => {
    const { alerts, settingsOf } = config();
    const zone = settingsOf(groupOf(news)).timezone;
    return { stack: stackName(env), command, now: clock(), redact: alerts.redact, zone };
  };
  const publisher = new Publisher(topic, contextOf, aboutNotices(linkOf, stores, log));
  const parts = { ...options, stores, config, publisher, subscriptions: () => topic.subscriptions() };
  /** Reports after each run, even a failed one, how often DynamoDB throttled it. */
  const counting =
    <Args extends readonly unknown[], T>(run: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      try {
        return await run(...args);
      } finally {
        if (throttled > 0) report({ Throttled: throttled });
        throttled = 0;
      }
    };
  return {
    score: counting(createScore(parts)),
    sweep: counting(createSweep(parts)),
    refit: counting(createRefit(parts)),
    feedback: counting(feedback),
  };
}

/** The ports of scoring; baselines are cached for a minute. */
function scorePorts({ clock, config, publisher, stores }: Parts, name: "score" | "sweep") {
  const cached = cacheBaselines(stores.baselines, clock, modelRoomOf(name));
  const dispatchMemory = newDispatchMemory();
  const latencies: number[] = [];
  const onFirst = (latency: number) => latencies.push(latency);
  const announce: ScorePorts["announce"] = (state, fresh, opening) => {
    const dispatching = { memory: dispatchMemory, settings: config().alerts, clock, opening, onFirst };
    return dispatch({ ...stores, publisher }, dispatching, state, fresh);
  };
  const policyOf: PolicyOf = (host, group) => config().policyOf(host, group);
  const keepsAll = () => config().keepsAll;
  const hostOf = (name: string) => config().hostOf(name);
  const judging = { baselines: cached, announce, policyOf, keepsAll, hostOf };
  /** Those of the messages since the last call, in milliseconds. */
  const takeLatencies = () => latencies.splice(0);
  return { cached, ports: { ...stores, schemas: stores.baselines, ...judging }, takeLatencies };
}

function createScore(parts: Parts) {
  const { clock, config, fitsYoung = true, log, observe, onRejected, report, stores } = parts;
  const { cached, ports, takeLatencies } = scorePorts(parts, "score");
  const memory = newScoreMemory();
  const fitYoung = youngRefits({ ...stores, cached, policyOf: ports.policyOf });
  return async (event: StreamEvent, context: Context) => {
    const { settingsOf } = config();
    const deadline = clock() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const records = event.Records.map(recordOf);
    const { failures, folded, rejections, counts, retryFrom } = await scoreBatch(ports, memory, records, {
      clock,
      deadline,
    });
    for (const { what, error } of failures) log(`score: ${what}`, error);
    observe?.(folded);
    onRejected?.(rejections);
    const states = folded.map(({ state }) => state);
    const time = { now: clock(), outOfTime: () => clock() >= deadline };
    const fitted = fitsYoung && !time.outOfTime() ? await fitYoung(states, settingsOf, time, log) : [];
    report({
      Records: counts.records,
      Samples: counts.samples,
      Anomalies: counts.anomalies,
      Late: counts.late,
      Rejected: rejections.length,
      IncidentsOpened: counts.incidentsOpened,
      ...countFits(fitted),
      ...secondsOf(takeLatencies()),
    });
    const retry = retryFrom === undefined ? undefined : records[retryFrom];
    return { batchItemFailures: retry ? [{ itemIdentifier: retry.sequenceNumber }] : [] };
  };
}

/**
 * Each minute: checks all hosts and sends the notices that the scorers left; then does the work that is due less often.
 */
function createSweep(parts: Parts) {
  const { clock, config, log, observe, publisher, report, stores, subscriptions } = parts;
  const { alerting } = stores;
  const memory = {};
  const givenUp: GivenUpMemory = {};
  const { ports, takeLatencies } = scorePorts(parts, "sweep");
  const scoreMemory = newScoreMemory();
  return async () => {
    const attempts = new Attempts();
    const sweeping = { memory, settings: config().alerts, clock, attempts };
    const swept = await attempts.run(() => sweep({ ...stores, publisher }, sweeping));
    const { waiting = [], ...done } = swept ?? {};
    await attempts.run(async () => {
      const { folded, failures } = await scoreWaiting(ports, scoreMemory, waiting, {
        clock,
        deadline: clock() + WAITING_MS_MAX,
      });
      for (const { what, error } of failures) log(`sweep: ${what}`, error);
      observe?.(folded);
      const latencies = takeLatencies();
      if (latencies.length > 0) report(secondsOf(latencies));
    });
    await attempts.run(() => reportUnused(alerting, publisher, clock()));
    await attempts.run(() => auditSubscriptions({ alerting, publisher, subscriptions }, clock()));
    const count = (objects: number) => report({ GivenUp: objects });
    await attempts.run(() => countGivenUp({ givenUp: stores.givenUp, log, count }, givenUp, clock()));
    attempts.end();
    return done;
  };
}

/** The schedule's event asks for the rest of the period's work, and a person's for one host or for the whole fleet. */
function createRefit({ clock, config, log, publisher, report, stores }: Parts) {
  return async (event: unknown, context: Context) => {
    const { settingsOf, policyOf, refitEveryMs } = config();
    const now = clock();
    const end = now + context.getRemainingTimeInMillis() - REFIT_RESERVE_SECONDS * SECOND_MS;
    const time = { now, outOfTime: () => clock() > end };
    const unannounced = (hosts: number) =>
      log("refit: hosts whose epsilon moved, beyond those that one run announces", hosts);
    const ports = { ...stores, policyOf, announce: announcer({ ...stores, publisher }, now, unannounced) };
    const refit = await refitAsked(event, ports, settingsOf, refitEveryMs, time);
    const { reports, failures, next, postponed = [] } = refit;
    report(countFits(reports));
    for (const { what, error } of postponed) log(`refit: the extra refit of ${what}`, error);
    for (const { what, error } of failures) log(`refit: ${what}`, error);
    const [first] = failures;
    if (first) {
      // The other parts are done and stored. The error raises the alarm, and the caller of the function sees it.
      throw new Error(`${failures.length} parts of the refit failed, the first ${first.what}`, { cause: first.error });
    }
    return { reports, ...(next ? { next } : {}) };
  };
}

/**
 * `{"host":"web-07"}`, `{"all":true}` or `{"all":true,"after":{"group":"web","host":"web-07"}}`; every other event is a
 * schedule's.
 */
async function refitAsked(
  event: unknown,
  ports: FleetPorts,
  settingsOf: SettingsOf,
  everyMs: number,
  time: RefitTime,
): Promise<FleetRefit> {
  const { host, all, after } = isObject(event) ? event : {};
  if (typeof host === "string") {
    const refitted = await refitOne(ports, settingsOf, host, time.now);
    return { reports: refitted ? [refitted] : [], failures: [] };
  }
  if (all !== true) return refitScheduled(ports, settingsOf, everyMs, time);
  return refitFleet(ports, settingsOf, time, isCursor(after) ? after : undefined);
}

function alertsTopic(env: Environment): Topic {
  const arn = env[ENVIRONMENT.alerts];
  if (!arn) throw new Error(`${ENVIRONMENT.alerts} is not set: it names the topic that alerts go to`);
  return snsTopic(new SNSClient(clientConfig(env)), arn);
}

function isCursor(value: unknown): value is Cursor {
  if (!isObject(value) || typeof value.group !== "string" || typeof value.host !== "string") return false;
  return value.labelled === undefined || typeof value.labelled === "boolean";
}

function countFits(reports: readonly FitReport[]) {
  const refused = reports.filter((report) => report.refused !== undefined).length;
  return { BaselinesPromoted: reports.length - refused, BaselinesRefused: refused };
}

/** Nothing without a message: a metric costs for the hours in which it has data. */
function secondsOf(latencies: readonly number[]): Counts {
  return latencies.length > 0 ? { MessageSeconds: latencies.map((latency) => latency / SECOND_MS) } : {};
}
