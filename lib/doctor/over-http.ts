import { moment } from "../notify/time.ts";
import type { RejectedExample } from "../watch/ports.ts";
import { isOverHttp, kindOfReason } from "../wire/reasons.ts";
import type { Finding } from "./evidence.ts";
import { listed } from "./listed.ts";

/** Fixes by status; for others the reason says it. */
const FIXES: Readonly<Record<string, string>> = {
  401: "Give the sender the token; `up --listen` says at its start where it is",
  413:
    "Let the sender make smaller batches: metric_batch_size of Telegraf, send_batch_max_size of the Collector, " +
    "max_samples_per_send of Prometheus",
};

/** Whether it stands for bodies that `up --listen` refused, and not for records of the stream. */
export function isRefusedBody({ problems: [reason = ""] }: RejectedExample): boolean {
  return isOverHttp(reason);
}

/** How many bodies were refused. */
export function refusedBodies(rejected: readonly RejectedExample[]): number {
  return rejected.filter(isRefusedBody).reduce((sum, { alike }) => sum + alike, 0);
}

/** One finding for each reason. */
export function refusedFindings(rejected: readonly RejectedExample[]): readonly Finding[] {
  const kinds = new Map<string, RejectedExample[]>();
  for (const one of rejected.filter(isRefusedBody)) {
    const key = kindOfReason(one.problems[0] ?? "");
    kinds.set(key, [...(kinds.get(key) ?? []), one]);
  }
  return [...kinds.values()].map((alike) => {
    const senders = [...new Set(alike.map(({ partitionKey }) => partitionKey))];
    const last = Math.max(...alike.map(({ arrival }) => arrival));
    const reason = alike[0]?.problems[0] ?? "";
    const fix = FIXES[/\d+/.exec(reason)?.[0] ?? ""] ?? "Change the sender as the reason says";
    return {
      cause: "rejected",
      what:
        `Refused over HTTP since yesterday: ${refusedBodies(alike)}, the last at ${moment(last)}, ` +
        `from ${listed(senders)}: ${reason}.`,
      fix: `${fix} (docs/senders.md#over-http-without-kinesis).`,
      hosts: senders,
    };
  });
}
