// Metrics that never changed, and the values beyond which they alert.
import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { scoreBands } from "../../lib/model/band-reading.ts";
import { constantsOf } from "../../lib/model/constant-bands.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { historyOf, ripple } from "./band-history.ts";

const MINUTE = 60_000;
const HISTORY = historyOf(
  { days: 3 },
  (_, minute) => 50 + ripple(minute),
  () => 7,
);
const MODEL = fitBands(HISTORY, ["cpu_percent", "fan"], "UTC");

test("only the constant metric is named, with its value between both limits", () => {
  const [fan, ...others] = constantsOf(MODEL);
  expect(others).toEqual([]);
  expect(fan).toMatchObject({ metric: 1, value: 7 });
  expect(fan?.above).toBeGreaterThan(7);
  expect(fan?.below).toBeLessThan(7);
});

test("seven samples beyond a limit alert, and seven just within do not", () => {
  const [fan] = constantsOf(MODEL);
  const { above = Number.NaN, below = Number.NaN } = fan ?? {};
  const last = HISTORY.times.at(-1) ?? 0;
  const scoreAt = (value: number) => {
    const times = Array.from({ length: 7 }, (_, i) => last + (i + 1) * MINUTE);
    const values = Float64Array.from(times.flatMap((time) => [50 + ripple((time / MINUTE) % 1440), value]));
    return Math.max(...scoreBands(MODEL, newBandsMemory(MODEL), { values, times }).scores);
  };
  expect(scoreAt(above + 0.001)).toBeGreaterThan(1);
  expect(scoreAt(above - 0.001)).toBeLessThan(1);
  expect(scoreAt(below - 0.001)).toBeGreaterThan(1);
  expect(scoreAt(below + 0.001)).toBeLessThan(1);
});

test("a host that was seen for less than a day has no constant metrics yet", () => {
  const young = historyOf({ days: 1 / 12 }, () => 7);
  expect(constantsOf(fitBands(young, ["fan"], "UTC"))).toEqual([]);
});
