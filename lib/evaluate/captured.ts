import type { OnFolded } from "../replay/virtual-deployment.ts";
import { Flag } from "../watch/apply.ts";

/** The deployed scorer's results for a host's rows. */
export interface Captured {
  /** The score as a multiple of the epsilon then in force: above 1 it was flagged. 0 where the row has no score. */
  readonly ratios: Float64Array;
  /** All metrics together, by the average alone, 0 without it; absent under detectors without that reading. */
  readonly together?: Float64Array;
  /** 1 where it was flagged. */
  readonly flagged: Uint8Array;
}

/** Keeps the scorer's results of a deployment with a single host. */
export function captureScores() {
  const ratios = new Map<number, number>();
  const averages = new Map<number, number>();
  const flagged = new Set<number>();
  const onFolded: OnFolded = (folded) => {
    for (const { parts, state } of folded) {
      const epsilon = state.verdict?.epsilon ?? Number.NaN;
      for (const { times, scores, flags, together } of parts) {
        for (const [i, time] of times.entries()) {
          const score = scores[i] ?? Number.NaN;
          if (score > 0) ratios.set(time, score / epsilon);
          const average = together?.[i] ?? Number.NaN;
          if (average > 0) averages.set(time, average);
          if ((flags[i] ?? 0) & Flag.anomaly) flagged.add(time);
        }
      }
    }
  };
  return {
    onFolded,
    /** For the rows with these times. */
    at: (times: Float64Array): Captured => ({
      ratios: times.map((time) => ratios.get(time) ?? 0),
      ...(averages.size > 0 ? { together: times.map((time) => averages.get(time) ?? 0) } : {}),
      flagged: Uint8Array.from(times, (time) => Number(flagged.has(time))),
    }),
  };
}
