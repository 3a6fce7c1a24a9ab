import type { Single } from "../model/detector.ts";
import { scoreByBands } from "./band-scoring.ts";
import type { Baseline } from "./baseline.ts";
import { type DetectorMemory, type HostMemory, isOfBands, isOfScores, isOfWindows } from "./host-memory.ts";
import type { HostPolicy } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";
import { scoreOneByOne } from "./single-scoring.ts";
import { scoreByWindows } from "./window-scoring.ts";

/**
 * Scores a part by one detector, before any signs. A memory of another kind of detector says nothing to this one. For
 * `calm` see `singleScores`.
 */
export function scoreByDetector(
  baseline: Baseline,
  model: Single,
  memory: HostMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy,
  calm?: number,
): Scored<DetectorMemory> {
  switch (model.detector) {
    case "bands":
      return scoreByBands(baseline, model, isOfBands(memory) ? memory : undefined, unscored, policy);
    case "reconstruction":
      return scoreByWindows(baseline, model, isOfWindows(memory) ? memory : undefined, unscored, policy);
    default:
      return scoreOneByOne(baseline, model, isOfScores(memory) ? memory : undefined, unscored, policy, calm);
  }
}
