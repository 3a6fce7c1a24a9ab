import fc from "fast-check";
import { AVERAGES, averageRates, distanceFrom, driftOf, HORIZONS, moveAverages } from "../../lib/model/drift.ts";

const MINUTE = 60_000;

/** The averages after that many minutes of one distance. */
function averagesAfter(
  minutes: number,
  distance: number,
  from: Float64Array = new Float64Array(AVERAGES),
): Float64Array {
  for (let i = 0; i < minutes; i++) moveAverages(from, 0, distance, averageRates(MINUTE));
  return from;
}

test("averages go half of the way in 5 and 30 minutes, 2 and 6 hours", () => {
  for (const [k, minutes] of [5, 30, 120, 360].entries()) {
    expect(averageRates(minutes * MINUTE)[k]).toBeCloseTo(0.5, 12);
  }
});

test("after an hour at half of the reach outside, the averages are where halving puts them", () => {
  // python3 -c "print([.5 * (1 - .5 ** (60 / h)) for h in (5, 30, 120, 360)])"; steps of 1 / 32,767 sixty times
  const expected = [0.4998779, 0.375, 0.1464466, 0.0545506];
  for (const [k, average] of averagesAfter(60, 0.5).entries()) expect(average).toBeCloseTo(expected[k]!, 2);
});

test("distances are measured from the range, with a sign, and cut at the reach", () => {
  expect(distanceFrom(7, 5, 9, 4)).toBe(0);
  expect(distanceFrom(11, 5, 9, 4)).toBe(0.5);
  expect(distanceFrom(4, 5, 9, 4)).toBe(-0.25);
  expect(distanceFrom(1e9, 5, 9, 4)).toBe(1);
  expect(distanceFrom(-1e9, 5, 9, 4)).toBe(-1);
});

test("the drift of a level that is back ends within minutes, however long it was out", () => {
  const averages = averagesAfter(24 * 60, 1);
  expect(driftOf(averages, 0, HORIZONS - 1)).toBeGreaterThan(0.9); // 1 − .5^(24 / 6) = .9375
  averagesAfter(25, 0, averages);
  // The guard: .5^(25 / 5) = .03125, while the average of six hours is still at .9375 × .5^(25 / 360) = .893.
  expect(averages[HORIZONS]).toBeGreaterThan(0.85);
  expect(driftOf(averages, 0, HORIZONS - 1)).toBeCloseTo(0.03125, 2);
});

test("there is no drift while guard and average disagree about the side", () => {
  expect(driftOf(Float64Array.of(0.4, -0.3, 0.2, 0.1), 0, 0)).toBe(0);
  expect(driftOf(Float64Array.of(0.4, -0.3, 0.2, 0.1), 0, 1)).toBe(0.2);
  expect(driftOf(Float64Array.of(-0.1, -0.3, 0.2, 0.1), 0, 0)).toBe(-0.1);
});

test("a drift never exceeds guard or average, and has their sign", () => {
  const share = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (guard, average) => {
      const drift = driftOf(Float64Array.of(guard, average, 0, 0), 0, 0);
      expect(Math.abs(drift)).toBeLessThanOrEqual(Math.min(Math.abs(guard), Math.abs(average)));
      expect(drift * guard).toBeGreaterThanOrEqual(0);
    }),
  );
});
