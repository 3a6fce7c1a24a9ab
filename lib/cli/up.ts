import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Command } from "commander";
import { startAgent } from "../agent/run.ts";
import { type CommandLine, commandOf } from "../command-line.ts";
import { CONFIG_NAME, type Config } from "../config/config.ts";
import { openConfig } from "../config/file.ts";
import { openLogFolder } from "../export/log-folder.ts";
import { OPEN_METRICS_TYPE, openMetrics } from "../export/open-metrics.ts";
import { createHandlers } from "../handlers/handlers.ts";
import { metricLine } from "../handlers/lambda-options.ts";
import { stackName } from "../handlers/options.ts";
import { bodyFor, type Message } from "../local/message.ts";
import { startTwin, type Twin, type TwinOptions } from "../local/twin.ts";
import { timeOfDay } from "../notify/time.ts";
import { type Page, startPage } from "../page/server.ts";
import { createStores } from "../store/aws.ts";
import { leaveOut } from "../store/leave-out.ts";
import type { Stores } from "../store/stores.ts";
import { MINUTE_MS } from "../time.ts";
import type { Rejection } from "../watch/rejections.ts";
import { createFirsts } from "../wire/reasons.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";
import { chartsOf } from "./chart-options.ts";
import { TWIN_LOOKS_EVERY_MS } from "./dashboard.ts";
import { deliveryNotes, deliveryOf, hasSecrets } from "./delivery.ts";
import { withDetectorOptions } from "./detector-options.ts";
import { explainError } from "./explain-error.ts";
import { createHostLines } from "./host-lines.ts";
import { checkListenOptions, listenFor } from "./listen.ts";
import { commandLine, openOutput } from "./output.ts";
import { untilSignal } from "./signals.ts";
import { DEFAULT_PORT } from "./target.ts";
import { addUpOptions, type GivenOptions, type UpOptions, withDefaults } from "./up-options.ts";

export function upCommand(): Command {
  return addUpOptions(new Command("up"))
    .addHelpText(
      "after",
      "\nThe configuration has defaults such as twin.port.\n\nExample:\n  fleetwarden up --port 8710 --data-dir data",
    )
    .action(up);
}

/** Shorter than in AWS (five seconds): a person at the machine is waiting. */
const WINDOW_SECONDS = 1;
/** Samples of this machine per record. */
const SAMPLES_PER_FLUSH = 5;

/** Where `up` prints and logs. */
type Output = ReturnType<typeof openOutput>;

async function up(given: GivenOptions): Promise<void> {
  const output = openOutput(Date.now);
  const { say, log } = output;
  const file = openConfig({
    path: given.config ?? CONFIG_NAME,
    optional: given.config === undefined,
    clock: Date.now,
    onReload: () => say("Configuration reloaded."),
    onError: (error) => log(`The configuration stays as it was: ${explainError(error)}`),
  });
  const config = withDetectorOptions(file, given);
  const options = withDefaults(given, config());
  const delivery = deliveryOf(options, config().recipients);
  await checkListenOptions(options, process.env);
  // Lists of processes show a command line with its keys until then.
  if (hasSecrets(options)) process.title = "fleetwarden up";
  const stopped = untilSignal();
  const lines = options.logLevel === "warning" ? undefined : createHostLines(say);
  const twin = await startTwin({
    ...twinOptions(options, config, output, lines),
    delivery: { onMessage: (message) => say(alertText(message)), ...delivery },
  });
  const stores = createStores(twin.env, Date.now, Math.random, () => leaveOut(log));
  try {
    const page = await showPage(stores, config, options, log, commandFor(twin.endpoint, options.port));
    let closeDoor = async () => {};
    try {
      say(greeting(twin.endpoint, page.url, options));
      closeDoor = await listenFor(options, { env: twin.env, page, secrets: process.env, say, log, stores });
      for (const note of deliveryNotes(options, config().recipients)) say(note);
      await Promise.all([
        lines ? lines.printUntil(stopped) : stopped,
        ...(options.agent ? [watchThisMachine(twin, options, stopped, log)] : []),
      ]);
      say("Stopping…");
    } finally {
      const door = closeDoor();
      await page.close();
      await door;
    }
  } finally {
    stores.close();
    await twin.close();
  }
}

function twinOptions(
  options: UpOptions,
  config: () => Config,
  { say, log }: Output,
  lines: ReturnType<typeof createHostLines> | undefined,
): Omit<TwinOptions, "delivery"> {
  const onRejected = rejectionsTo(log);
  const toFiles = logFolder(options, config, log);
  return {
    port: options.port,
    ...(options.memory ? {} : { dataDir: options.dataDir }),
    createHandlers: (env, clock, print) =>
      createHandlers({
        env,
        clock,
        random: Math.random,
        command: commandFor(env.AWS_ENDPOINT_URL, options.port),
        config,
        report(counts) {
          print(metricLine(counts, stackName(env), clock()));
          if (options.logLevel === "debug") say(batchLine(counts));
        },
        log: (what, error) => log(`${what}: ${explainError(error)}`),
        onRejected,
        observe(folded) {
          toFiles?.(folded);
          lines?.take(folded);
        },
      }),
    clock: Date.now,
    random: Math.random,
    windowSeconds: WINDOW_SECONDS,
    feedback: true,
    metrics: (env) => {
      const { hosts } = createStores(env, Date.now, Math.random, () => leaveOut(log));
      return async () => ({ contentType: OPEN_METRICS_TYPE, text: await openMetrics(hosts.all()) });
    },
    log,
  };
}

/** `Records 2, Samples 20, Anomalies 1`, without zeros. */
function batchLine(counts: object): string {
  const said = Object.entries(counts).flatMap(([name, amount]) =>
    typeof amount === "number" && amount > 0 ? [`${name} ${amount}`] : [],
  );
  return `${timeOfDay(Date.now())}  ${said.join(", ")}`;
}

/** Every sample goes to files, too, with --log-dir. */
function logFolder({ logDir }: UpOptions, config: () => Config, log: Output["log"]) {
  if (logDir === undefined) return undefined;
  const severitiesOf = (group: string) =>
    config().settingsOf(group).detector === "iforest" ? config().severities : undefined;
  return openLogFolder({ folder: logDir, severitiesOf, log });
}

/** The page is at the port after the twin's, or at --dashboard-port. */
function showPage(
  stores: Stores,
  config: () => Config,
  { port, dashboardPort, ...options }: UpOptions,
  log: Output["log"],
  command: CommandLine,
): Promise<Page> {
  return startPage({
    port: dashboardPort ?? (port === 0 ? 0 : port + 1),
    stores,
    policyOf: (host, group) => config().policyOf(host, group),
    clock: Date.now,
    everyMs: TWIN_LOOKS_EVERY_MS,
    started: Date.now(),
    charts: chartsOf(options, config().charts),
    by: userInfo().username,
    ...{ command, log },
  });
}

/** How long after an error the agent begins again. */
const AGENT_RETRY_MS = MINUTE_MS;
/** How long a stop waits until the last samples are scored; the next start scores the rest. */
const IDLE_MS = 10_000;

/** Samples this machine until `stopped`. An error of the agent ends neither the twin nor, for long, the sampling. */
async function watchThisMachine(
  twin: Twin,
  options: UpOptions,
  stopped: Promise<void>,
  log: Output["log"],
): Promise<void> {
  let ended = false;
  const stop = stopped.then(() => {
    ended = true;
  });
  while (!ended) {
    try {
      await sampleThisMachine(twin, options, stop, log);
    } catch (error) {
      log(`Sampling this machine stopped and begins again in a minute: ${explainError(error)}`);
      await Promise.race([stop, wait(AGENT_RETRY_MS)]);
    }
  }
  await Promise.race([twin.idle(), wait(IDLE_MS)]);
}

async function sampleThisMachine(
  twin: Twin,
  options: UpOptions,
  stop: Promise<void>,
  log: Output["log"],
): Promise<void> {
  // A laptop's name may change with each network: it stays one host.
  const host = hostname();
  const agent = await startAgent({
    host: () => host,
    group: DEFAULT_GROUP,
    stream: twin.env.STACK_NAME ?? "",
    env: twin.env,
    intervalMs: options.interval,
    flushMs: options.interval * SAMPLES_PER_FLUSH,
    spoolDir: join(options.dataDir, "spool"),
    clock: Date.now,
    random: Math.random,
    log,
  });
  try {
    await Promise.race([stop, agent.done]);
  } finally {
    await agent.stop();
  }
}

/** Does not keep the process alive. */
function wait(ms: number): Promise<void> {
  return setTimeout(ms, undefined, { ref: false });
}

/** How people at this machine call commands that talk to the twin. */
function commandFor(endpoint: string | undefined, port: number): CommandLine {
  return { ...commandLine(), ...(port === DEFAULT_PORT || !endpoint ? {} : { target: `--endpoint ${endpoint}` }) };
}

/** Plain Node starts with few disk reads, so only the CPU stands out. */
const BURN =
  "node -e \"const { Worker } = require('worker_threads'); for (const _ of require('os').cpus()) new Worker('for (;;);', { eval: true }); setTimeout(process.exit, 60000)\"";

function greeting(endpoint: string, page: string, { memory, dataDir, agent, port }: UpOptions): string {
  const command = commandFor(endpoint, port);
  return [
    `Fleetwarden listens at ${endpoint} and keeps ${memory ? "everything in memory" : `its data in ${dataDir}`}.`,
    `The fleet in your browser: ${page}`,
    ...(agent
      ? [
          `Watching this machine as ${hostname()}. To see an incident, load its CPUs for a minute from another terminal:`,
          `  ${BURN}`,
        ]
      : [
          "Waiting for samples. To send some, or those of a made-up fleet:",
          `  ${commandOf(command, "send metrics.csv")}`,
          `  ${commandOf(command, "demo generate --live --past 50m --for 10m --hosts 8 --faults spike")}`,
        ]),
    `Look around with: ${commandOf(command, "status|incidents|epsilon")}   Ctrl-C stops.`,
    "",
  ].join("\n");
}

/** A line for the first rejection of each kind; `fleetwarden hosts` counts all. */
function rejectionsTo(log: Output["log"]) {
  const isFirst = createFirsts();
  return (rejections: readonly Rejection[]) => {
    for (const { record, problems } of rejections) {
      for (const { host = record.partitionKey, reason } of problems)
        if (isFirst(reason)) log(`A record of ${host} is rejected, whole or in part: ${reason}`);
    }
  };
}

const RULE = "-".repeat(72);

function alertText(message: Message): string {
  return [RULE, message.subject ?? "", "", bodyFor(message, "email").trimEnd(), RULE].join("\n");
}
