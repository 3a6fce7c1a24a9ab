import { parseConfig } from "../../lib/config/config.ts";
import type { Folded } from "../../lib/watch/fold.ts";
import type { HostPolicy } from "../../lib/watch/policy.ts";
import { arrived, part, START, STEP, timeOf } from "../factories.ts";

export type Row = Readonly<Record<string, number>>;

/** The policy of the host web-07 under these features. */
export function policyOf(features: readonly object[], more: object = {}): HostPolicy {
  return parseConfig(JSON.stringify({ version: 1, features, ...more })).policyOf("web-07", "default");
}

/** Samples of the same metrics, ten seconds apart unless they have times of their own. */
export function sent(rows: readonly Row[], times = rows.map((_, n) => timeOf(n))) {
  const names = Object.keys(rows[0] ?? {});
  return part({ names, times, rows: rows.map((row) => names.map((name) => row[name] ?? Number.NaN)) });
}

/** The samples as everything behind the fold has them. */
export function rowsOf({ parts }: Pick<Folded, "parts">): readonly Row[] {
  return parts.flatMap(({ part: { schema, values }, times }) =>
    times.map((_, row) =>
      Object.fromEntries(schema.names.map((name, i) => [name, values[row * schema.names.length + i] ?? Number.NaN])),
    ),
  );
}

/** A record for each sample, ten seconds apart. */
export const each = (rows: readonly Row[], from = START) =>
  rows.map((row, n) => arrived(sent([row], [from + n * STEP]), from + n * STEP));
