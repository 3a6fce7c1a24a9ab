/** Does the work of one side of a comparison once, and returns its CPU seconds. Round 0 is the warm-up. */
export type Side = (round: number) => number | Promise<number>;

/** A side that works in this process, `times` over where once is short against the clock's ticks. */
export function here(work: () => unknown, times = 1): Side {
  return () =>
    cpuOf(async () => {
      for (let i = 0; i < times; i++) await work();
    });
}

/** CPU seconds of the work, of all threads of this process. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The same and the collection of the work's garbage, but of no garbage from before. */
export async function cpuWithGarbage(work: () => unknown): Promise<number> {
  // The first collection keeps some objects in the young generation; the second moves or frees them.
  collectYoung();
  collectYoung();
  return cpuOf(async () => {
    await work();
    collectYoung();
  });
}

function collectYoung(): void {
  const { gc } = globalThis;
  if (!gc) throw new Error("start node with --expose-gc, as `npm run bench` does");
  gc({ type: "minor" });
}

export interface Ratio {
  readonly median: number;
  /** Quartiles of the rounds: how far to trust the median. */
  readonly quartiles?: readonly [number, number];
}

/** Rounds before the measured ones, for the compiler. */
const WARM_UP = 15;

/** How many times the work of `b` is in `a`. */
export async function ratioOf(a: Side, b: Side, rounds: number): Promise<Ratio> {
  const measured = await turns([a, b], rounds, WARM_UP);
  const ratios = measured.map(([x = 0, y = 0]) => x / y);
  return { median: quantile(ratios, 0.5), quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] };
}

/** The median CPU seconds of each side. */
export async function medians(sides: readonly Side[], rounds: number, warmUp: number): Promise<readonly number[]> {
  const measured = await turns(sides, rounds, warmUp);
  return sides.map((_, i) =>
    quantile(
      measured.map((round) => round[i]!),
      0.5,
    ),
  );
}

/** The sides take turns, so that a busy machine disturbs all of them alike. */
async function turns(sides: readonly Side[], rounds: number, warmUp: number): Promise<readonly number[][]> {
  const measured: number[][] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const costs: number[] = [];
    for (const side of sides) costs.push(await side(round));
    if (round >= warmUp) measured.push(costs);
  }
  return measured;
}

function quantile(values: readonly number[], q: number): number {
  return values.toSorted((x, y) => x - y)[Math.round(q * (values.length - 1))]!;
}
