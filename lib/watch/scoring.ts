import type { Baseline } from "./baseline.ts";
import { scoreByDetector } from "./detector-scoring.ts";
import { scoreByMembers } from "./ensemble-scoring.ts";
import { type HostMemory, isOfMembers } from "./host-memory.ts";
import { type HostPolicy, NO_POLICY } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";
import { withSigns } from "./signs.ts";

/**
 * Scores a part by the persistent deviations of its samples in order. A late sample has no neighbours with which it
 * could persist, and no score.
 */
export function scorePart(
  baseline: Baseline,
  memory: HostMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy = NO_POLICY,
): Scored {
  const { model } = baseline;
  const scored: Scored =
    model.detector === "ensemble"
      ? scoreByMembers(baseline, model, isOfMembers(memory) ? memory : undefined, unscored, policy)
      : scoreByDetector(baseline, model, memory, unscored, policy);
  const counts = memory && "counts" in memory ? memory.counts : undefined;
  return withSigns(scored, baseline, counts, unscored, policy);
}
