import { compareLevels } from "../../lib/analyze/level-shift.ts";
import { normalOf, uniformOf } from "../../lib/demo/machine.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const START = Date.UTC(2026, 2, 1, 7);
const SEEDS = Array.from({ length: 10 }, (_, i) => i);

/** Noise of deviation 1 on a daily sine of amplitude 5; `change` adds to it by the share of the file that has passed. */
function shiftsOf(hours: number, change: (part: number) => number, { seed = 0, withTimes = true, swing = 5 } = {}) {
  const count = hours * 60;
  const { add, end } = compareLevels(1, count);
  const normal = normalOf(uniformOf(`${seed}`));
  for (let i = 0; i < count; i++) {
    const time = START + i * MINUTE;
    const value = 60 + swing * Math.sin((2 * Math.PI * time) / DAY) + normal() + change(i / count);
    add("web-07", { values: Float64Array.of(value), ...(withTimes ? { time } : {}) });
  }
  return end();
}

const never = () => 0;

describe("a change of level that lasts", () => {
  test.each([6, 24, 36, 48, 14 * 24])("is not found in %d hours of a daily rhythm", (hours) => {
    for (const seed of SEEDS) expect(shiftsOf(hours, never, { seed }).lasting).toEqual(new Map());
  });

  test.each([6, 24, 36, 48, 14 * 24])("is found in %d hours of a daily rhythm, wherever it begins", (hours) => {
    for (const begin of [0.3, 0.5, 0.7]) {
      const { lasting } = shiftsOf(hours, (part) => (part >= begin ? 6 : 0));
      expect(lasting).toEqual(new Map([["web-07", [0]]]));
    }
  });

  test("is found in rows without times, whose whole length may be one period of a rhythm", () => {
    const options = { withTimes: false, swing: 0 };
    expect(shiftsOf(8, (part) => 5 * Math.sin(2 * Math.PI * part), options).lasting).toEqual(new Map());
    expect(shiftsOf(8, (part) => (part >= 0.5 ? 3 : 0), options).lasting).toEqual(new Map([["web-07", [0]]]));
  });

  test.each([
    ["an event that ends", (part: number) => (part >= 0.5 && part < 0.6 ? 20 : 0)],
    ["a change of a tenth of the noise", (part: number) => (part >= 0.5 ? 0.1 : 0)],
    ["other levels on two of fourteen days", (part: number) => (Math.floor(14 * part) % 7 === 6 ? -10 : 0)],
  ])("is not %s", (_, change) => {
    for (const seed of SEEDS) expect(shiftsOf(14 * 24, change, { seed }).lasting).toEqual(new Map());
  });

  test("is not looked for where a part of the file has too few values", () => {
    expect(shiftsOf(1, (part) => (part >= 0.5 ? 100 : 0)).lasting).toEqual(new Map());
  });
});

test("the halves of a day differ by its rhythm alone, the halves of four days do not", () => {
  expect(shiftsOf(24, never).halves).toEqual(new Map([["web-07", [0]]]));
  expect(shiftsOf(96, never, { swing: 1 }).halves).toEqual(new Map());
});

test("several hosts are judged separately", () => {
  const { add, end } = compareLevels(1, 160);
  for (let i = 0; i < 160; i++) {
    const time = START + (i * HOUR) / 20;
    add("calm", { values: Float64Array.of(i % 5), time });
    add("moved", { values: Float64Array.of((i % 5) + (i >= 80 ? 9 : 0)), time });
  }
  expect([...end().lasting.keys()]).toEqual(["moved"]);
});
