import fc from "fast-check";
import { averagePrecision } from "../../lib/evaluate/ranking.ts";
import { periodOf, volumeUnderPr } from "../../lib/evaluate/vus.ts";

// 400 rows with four events, two of them twelve rows apart and one at the end. One is caught late, one after its end.
const ROWS = Array.from({ length: 400 }, (_, i) => i);
const LABELS = new Uint8Array(400).fill(1, 50, 60).fill(1, 71, 80).fill(1, 200, 203).fill(1, 396);
const raisedBy = (i: number) => (i >= 52 && i < 58 ? 60 : i >= 203 && i < 206 ? 80 : i === 75 ? 30 : 0);
const SCORES = Float64Array.from(ROWS, (i) => ((i * 37) % 101) + raisedBy(i));

// By the definition, in numpy; RangeAUC_volume_opt of the authors' package says the same.
// i = np.arange(400); s = i * 37 % 101.; s[52:58] += 60; s[203:206] += 80; s[75] += 30
// E = [(50, 59), (71, 79), (200, 202), (396, 399)]; y = sum((i >= a) & (i <= b) for a, b in E)
// t = (-np.sort(-s))[np.linspace(0, 399, 250).astype(int)]
// def area(w):
//   h = w // 2; x = y * 1.; L = []; r = A = 0
//   for a, b in E:
//     d = np.maximum(a - i, i - b); k = (d > 0) & (d <= h); x[k] += np.sqrt(1 - d[k] / w)
//     if L and a - h <= L[-1][1]: L[-1][1] = b + h
//     else: L.append([max(a - h, 0), b + h])
//   x = np.minimum(x, 1)
//   for u in t:
//     p = s >= u; T = (x * p).sum(); R = min(T / (y.sum() + (x * p * (y == 0)).sum() / 2), 1)
//     R *= np.mean([p[a:b + 1].any() for a, b in L]); A += (R - r) * T / p.sum(); r = R
//   return A
// print([np.mean([area(w) for w in range(W + 1)]) for W in (0, 8, 20, 50)])
test.each([
  [0, 0.09735406308055251],
  [8, 0.20128057331305144],
  [20, 0.28582864031108923],
  [50, 0.39695052659559255],
])("the volume for buffers up to %d rows is numpy's", (widest, volume) => {
  expect(volumeUnderPr(SCORES, LABELS, widest)).toBeCloseTo(volume, 12);
});

test("without a buffer and with one event the volume is the average precision of at most 250 distinct ranks", () => {
  const series = fc.array(fc.nat(30), { minLength: 20, maxLength: 250 });
  fc.assert(
    fc.property(series, fc.nat(15), fc.integer({ min: 1, max: 5 }), (scores, first, length) => {
      const labels = new Uint8Array(scores.length).fill(1, first, first + length);
      // One row of the event would be found by the first threshold: the share of events found is then always 1.
      const found = Float64Array.from(scores, (score, i) => (i === first ? 31 : score));
      expect(volumeUnderPr(found, labels, 0)).toBeCloseTo(averagePrecision(found, labels), 10);
    }),
  );
});

test("without a buffer, scores equal to the labels have volume 1, and equal scores the share of labelled rows", () => {
  expect(volumeUnderPr(Float64Array.from(LABELS), LABELS, 0)).toBeCloseTo(1, 12);
  expect(volumeUnderPr(new Float64Array(400), LABELS, 0)).toBeCloseTo(26 / 400, 12);
});

describe("the period", () => {
  test("is the lag at which the autocorrelation has its highest peak", () => {
    expect(
      periodOf(Float64Array.from(ROWS, (i) => Math.sin((2 * Math.PI * i) / 24) + (0.3 * ((i * 37) % 101)) / 101)),
    ).toBe(24);
  });

  // The authors take lags from 6 to 303.
  test.each([
    ["a constant", () => 1],
    ["a period of five rows", (i: number) => i % 5],
    ["a line", (i: number) => i],
    ["gaps", (i: number) => (i === 9 ? Number.NaN : i % 24)],
  ])("of %s is 125", (_, value) => expect(periodOf(Float64Array.from(ROWS, value))).toBe(125));
});
