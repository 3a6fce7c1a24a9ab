import type { Before } from "../model/sequence.ts";
import { type Baseline, project } from "./baseline.ts";
import type { HistoryChunk } from "./history.ts";
import type { HostMemory } from "./host-memory.ts";
import { type HostPolicy, NO_POLICY } from "./policy.ts";
import type { Scored } from "./scored.ts";
import { scorePart } from "./scoring.ts";

/** Scores a host's stored chunks, in order, by another baseline or policy: one score per sample, NaN for a late one. */
export function createRescorer(baseline: Baseline, policy: HostPolicy = NO_POLICY) {
  const width = baseline.schema.names.length;
  let memory: HostMemory | undefined;
  let before: Before | undefined;

  return ({ schema, times: known, values: stored }: HistoryChunk): Pick<Scored, "scores" | "members"> => {
    const values = project(stored, schema, baseline.schema);
    const times = [...known];
    const inOrder: number[] = [];
    let newest = before?.time ?? Number.NEGATIVE_INFINITY;
    for (const [row, time] of times.entries()) {
      if (time > newest) inOrder.push(row);
      newest = Math.max(newest, time);
    }
    const scored = scorePart(baseline, memory, { values, times, inOrder, ...(before ? { before } : {}) }, policy);
    memory = scored.memory;
    const last = inOrder.at(-1);
    if (last !== undefined) before = { values: values.slice(last * width, (last + 1) * width), time: newest };
    return scored;
  };
}
