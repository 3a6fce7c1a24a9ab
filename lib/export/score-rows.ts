import { baselineOf } from "../learn/host-baseline.ts";
import { type Column, columns, type Row } from "../table/columns.ts";
import { Flag } from "../watch/apply.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { PolicyOf } from "../watch/policy.ts";
import type { BaselineStore, HistoryStore } from "../watch/ports.ts";
import { createRescorer } from "../watch/rescore.ts";
import { logDensities } from "./density.ts";
import type { NamedHost, Span } from "./span.ts";

/**
 * `score`, `epsilon` and `anomaly` come from the active baseline, `baseline` and `version`, which scores the stored
 * sample anew. `flagged`, `incident` and `late` were stored when the sample arrived, with the version that judged it
 * then: `judged_by` and `judged_version`, empty while the host learned. `log_density` and `density` are those of the
 * sample alone, under a Gaussian. `members` has the ratios of an ensemble's members to their own limits, as in
 * `bands=0.42 reconstruction=1.31`.
 */
export const SCORE_COLUMNS: readonly Column[] = [
  ...columns("text", "host", "group"),
  ...columns("time", "time"),
  ...columns("number", "score", "epsilon"),
  ...columns("boolean", "anomaly", "flagged", "incident", "late"),
  ...columns("text", "baseline"),
  ...columns("number", "version", "log_density", "density"),
  ...columns("text", "members", "judged_by"),
  ...columns("number", "judged_version"),
];

export interface ScorePorts {
  readonly history: Pick<HistoryStore, "read">;
  readonly baselines: Pick<BaselineStore, "active">;
  /** Absent: every metric counts unchanged. */
  readonly policyOf?: PolicyOf | undefined;
}

/** Yields scores host by host, with one record in memory. A host needs its own baseline or its group's. */
export async function* scoreRows(
  { history, baselines, policyOf }: ScorePorts,
  hosts: readonly NamedHost[],
  span: Span,
): AsyncGenerator<Row> {
  for (const named of hosts) {
    const baseline = await baselineOf(baselines, named);
    if (!baseline) continue;
    const score = createRescorer(baseline, policyOf?.(named.host, named.group));
    for await (const chunk of history.read(named.host, span.from, span.to)) {
      const { scores, members } = score(chunk);
      const densities = logDensities(baseline, chunk);
      for (const [i, time] of chunk.times.entries())
        yield [
          ...rowOf(named, time, scores[i] ?? Number.NaN, chunk.flags[i] ?? 0, baseline),
          ...densityOf(densities?.[i]),
          members?.(i)
            .map(({ detector, ratio }) => `${detector}=${ratio}`)
            .join(" ") || undefined,
          ...judgeOf(named, chunk),
        ];
    }
  }
}

function rowOf({ host, group }: NamedHost, time: number, score: number, flags: number, baseline: Baseline): Row {
  const { epsilon, owner, version } = baseline;
  const flag = (bit: number) => (flags & bit) !== 0;
  const said = [flag(Flag.anomaly), flag(Flag.incident), flag(Flag.late)];
  return [host, group, time, score, epsilon, score > epsilon, ...said, owner, version];
}

function judgeOf({ host, group }: NamedHost, { judge }: HistoryChunk): Row {
  if (!judge) return [undefined, undefined];
  return [judge.isGroups ? groupOwner(group) : hostOwner(host), judge.version];
}

/** With some dozens of metrics p(x) is too small for a double, while its logarithm is not. */
function densityOf(logDensity: number | undefined): Row {
  if (logDensity === undefined) return [undefined, undefined];
  const density = Math.exp(logDensity);
  return [logDensity, density > 0 ? density : undefined];
}
