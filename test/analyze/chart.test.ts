import { gatherChart, metricPanels, scorePanel } from "../../lib/analyze/chart-data.ts";
import { drawSvg } from "../../lib/analyze/chart-svg.ts";
import { MARCH, rowOf } from "./support.ts";

/** A chart is at most 1,000 points wide, about as many as a screen has. */
const CHART_COLUMNS_MAX = 1_000;

const values = (...numbers: number[]) => ({ values: Float64Array.of(...numbers) });

test("a short file is drawn point by point", () => {
  const chart = gatherChart(metricPanels(["cpu"]), 3);
  for (const [i, cpu] of [5, 7, 6].entries()) chart.add(rowOf({ ...values(cpu), time: MARCH + i }));
  const { columns, times, panels } = chart.end();
  expect(columns).toBe(3);
  expect([...times]).toEqual([MARCH, MARCH + 1, MARCH + 2]);
  expect([...panels[0]!.least]).toEqual([5, 7, 6]);
  expect([...panels[0]!.greatest]).toEqual([5, 7, 6]);
});

test("a long file is drawn by the least and greatest value of each column, so that no peak is lost", () => {
  const rows = 50 * CHART_COLUMNS_MAX;
  const chart = gatherChart(metricPanels(["cpu"]), rows);
  for (let i = 0; i < rows; i++) {
    const cpu = i === 31_234 ? 99 : i % 50;
    chart.add(rowOf({ ...values(cpu), excess: i % 2 === 0 ? 2 + i / rows : 0 }));
  }
  const { panels } = chart.end();
  expect(panels[0]!.least).toEqual(new Float64Array(CHART_COLUMNS_MAX));
  expect(panels[0]!.greatest).toEqual(new Float64Array(CHART_COLUMNS_MAX).fill(49).fill(99, 624, 625));
  // The mark of a column is the worst of its 25 anomalies, here the last: row 48 of 50.
  expect(panels[0]!.marks).toHaveLength(CHART_COLUMNS_MAX);
  expect(panels[0]!.marks[0]).toMatchObject({ column: 0, value: 48 });
});

test("missing values leave a gap, and rows beyond the expected number go to the last column", () => {
  const chart = gatherChart(metricPanels(["cpu"]), 3);
  for (const cpu of [1, Number.NaN, 3, 4]) chart.add(rowOf(values(cpu)));
  const data = chart.end();
  expect([...data.panels[0]!.least]).toEqual([1, Number.NaN, 3]);
  expect([...data.panels[0]!.greatest]).toEqual([1, Number.NaN, 4]);
  const [, line = ""] = /<path class="line" d="([^"]*)"/.exec(drawSvg("t", data).markup) ?? [];
  expect(line.match(/M/g)).toHaveLength(2);
});

test("an anomaly is marked on the metrics that caused it", () => {
  const chart = gatherChart(metricPanels(["cpu", "load"]), 1);
  chart.add(rowOf({ ...values(9, 1), excess: 2 }));
  expect(chart.end().panels.map(({ marks }) => marks.length)).toEqual([1, 0]);
});

test("several hosts share one panel of score over threshold", () => {
  const chart = gatherChart([scorePanel()], 2);
  chart.add(rowOf({ host: "a", excess: 0.5 }));
  chart.add(rowOf({ host: "<b>", excess: 2 }));
  const svg = drawSvg("t", chart.end()).markup;
  expect(svg).toContain("score / threshold");
  expect(svg).toContain("&lt;b&gt;");
  expect(svg).not.toContain("<b>");
});

test.each([
  [20, 100, [20, 40, 60, 80, 100]],
  [30, 95, [20, 40, 60, 80, 100]],
  [0, 0, [0, 1]],
  [5, 5, [5, 6]],
  [-3, 4, [-4, -2, 0, 2, 4]],
])("a panel from %d to %d has ticks at round numbers", (least, greatest, ticks) => {
  const chart = gatherChart(metricPanels(["cpu"]), 3);
  for (const cpu of [least, Number.NaN, greatest]) chart.add(rowOf(values(cpu)));
  const { markup } = drawSvg("t", chart.end());
  expect([...markup.matchAll(/text-anchor="end">([^<]*)</g)].map(([, tick]) => Number(tick))).toEqual(ticks);
});
