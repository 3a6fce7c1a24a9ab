import { UNJUDGED } from "../../lib/analyze/row-scorer.ts";
import { createSummary } from "../../lib/analyze/summary.ts";
import { MARCH, rowOf } from "./support.ts";

test("rows, rate and range are counted as by hand", () => {
  const summary = createSummary();
  summary.add(rowOf({ time: MARCH + 5, host: "a", excess: 2 }));
  summary.add(rowOf({ time: MARCH, host: "b" }));
  summary.add(rowOf({ time: MARCH + 9, host: "b", verdict: UNJUDGED }));
  summary.add(rowOf({ time: MARCH + 7, host: "b" }));
  expect(summary.end()).toMatchObject({
    rows: 4,
    unjudged: 1,
    anomalies: 1,
    rate: 1 / 3,
    range: { from: MARCH, to: MARCH + 9 },
    hosts: [
      { host: "a", rows: 1, anomalies: 1 },
      { host: "b", rows: 3, anomalies: 0 },
    ],
    hostCount: 2,
  });
});

test("the worst ten rows are those furthest above their threshold, among equals the earlier", () => {
  const summary = createSummary();
  const excesses = [...Array.from({ length: 20 }, (_, i) => 2 + ((7 * i) % 20)), 21];
  for (const [i, excess] of excesses.entries()) summary.add(rowOf({ line: i + 2, excess }));
  const { worst } = summary.end();
  expect(worst.map(({ verdict }) => verdict.excess)).toEqual([21, 21, 20, 19, 18, 17, 16, 15, 14, 13]);
  // 7 i = 19 (mod 20) for i = 17.
  expect(worst.slice(0, 2).map(({ line }) => line)).toEqual([19, 22]);
});

test("a file without times has no range, and one without rows no rate", () => {
  const { time: _, ...timeless } = rowOf();
  const summary = createSummary();
  expect(summary.end()).toMatchObject({ rows: 0, rate: 0 });
  summary.add(timeless);
  expect(summary.end().range).toBeUndefined();
});
