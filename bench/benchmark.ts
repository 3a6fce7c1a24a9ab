import type { Ratio } from "./measure.ts";

/** One line of the table: a ratio, and what it must be. */
export interface Benchmark {
  readonly id: string;
  readonly what: string;
  readonly against: string;
  readonly target: { readonly atMost: number } | { readonly atLeast: number };
  /** Whether a miss fails the run; the others are for information. */
  readonly required: boolean;
  readonly run: () => Ratio | Promise<Ratio>;
}
