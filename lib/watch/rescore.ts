import type { Before } from "../model/fused.ts";
import { type Baseline, project } from "./baseline.ts";
import { Flag } from "./fold.ts";
import type { HistoryChunk } from "./history.ts";
import type { HostMemory } from "./host-memory.ts";
import { type HostPolicy, NO_POLICY } from "./policy.ts";
import { scorePart } from "./scoring.ts";

/**
 * Scores a host's stored chunks, in order, by another baseline or policy: one score per sample. As in the fold, nothing
 * echoes beyond the end of an incident; incidents end where they ended then.
 */
export function createRescorer(baseline: Baseline, policy: HostPolicy = NO_POLICY) {
  const width = baseline.schema.names.length;
  let memory: HostMemory | undefined;
  let before: Before | undefined;
  let isOpen = false;

  return ({ schema, times: known, values: stored, flags }: HistoryChunk): readonly number[] => {
    const values = project(stored, schema, baseline.schema);
    const times = [...known];
    const [inOrder, late]: [number[], number[]] = [[], []];
    let newest = before?.time ?? Number.NEGATIVE_INFINITY;
    for (const [row, time] of times.entries()) {
      (time > newest ? inOrder : late).push(row);
      newest = Math.max(newest, time);
    }
    let scored = scorePart(baseline, memory, { values, times, inOrder, late, ...(before ? { before } : {}) }, policy);
    for (const row of inOrder) {
      const flag = flags[row] ?? 0;
      if (flag & Flag.late) continue;
      const wasOpen = isOpen;
      isOpen = (flag & Flag.incident) !== 0;
      if (wasOpen && !isOpen) scored = scored.withoutEcho(row);
    }
    memory = scored.memory;
    const last = inOrder.at(-1);
    if (last !== undefined) before = { values: values.slice(last * width, (last + 1) * width), time: newest };
    return scored.scores;
  };
}
