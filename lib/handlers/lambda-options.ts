import { resolve } from "node:path";
import type { Environment } from "../clients.ts";
import { INSTALLED } from "../command-line.ts";
import { openConfig } from "../config/file.ts";
import { ENVIRONMENT, METRICS } from "../resources.ts";
import { type Counts, type HandlerOptions, stackName } from "./options.ts";

/** How the functions run in Lambda: the real clock, metrics and errors as log lines. */
export function lambdaOptions(env: Environment): HandlerOptions {
  const log = (what: string, error: unknown) => console.error(what, error);
  const file = env[ENVIRONMENT.config];
  return {
    env,
    clock: Date.now,
    random: Math.random,
    command: { ...INSTALLED, target: `--stack ${stackName(env)}` },
    report: (counts) => console.log(metricLine(counts, stackName(env), Date.now())),
    log,
    ...(file ? { config: bundledConfig(file, env, log) } : {}),
  };
}

/** The deployment puts the file beside the code; Lambda names that folder. */
function bundledConfig(file: string, env: Environment, log: HandlerOptions["log"]) {
  return openConfig({
    path: resolve(env.LAMBDA_TASK_ROOT ?? "", file),
    clock: Date.now,
    onReload: () => console.log("configuration reloaded"),
    onError: (error) => log("configuration, the last good one stays in force", error),
  });
}

/** "A target member may be an array of numbers, of at most 100" (the page below). */
const VALUES_MAX = 100;

/**
 * The counts as a line of JSON. Those that alarms must see are in CloudWatch's embedded metric format
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html:
 * a function prints it, and CloudWatch makes metrics of it without a call.
 */
export function metricLine(counts: Counts, stack: string, now: number): string {
  const names = METRICS.alarmed.filter((name) => counts[name]);
  const latencies = counts[METRICS.latency]?.slice(0, VALUES_MAX) ?? [];
  const Metrics = [
    ...names.map((name) => ({ Name: name, Unit: "Count" })),
    ...(latencies.length > 0 ? [{ Name: METRICS.latency, Unit: "Seconds" }] : []),
  ];
  const directive = { Namespace: METRICS.namespace, Dimensions: [[METRICS.dimension]], Metrics };
  return JSON.stringify({
    ...(Metrics.length > 0 ? { _aws: { Timestamp: now, CloudWatchMetrics: [directive] } } : {}),
    [METRICS.dimension]: stack,
    ...counts,
    ...(latencies.length > 0 ? { [METRICS.latency]: latencies } : {}),
  });
}
