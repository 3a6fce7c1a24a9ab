import { duration } from "../notify/time.ts";
import { TABLE_NAMES } from "../resources.ts";
import { functionMetric, type StackMetric, type StackNames, streamMetric, tableMetrics } from "../stack-metrics.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import type { Finding, Limited, Throttle } from "./evidence.ts";

/** Throttles of this time are examined. */
export const THROTTLES_WITHIN_MS = 3 * HOUR_MS;
/** The alarm IteratorAge has the same limit. */
const BEHIND_MS = MINUTE_MS;

/** The metrics that show whether a stack is throttled. */
export function throttleMetrics(names: StackNames): readonly (readonly [Limited, StackMetric])[] {
  const { tables, stream, functions } = names;
  return [
    ...TABLE_NAMES.flatMap((table) =>
      ["ReadThrottleEvents", "WriteThrottleEvents"]
        .flatMap((name) => tableMetrics(table, tables[table], name))
        .map((metric) => [{ what: "table", name: table }, metric] as const),
    ),
    [{ what: "writes", name: stream }, streamMetric(stream, "WriteProvisionedThroughputExceeded")],
    [{ what: "reads", name: stream }, streamMetric(stream, "ReadProvisionedThroughputExceeded")],
    ...functions.map(({ of, name }) => [{ what: "function", name: of }, functionMetric(name, "Throttles")] as const),
    ...functions
      .filter(({ of }) => of === "score")
      .map(({ of, name }) => [{ what: "behind", name: of }, functionMetric(name, "IteratorAge", "Maximum")] as const),
  ];
}

/** One finding for each table, function and kind of trouble. */
export function throttleFindings(throttles: readonly Throttle[]): readonly Finding[] {
  const amounts = new Map<string, Throttle>();
  for (const one of throttles) {
    const key = `${one.what} ${one.name}`;
    amounts.set(key, { ...one, amount: one.amount + (amounts.get(key)?.amount ?? 0) });
  }
  return [...amounts.values()]
    .filter(({ what, amount }) => amount > (what === "behind" ? BEHIND_MS : 0))
    .map((one) => ({ cause: one.what === "behind" ? "behind" : "throttled", ...WORDS[one.what](one), hosts: [] }));
}

const WITHIN = `in the last ${duration(THROTTLES_WITHIN_MS)}`;

const WORDS: Readonly<Record<Limited["what"], (of: Throttle) => Pick<Finding, "what" | "fix">>> = {
  table: ({ name, amount }) => ({
    what: `DynamoDB rejected ${times(amount, "call")} to the table ${name} ${WITHIN}: it is throttled.`,
    fix:
      "The functions retry, so nothing is lost. A new table takes 4,000 writes a second: wait, or warm it up before " +
      "many hosts join. A provisioned table scales within minutes; if it does not suffice, deploy with more " +
      "`expectedHosts`. Look also at the account's quotas of DynamoDB.",
  }),
  writes: ({ amount }) => ({
    what: `The stream rejected ${times(amount, "record")} ${WITHIN}: a shard is full.`,
    fix: "Agents send again. Deploy with one more shard: `-c shards=2`.",
  }),
  reads: ({ amount }) => ({
    what: `The stream rejected ${times(amount, "read")} ${WITHIN}.`,
    fix: "A shard serves five reads a second to all its readers: give others than Fleetwarden enhanced fan-out.",
  }),
  function: ({ name, amount }) => ({
    what: `Lambda did not start the function ${name} ${times(amount, "time")} ${WITHIN}: it is throttled.`,
    fix: "Ask AWS to raise the account's quota of concurrent executions, or give other functions a limit.",
  }),
  behind: ({ amount }) => ({
    what: `The scorer was up to ${duration(amount)} behind the stream ${WITHIN}.`,
    fix:
      "Look at the throttles above and at the log of score. If both are quiet, its CPU is full: deploy with one more " +
      "shard: `-c shards=2`.",
  }),
};

function times(amount: number, word: string): string {
  return `${Math.round(amount).toLocaleString("en")} ${word}${amount === 1 ? "" : "s"}`;
}
