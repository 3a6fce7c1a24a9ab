import type { Before, FusedMemory } from "../model/fused.ts";
import type { Column, Row } from "../table/table.ts";
import { type Baseline, groupOwner, hostOwner, project } from "../watch/baseline.ts";
import { Flag } from "../watch/fold.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { BaselineStore, HistoryStore } from "../watch/ports.ts";
import { scorePart } from "../watch/scoring.ts";
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
}

/** Scores of the hosts that have a baseline, their own or their group's, host by host, one record in memory. */
export async function* scoreRows(
  { history, baselines }: ScorePorts,
  hosts: readonly NamedHost[],
  span: Span,
): AsyncGenerator<Row> {
  for (const named of hosts) {
    const owners = [hostOwner(named.host), groupOwner(named.group)];
    const active = await baselines.active(owners);
    const baseline = owners.map((owner) => active.get(owner)).find((one) => one !== undefined);
    if (!baseline) continue;
    const score = createScorer(baseline);
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

/** Scores one chunk after the other, as the fold does, but for the policy of the configuration. */
function createScorer(baseline: Baseline): (chunk: HistoryChunk) => readonly number[] {
  const width = baseline.schema.names.length;
  let memory: FusedMemory | undefined;
  let before: Before | undefined;
  return (chunk) => {
    const values = project(chunk.values, chunk.schema, baseline.schema);
    const times = [...chunk.times];
    const [inOrder, late]: [number[], number[]] = [[], []];
    let newest = before?.time ?? Number.NEGATIVE_INFINITY;
    for (const [row, time] of times.entries()) {
      (time > newest ? inOrder : late).push(row);
      newest = Math.max(newest, time);
    }
    const scored = scorePart(baseline, memory, { values, times, inOrder, late, ...(before ? { before } : {}) });
    memory = scored.memory;
    const last = inOrder.at(-1);
    if (last !== undefined) before = { values: values.slice(last * width, (last + 1) * width), time: newest };
    return scored.scores;
  };
}
