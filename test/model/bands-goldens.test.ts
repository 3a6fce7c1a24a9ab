import { dayBands } from "../../lib/model/day-bands.ts";
import { unitsOf } from "../../lib/model/units.ts";
import { historyOf, slotsOf } from "./band-history.ts";
import { golden } from "./golden-days.ts";

/**
 * The bands of eight days by numpy:
 *
 *     s = np.sort(x.reshape(8, 96, 15), 2); hi, lo, mid = s[..., 13], s[..., 1], s[..., 7]
 *     u = np.median(hi - lo) / 3
 *     noise = np.maximum(0, np.sort(hi - lo, 0)[-4] / 3 - u)
 *     widest = lambda x: np.max([x, np.roll(x, 1), np.roll(x, -1)], 0)
 *     high, low = widest(np.sort(hi, 0)[-3] + 2 * noise), -widest(-np.sort(lo, 0)[2] + 2 * noise)
 *     def slopes(x):
 *         steps = np.roll(x, -1) - x
 *         run = np.array([np.roll(steps, -k) for k in range(3)])
 *         alike = (abs(np.sign(run).sum(0)) == 3) & (abs(run).max(0) <= 3 * abs(run).min(0))
 *         return alike | np.roll(alike, 1) | np.roll(alike, 2)
 *     half = lambda x, y, s: np.where(s, (x + y) / 2, y)
 *     def level(mid):
 *         x, s = mid + 1.5 * noise, slopes(mid)
 *         return np.max([x, half(x, np.roll(x, -1), s), half(x, np.roll(x, 1), np.roll(s, 1))], 0)
 *     highest, lowest = level(mid.max(0)), -level(-mid.min(0))
 *     middle = np.median(mid, 0)
 */
const { slotDays } = slotsOf(historyOf({ days: 8 }, golden));
const unit = unitsOf(slotDays);
const bands = dayBands(
  slotDays,
  [0, 1, 2, 3, 4, 5, 6, 7],
  { weekend: false },
  {
    unit,
    differs: new Uint8Array(1),
    harm: new Uint8Array(1),
    margin: 2,
  },
);

test("the unit is numpy's", () => {
  expect(unit[0]).toBeCloseTo(1.4643930772586546, 12);
});

test.each([
  [0, 20.216536062183117, 22.554537212586403, 25.327015646150716],
  [1, 20.26167978121472, 23.109340916484168, 25.411177627460738],
  [20, 24.768957186430953, 27.356710349066308, 29.88869693510663],
  [40, 22.19185573394539, 24.943013181486492, 27.537691814803523],
  [46, 20.327015646150716, 22.91404103756102, 25.695865504800327],
  [59, 15.93119353749931, 19.106028580804605, 27.65199169767956],
  [60, 15.93119353749931, 21.865705840802686, 27.65199169767956],
  [61, 15.93119353749931, 18.69797017199985, 27.65199169767956],
  [95, 19.651217631279376, 22.24921956267822, 25.021816546423732],
])("the band of slot %d is numpy's", (slot, low, middle, high) => {
  expect(bands.low[slot]).toBeCloseTo(low, 9);
  expect(bands.middle[slot]).toBeCloseTo(middle, 9);
  expect(bands.high[slot]).toBeCloseTo(high, 9);
});

test.each([
  [0, 22.098128982557427, 23.076987629926972],
  [8, 24.57770002944972, 25.68384054890945],
  [40, 24.33678062580617, 27.75049220518718],
  [60, 17.457358281788103, 28.78896705850112],
])("the range of the levels at slot %d is numpy's", (slot, lowest, highest) => {
  expect(bands.lowest[slot]).toBeCloseTo(lowest, 9);
  expect(bands.highest[slot]).toBeCloseTo(highest, 9);
});
