import { countGivenUp, type GivenUpMemory } from "../../lib/alert/given-up.ts";
import { START } from "../factories.ts";

const MINUTE = 60_000;

/** A bucket whose objects come at given minutes, and a sweep that looks. */
function bucketWith(objects: readonly (readonly [minute: number, key: string])[]) {
  const memory: GivenUpMemory = {};
  const world = {
    counts: [] as number[],
    log: [] as unknown[],
    looks: 0,
    away: false,
    at: (minute: number, remembering: GivenUpMemory = memory) =>
      countGivenUp(
        {
          givenUp: {
            async since(time) {
              world.looks++;
              if (world.away) throw new Error("no bucket");
              const there = objects.filter(([at]) => at <= minute && START + at * MINUTE >= time);
              return there.map(([, key]) => key);
            },
          },
          log: (_, names) => world.log.push(names),
          count: (objects) => world.counts.push(objects),
        },
        remembering,
        START + minute * MINUTE,
      ),
  };
  return world;
}

test("each object is counted and named once, at the next look after it came", async () => {
  const world = bucketWith([
    [1, "aws/lambda/m/shard/1"],
    [7, "aws/lambda/async/refit/2"],
    [8, "aws/lambda/m/shard/3"],
  ]);
  for (let minute = 0; minute < 120; minute++) await world.at(minute);
  expect(world.counts).toEqual([1, 2]);
  expect(world.log).toEqual(["aws/lambda/m/shard/1", "aws/lambda/async/refit/2, aws/lambda/m/shard/3"]);
  // One each five minutes.
  expect(world.looks).toBe(24);
});

test("a look that fails is thrown, and the next sweep repeats it, so that nothing is missed", async () => {
  const world = bucketWith([[1, "one"]]);
  await world.at(0);
  world.away = true;
  for (const minute of [5, 6, 7]) await expect(world.at(minute)).rejects.toThrow("no bucket");
  world.away = false;
  await world.at(8);
  expect(world.counts).toEqual([1]);
});

test("a new process counts what came within the last hour", async () => {
  const world = bucketWith([
    [0, "old"],
    [50, "new"],
  ]);
  await world.at(100, {});
  expect(world.counts).toEqual([1]);
});

test("a line names ten objects, and counts the others", async () => {
  const world = bucketWith(Array.from({ length: 12 }, (_, i) => [0, `k${i}`] as const));
  await world.at(1);
  expect(world.log).toEqual(["k0, k1, k2, k3, k4, k5, k6, k7, k8, k9 and 2 more"]);
  expect(world.counts).toEqual([12]);
});
