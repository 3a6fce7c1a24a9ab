import { listed } from "../listed.ts";
import { moment } from "../notify/time.ts";
import { DAY_MS } from "../time.ts";
import type { RejectedExample } from "../watch/ports.ts";
import { isOverHttp, kindOfReason } from "../wire/reasons.ts";
import type { Finding } from "./evidence.ts";

/** Rejected records of this time are examined. */
export const REJECTED_WITHIN_MS = DAY_MS;

const RECORDS_FIX =
  "Change the sender as the reason says; docs/senders.md has a configuration for each that is read. " +
  "Examples are under rejected/ in the failures bucket; a twin has them under failures/ in its data folder.";

/** Fixes by status; for others the reason says it. */
const HTTP_FIXES: Readonly<Record<string, string>> = {
  401: "Give the sender the token; `up --listen` says at its start where it is",
  413:
    "Let the sender make smaller batches: metric_batch_size of Telegraf, send_batch_max_size of the Collector, " +
    "max_samples_per_send of Prometheus",
};

/** One finding for each kind of reason, and records of the stream before bodies that `up --listen` refused. */
export function rejectedFindings(rejected: readonly RejectedExample[]): readonly Finding[] {
  const kinds = new Map<string, RejectedExample[]>();
  for (const one of rejected) {
    const kind = kindOfReason(reasonOf(one));
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  const all = [...kinds.values()];
  return [...all.filter((alike) => !areBodies(alike)), ...all.filter(areBodies)].map(findingOf);
}

/** How many bodies were refused. */
export function refusedBodies(rejected: readonly RejectedExample[]): number {
  return amountOf(rejected.filter((one) => isOverHttp(reasonOf(one))));
}

function findingOf(alike: readonly RejectedExample[]): Finding {
  const [first] = alike;
  const reason = first ? reasonOf(first) : "";
  const hosts = [...new Set(alike.map(({ partitionKey }) => partitionKey))];
  const last = moment(Math.max(...alike.map(({ arrival }) => arrival)));
  const senders = listed(hosts);
  if (!areBodies(alike)) {
    const what =
      `Rejected since yesterday: at least ${amountOf(alike)}, the last at ${last}, ` +
      `with the partition key ${senders}: ${reason}.`;
    return { cause: "rejected", what, fix: RECORDS_FIX, hosts };
  }
  const amount = `${amountOf(alike)}, the last at ${last}`;
  const what = `Refused over HTTP since yesterday: ${amount}, from ${senders}: ${reason}.`;
  const fix = HTTP_FIXES[/\d+/.exec(reason)?.[0] ?? ""] ?? "Change the sender as the reason says";
  return { cause: "rejected", what, fix: `${fix} (docs/senders.md#over-http-without-kinesis).`, hosts };
}

/** Whether these stand for bodies that `up --listen` refused, and not for records of the stream. */
function areBodies([first]: readonly RejectedExample[]): boolean {
  return first !== undefined && isOverHttp(reasonOf(first));
}

function amountOf(rejected: readonly RejectedExample[]): number {
  return rejected.reduce((sum, { alike }) => sum + alike, 0);
}

function reasonOf({ problems: [reason = "unknown"] }: RejectedExample): string {
  return reason;
}
