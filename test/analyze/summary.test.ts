import { worstTable } from "../../lib/analyze/findings-text.ts";
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

const rowsWith = (excesses: readonly number[], host?: string) =>
  excesses.map((excess, i) => rowOf({ line: i + 2, time: MARCH + i, excess, ...(host === undefined ? {} : { host }) }));

test("the worst ten events are those whose peaks are furthest above the threshold, among equals the earlier", () => {
  const summary = createSummary();
  // Each peak is apart from the next by the five rows that end an event.
  const peaks = [...Array.from({ length: 20 }, (_, i) => 2 + ((7 * i) % 20)), 21];
  for (const row of rowsWith(peaks.flatMap((peak) => [peak, 0, 0, 0, 0, 0]))) summary.add(row);
  const { worst, events } = summary.end();
  expect(events).toBe(21);
  expect(worst.map(({ peak }) => peak.verdict.excess)).toEqual([21, 21, 20, 19, 18, 17, 16, 15, 14, 13]);
  // 7 i = 19 (mod 20) for i = 17; line 2 is the first.
  expect(worst.slice(0, 2).map(({ peak }) => peak.line)).toEqual([2 + 17 * 6, 2 + 20 * 6]);
});

test("a spike of six rows is one event of six rows, with its begin, its end and its peak", () => {
  const summary = createSummary();
  for (const row of rowsWith([0, 0, 2, 3, 5, 4, 3, 2, 0, 0, 0, 0, 0, 0])) summary.add(row);
  const { worst, anomalies } = summary.end();
  expect(anomalies).toBe(6);
  expect(worst).toMatchObject([{ rows: 6, from: { line: 4 }, to: { line: 9 }, peak: { line: 6 } }]);
});

test("four calm rows do not end an event, five do; and the events of hosts are their own", () => {
  const summary = createSummary();
  const a = rowsWith([2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 4], "a");
  const b = rowsWith([0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0], "b");
  for (const [i, row] of a.entries()) for (const one of [row, b[i]!]) summary.add(one);
  const found = summary.end().worst.map(({ peak, from, to, rows }) => [peak.host, from.line, to.line, rows]);
  expect(found).toEqual([
    ["a", 13, 13, 1],
    ["a", 2, 7, 2],
    ["b", 4, 5, 2],
  ]);
});

test("a file without times has no range, and one without rows no rate", () => {
  const { time: _, ...timeless } = rowOf();
  const summary = createSummary();
  expect(summary.end()).toMatchObject({ rows: 0, rate: 0 });
  summary.add(timeless);
  expect(summary.end().range).toBeUndefined();
});

test("under a forest each event has the severity of its peak, and under other detectors none", () => {
  const summary = createSummary();
  for (const [i, score] of [0.45, 0.5, 0.6, 0.71].entries()) {
    const row = rowOf({ line: 100 * (i + 1), excess: 2 + i });
    summary.add({ ...row, verdict: { ...row.verdict, score } });
    for (let calm = 1; calm < 7; calm++) summary.add(rowOf({ line: row.line + calm }));
  }
  const { head, rows } = worstTable(summary.end(), ["load"], "iforest");
  const severities = rows.map((row) => row[head.indexOf("severity")]);
  expect(severities).toEqual(["critical", "high", "medium", "medium"]);
  expect(worstTable(summary.end(), ["load"], "gaussian").head).not.toContain("severity");
});
