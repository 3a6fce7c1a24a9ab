/** Runs one side of a comparison once and tells the CPU seconds that it took, of all threads of its process. */
export type Side = () => number | Promise<number>;

/** A side that works in this process, `times` over where once is short against the clock's ticks. */
export function here(work: () => unknown, times = 1): Side {
  return async () => {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
}

export interface Ratio {
  readonly median: number;
  /** Quartiles of the rounds: how far to trust the median. */
  readonly quartiles?: readonly [number, number];
}

/** Rounds before the measured ones, for the compiler. */
const WARM_UP = 15;

/** How many times the work of `b` is in `a`. Their runs take turns, so that a busy machine disturbs both alike. */
export async function ratioOf(a: Side, b: Side, rounds: number, warmUp = WARM_UP): Promise<Ratio> {
  const ratios: number[] = [];
  for (let i = -warmUp; i < rounds; i++) {
    const ratio = (await a()) / (await b());
    if (i >= 0) ratios.push(ratio);
  }
  ratios.sort((x, y) => x - y);
  const at = (q: number) => ratios[Math.round(q * (rounds - 1))]!;
  return { median: at(0.5), quartiles: [at(0.25), at(0.75)] };
}
