import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { sleep } from "../backoff.ts";
import { clientConfig, type Environment } from "../clients.ts";
import { messageOf } from "../errors.ts";
import type { Destination } from "../forward/destination.ts";
import type { CreateHandlers } from "../handlers/contract.ts";
import { ENVIRONMENT, MAPPING } from "../resources.ts";
import type { Clock } from "../time.ts";
import { openCheckpoints } from "./checkpoints.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { type Disk, watchDisk } from "./disk.ts";
import { catchFailures, closeEmulators, onRecords, openEmulators } from "./embedded.ts";
import { type Exposition, openEndpoint } from "./endpoint.ts";
import { createFunctions, type Functions } from "./functions.ts";
import { createFunctionUrl, createLambda } from "./invoke.ts";
import { keepClean } from "./janitor.ts";
import type { Message } from "./message.ts";
import { createMeter } from "./meter.ts";
import { APP_ID, localEnvironment, SECRET_ARN } from "./names.ts";
import { folderStore, memoryStore, type ObjectStore } from "./object-store.ts";
import { startPoller } from "./poller.ts";
import { createS3 } from "./s3.ts";
import { runSchedules } from "./scheduler.ts";
import { createSecrets, openKey } from "./secrets.ts";
import { forwardSink, outboxSink, type SmtpOptions, smtpSink, webhookSink } from "./sinks.ts";
import { createSns } from "./sns.ts";
import { createResources } from "./tables.ts";
import { openTopic } from "./topic.ts";

export interface TwinOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Absent: everything lives in memory. */
  readonly dataDir?: string;
  readonly createHandlers: CreateHandlers;
  /** The time of the data, which may be virtual. */
  readonly clock: Clock;
  readonly random: () => number;
  /** Replaces the mapping's batching window, so that a person at the machine need not wait. */
  readonly windowSeconds?: number;
  /** Replaces the stream's time of arrival, in milliseconds since the epoch. */
  readonly arrivalOf?: (sequenceNumber: string) => number | undefined;
  /** Whether sweep and refit run by schedule; false turns the schedules off. */
  readonly schedules?: boolean;
  /** True: alerts carry a link to the page that labels their incident. */
  readonly feedback?: boolean;
  /** Makes the answer of the path /metrics from the functions' environment. Without it there is no such path. */
  readonly metrics?: (env: Environment) => () => Promise<Exposition>;
  readonly delivery: {
    readonly onMessage: (message: Message) => void;
    readonly smtp?: SmtpOptions;
    /** URLs. */
    readonly webhooks?: readonly string[];
    /** Services that get alerts in their own formats, at most one of each. */
    readonly forwards?: readonly Destination[];
  };
  /** Gets one line for each failure. */
  readonly log: (line: string) => void;
}

export type Twin = Awaited<ReturnType<typeof startTwin>>;

/** The services, the event source and the schedules of the deployed stack, on one port of this machine. */
export async function startTwin(options: TwinOptions) {
  const opened: Opened = [];
  /** Lets current work finish. A second call changes nothing. */
  async function close(): Promise<void> {
    for (let closeLast = opened.pop(); closeLast; closeLast = opened.pop()) await closeLast();
  }
  try {
    return { ...(await start(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Functions that close what is open; the last is called first. */
type Opened = (() => Promise<unknown>)[];

async function start(options: TwinOptions, opened: Opened) {
  const { clock, random, log, windowSeconds = MAPPING.windowSeconds, arrivalOf } = options;
  const folder = options.dataDir === undefined ? undefined : await openDataFolder(options.dataDir, log);
  if (folder) opened.push(folder.unlock);
  const store = folder ? folderStore(folder.failures) : memoryStore(clock);
  const disk = watchDisk(folder?.path, () => performance.now(), log);
  const { functions, emulators, env, url } = await serve(options, { folder, store, disk }, opened);
  const clients = { dynamodb: new DynamoDBClient(clientConfig(env)), kinesis: new KinesisClient(clientConfig(env)) };
  opened.push(async () => {
    clients.dynamodb.destroy();
    clients.kinesis.destroy();
  });
  await createResources(clients.dynamodb, clients.kinesis);
  const poller = startPoller({
    client: clients.kinesis,
    settings: { ...MAPPING, windowSeconds },
    checkpoints: await openCheckpoints(folder?.checkpoints, log),
    invoke: functions.score,
    trouble: disk.trouble,
    keep: (key, body) => store.put(key, Buffer.from(body)),
    clock,
    now: () => performance.now(),
    sleep,
    random,
    ...(arrivalOf && { arrivalOf }),
    log,
  });
  opened.push(() => poller.close());
  onRecords(emulators, poller.wake);
  opened.push(runInBackground(options, folder, functions, clients));
  return {
    endpoint: url,
    /** The environment of the functions; any client of the twin can use it. */
    env,
    /** Resolves when every record put on the stream so far is processed or discarded. */
    idle: () => poller.idle(),
  };
}

/** The folder of the twin's data. */
interface Storage {
  readonly folder: DataFolder | undefined;
  readonly store: ObjectStore;
  readonly disk: Disk;
}

async function serve(options: TwinOptions, { folder, store, disk }: Storage, opened: Opened) {
  const { clock, random, log, delivery } = options;
  const letFail = catchFailures(disk.failed);
  opened.push(async () => letFail());
  const emulators = openEmulators(folder);
  opened.push(() => closeEmulators(emulators));
  const topic = await openTopic({
    sinks: [
      ...(folder ? [outboxSink(folder.outbox)] : []),
      ...(delivery.smtp ? [smtpSink(delivery.smtp)] : []),
      ...(delivery.webhooks ?? []).map((url) => webhookSink(url)),
      ...(delivery.forwards ?? []).map(forwardSink),
    ],
    onMessage: delivery.onMessage,
    ...(folder && { spool: folder.undelivered }),
    sleep,
    random,
    log,
  });
  opened.push(() => topic.close());
  const endpoint = await openEndpoint(options.port, log);
  opened.push(() => endpoint.close());
  const env: Environment = {
    ...localEnvironment(endpoint.url),
    ...(options.feedback && { [ENVIRONMENT.feedbackKey]: SECRET_ARN, [ENVIRONMENT.feedbackUrl]: endpoint.url }),
  };
  const meter = createMeter(clock);
  const handlers = options.createHandlers({ ...env, AWS_SDK_UA_APP_ID: APP_ID }, clock, meter.print);
  const functions = createFunctions(meter.functions(handlers), log);
  endpoint.serve({
    ...emulators,
    trouble: disk.trouble,
    meter,
    sns: meter.sns(createSns(topic, clock)),
    s3: meter.s3(createS3(store)),
    lambda: createLambda(functions),
    secrets: createSecrets(await openKey(folder?.feedbackKey, log)),
    feedback: createFunctionUrl(functions),
    ...(options.metrics && { metrics: options.metrics(env) }),
  });
  return { functions, emulators, env, url: endpoint.url };
}

/** Starts the schedules and the cleaning. The result stops them. */
function runInBackground(
  options: TwinOptions,
  folder: DataFolder | undefined,
  functions: Functions,
  clients: { readonly dynamodb: DynamoDBClient; readonly kinesis: KinesisClient },
): () => Promise<unknown> {
  const { clock, log } = options;
  const stopping = new AbortController();
  const shared = { clock, log, sleep };
  const path = folder ? { path: folder.schedules } : {};
  const running = [
    options.schedules === false ? undefined : runSchedules({ functions, ...shared, ...path }, stopping.signal),
    // In memory there is nothing to keep small.
    folder ? keepClean({ ...clients, ...shared }, stopping.signal) : undefined,
  ].map((work) => work?.catch((error: unknown) => log(messageOf(error))));
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}
