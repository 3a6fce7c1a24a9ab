import fc from "fast-check";
import { gatherTraining } from "../../lib/analyze/training-rows.ts";
import { meanOf, varianceOf } from "../../lib/model/moments.ts";

test("sums cover all rows, and the first rows are kept while there is room", () => {
  const gathered = gatherTraining(2, 8);
  for (let i = 1; i <= 6; i++) gathered.add("a", { values: Float64Array.of(i, 10 * i), time: 1000 * i });
  const a = gathered.hosts().get("a");
  expect([...(a?.values ?? [])]).toEqual([1, 10, 2, 20, 3, 30, 4, 40]);
  expect([...(a?.times ?? [])]).toEqual([1000, 2000, 3000, 4000]);
  expect(a?.seen).toBe(6);
  // 1 … 6: mean 3.5, variance (6² − 1) / 12.
  expect(meanOf(a!.moments, 0)).toBeCloseTo(3.5, 12);
  expect(varianceOf(a!.moments, 0)).toBeCloseTo(35 / 12, 12);
});

test("a file without times has one row per minute", () => {
  const gathered = gatherTraining(1);
  for (let i = 0; i < 3; i++) gathered.add("", { values: Float64Array.of(i) });
  expect([...(gathered.hosts().get("")?.times ?? [])]).toEqual([0, 60_000, 120_000]);
});

test("later hosts take their share of the room from earlier hosts", () => {
  const gathered = gatherTraining(1, 12);
  for (let i = 0; i < 12; i++) gathered.add("a", { values: Float64Array.of(i) });
  for (const host of ["b", "c"]) for (let i = 0; i < 12; i++) gathered.add(host, { values: Float64Array.of(i) });
  expect([...gathered.hosts().values()].map(({ values }) => [...values])).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
});

test("the kept rows never exceed the limit and are the first rows of each host without a gap", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 300 }), (hosts) => {
      const gathered = gatherTraining(2, 40);
      const counts = new Map<string, number>();
      for (const host of hosts) {
        const n = counts.get(host) ?? 0;
        gathered.add(host, { values: Float64Array.of(n, n) });
        counts.set(host, n + 1);
      }
      const kept = [...gathered.hosts()];
      expect(kept.reduce((sum, [, { values }]) => sum + values.length, 0)).toBeLessThanOrEqual(40);
      for (const [host, { values, seen }] of kept) {
        expect(seen).toBe(counts.get(host));
        expect([...values]).toEqual(Array.from({ length: values.length }, (_, k) => Math.floor(k / 2)));
      }
    }),
  );
});

test("at most 8 MB of values are kept", () => {
  const gathered = gatherTraining(1_000);
  for (let i = 0; i < 1_001; i++) gathered.add("web-1", { values: new Float64Array(1_000) });
  expect(gathered.hosts().get("web-1")?.values.byteLength).toBe(8_000_000);
});
