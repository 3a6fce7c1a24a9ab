import { type Folded, fold } from "../../lib/watch/fold.ts";
import { arrived, baseline, part, state, timeOf } from "../factories.ts";

/** A story told by signs, one sample each: "." is calm (0, score 0), "!" an anomaly (5, score 25/2 = 12.5 against epsilon 8). */
export function story(signs: string, from = 0) {
  const rows = [...signs].map((sign) => [sign === "!" ? 5 : 0]);
  return part({ rows, times: rows.map((_, i) => timeOf(from + i)) });
}

/** The story folded as one part that has just arrived. */
export function told(signs: string, before = state(), from = 0): Folded {
  return fold(before, baseline(), [arrived(story(signs, from))]);
}

export function flagsOf({ parts }: Folded): number[][] {
  return parts.map(({ flags }) => [...flags]);
}
