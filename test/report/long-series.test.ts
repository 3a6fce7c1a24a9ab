import fc from "fast-check";
import { gatherSeries } from "../../lib/report/long-series.ts";

const marked = { excess: 2, marks: () => true };

function gather(values: readonly number[], max: number) {
  const series = gatherSeries(1, max);
  for (const [place, value] of values.entries()) series.add(place, Float64Array.of(value));
  return series.end()[0]!;
}

test("a short series keeps every row", () => {
  expect(gather([5, 7, 6], 4)).toEqual({ places: [0, 1, 2], values: [5, 7, 6], marks: [], anomalies: 0 });
});

test("a long series has stretches of equally many rows, each with its mean, least and greatest value", () => {
  expect(gather([1, 3, 2, 2, 9, 1, 4, 6], 4)).toEqual({
    places: [0, 2, 4, 6],
    values: [2, 2, 5, 5],
    min: [1, 2, 1, 4],
    max: [3, 2, 9, 6],
    marks: [],
    anomalies: 0,
  });
});

test("however long it is, a series has at most the stretches that it may have, and loses no extreme", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 2, max: 40 }),
      (values, max) => {
        const drawn = gather(values, max);
        expect(drawn.places.length).toBeLessThanOrEqual(max);
        expect(Math.min(...(drawn.min ?? drawn.values).map(Number))).toBe(Math.min(...values));
        expect(Math.max(...(drawn.max ?? drawn.values).map(Number))).toBe(Math.max(...values));
      },
    ),
  );
});

test("a stretch marks its worst anomaly, and the series counts all of them", () => {
  const series = gatherSeries(2, 2);
  const anomalies = [undefined, marked, { excess: 5, marks: (column: number) => column === 0 }, marked];
  for (const [place, anomaly] of anomalies.entries()) series.add(place, Float64Array.of(place, 10 * place), anomaly);
  const [first, second] = series.end();
  expect([first?.marks, first?.anomalies]).toEqual([
    [
      [0, 1],
      [1, 2],
    ],
    3,
  ]);
  expect([second?.marks, second?.anomalies]).toEqual([
    [
      [0, 10],
      [1, 30],
    ],
    2,
  ]);
});

test("a missing value is no value, and the line breaks in a gap of more than five steps", () => {
  const series = gatherSeries(1, 100);
  for (const [place, value] of [
    [0, 1],
    [1, Number.NaN],
    [2, 3],
    [12, 4],
  ] as const)
    series.add(place, Float64Array.of(value));
  expect(series.end()[0]).toMatchObject({ places: [0, 1, 2, 7, 12], values: [1, null, 3, null, 4] });
});

test("a series can end with fewer stretches than it was gathered in", () => {
  const series = gatherSeries(1, 100);
  for (let place = 0; place < 100; place++) series.add(place, Float64Array.of(place));
  // 100, 50, 25: the first stretch has the rows 0 to 3.
  const [{ places, values, max } = { places: [], values: [], max: [] }] = series.end(30);
  expect([places.length, values[0], max?.[0]]).toEqual([25, 1.5, 3]);
});
