import type { Environment } from "../clients.ts";
import type { HandlerOptions } from "./handlers.ts";
import { metricLine } from "./metrics.ts";

/** How the functions run in Lambda: the real clock, metrics and errors as log lines. */
export function lambdaOptions(env: Environment): HandlerOptions {
  const stack = env.STACK_NAME ?? "fleetwarden";
  return {
    env,
    clock: Date.now,
    random: Math.random,
    report: (counts) => console.log(metricLine(counts, stack, Date.now())),
    log: (what, error) => console.error(what, error),
  };
}
