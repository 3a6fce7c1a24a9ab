import { ticks } from "../../lib/agent/timing.ts";

/** Ticks of 10 s on a clock that each wait advances by its length plus the next of `lates`. */
async function ticksOn(start: number, lates: readonly number[]): Promise<number[]> {
  let now = start;
  let waits = 0;
  const stopping = new AbortController();
  const sleep = async (ms: number) => {
    const late = lates[waits++];
    if (late === undefined) stopping.abort();
    else now += ms + late;
  };
  const seen: number[] = [];
  for await (const tick of ticks(10_000, { clock: () => now, sleep, signal: stopping.signal })) seen.push(tick);
  return seen;
}

test.each<[string, number, number[], number[]]>([
  ["come on the multiples of the interval", 3_400, [0, 0, 0], [10_000, 20_000, 30_000]],
  ["start after a multiple, not on it", 10_000, [0], [20_000]],
  ["keep their time when a timer is late", 3_400, [700, 9_999, 0], [10_000, 20_000, 30_000]],
  ["wait for the rest when a timer is early", 3_400, [-1, 0, 0], [10_000, 20_000]],
  ["that passed while the machine slept are skipped", 3_400, [0, 3_600_000, 0], [10_000, 3_630_000]],
])("ticks %s", async (_, start, lates, expected) => {
  expect(await ticksOn(start, lates)).toEqual(expected);
});
