import type { Column, Row } from "../table/columns.ts";
import { type Baseline, groupOwner, hostOwner } from "../watch/baseline.ts";
import { Flag } from "../watch/fold.ts";
import type { PolicyOf } from "../watch/policy.ts";
import type { BaselineStore, HistoryStore } from "../watch/ports.ts";
import { createRescorer } from "../watch/rescore.ts";
import type { NamedHost, Span } from "./span.ts";

/**
 * `score`, `epsilon` and `anomaly` are what the baseline in force now says to the stored sample; `flagged`, `incident` and
 * `late` are what was said when it arrived.
 */
export const SCORE_COLUMNS: readonly Column[] = [
  { name: "host", type: "text" },
  { name: "group", type: "text" },
  { name: "time", type: "time" },
  { name: "score", type: "number" },
  { name: "epsilon", type: "number" },
  { name: "anomaly", type: "boolean" },
  { name: "flagged", type: "boolean" },
  { name: "incident", type: "boolean" },
  { name: "late", type: "boolean" },
  { name: "baseline", type: "text" },
  { name: "version", type: "number" },
];

export interface ScorePorts {
  readonly history: Pick<HistoryStore, "read">;
  readonly baselines: Pick<BaselineStore, "active">;
  /** Absent: everything counts as it is. */
  readonly policyOf?: PolicyOf | undefined;
}

/** Scores of the hosts that have a baseline, their own or their group's, host by host, one record in memory. */
export async function* scoreRows(
  { history, baselines, policyOf }: ScorePorts,
  hosts: readonly NamedHost[],
  span: Span,
): AsyncGenerator<Row> {
  for (const named of hosts) {
    const owners = [hostOwner(named.host), groupOwner(named.group)];
    const active = await baselines.active(owners);
    const baseline = owners.map((owner) => active.get(owner)).find((one) => one !== undefined);
    if (!baseline) continue;
    const score = createRescorer(baseline, policyOf?.(named.host, named.group));
    for await (const chunk of history.read(named.host, span.from, span.to)) {
      const scores = score(chunk);
      for (const [i, time] of chunk.times.entries())
        yield rowOf(named, time, scores[i] ?? Number.NaN, chunk.flags[i] ?? 0, baseline);
    }
  }
}

function rowOf({ host, group }: NamedHost, time: number, score: number, flags: number, baseline: Baseline): Row {
  const { epsilon, owner, version } = baseline;
  const flag = (bit: number) => (flags & bit) !== 0;
  const said = [flag(Flag.anomaly), flag(Flag.incident), flag(Flag.late)];
  return [host, group, time, score, epsilon, score > epsilon, ...said, owner, version];
}
