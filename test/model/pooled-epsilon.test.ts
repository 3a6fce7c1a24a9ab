import fc from "fast-check";
import { countScores, mergeScoreCounts, poolEpsilon } from "../../lib/model/pooled-epsilon.ts";

const part = (i: number, step: number) => (i * step) % 1;
const NORMAL = Array.from({ length: 2000 }, (_, i) => 0.6 * Math.exp(3 * part(i, 0.618034) ** 2));
const STRANGE = Array.from({ length: 100 }, (_, i) => 2 * Math.exp(4 * part(i, 0.754878)));
const FAINT = Array.from({ length: 500 }, (_, i) => 0.7 + 0.5 * part(i, 0.754878));

const count = (normal: readonly number[], anomalous: readonly number[], events: number) =>
  countScores(
    Float64Array.from([...normal, ...anomalous]),
    [...normal.map(() => 0), ...anomalous.map(() => 1)],
    events,
  );

// i = np.arange(2000); n = .6*np.exp(3*(i*.618034%1)**2); a = 2*np.exp(4*(np.arange(100)*.754878%1))
// g = .5*np.exp(.03*np.arange(300)); g = g[g<1000]; tp = (a[:,None]>g).sum(0); f = 2*tp/(tp + (n[:,None]>g).sum(0) + 100)
// s = scipy.ndimage.gaussian_filter1d(f, .25/.03, mode="nearest", truncate=4) - .1*abs(np.log(g/7)); e = g[s.argmax()]   # 110
// [np.exp((N*np.log(e) + 50*np.log(7))/(N+50)) for N in (5, 50, 500)] = 7.4335, …
// g[((n[:,None]>g).sum(0)/2000 <= .1).argmax()] = 6.7995; f[110] is 13/19
test.each([
  [5, 7.433492828844671],
  [50, 9.74136726657519],
  [500, 12.765766834949815],
])(
  "with %d labelled events epsilon is the best of the smoothed curve, shrunk to that without labels",
  (events, expected) => {
    const choice = poolEpsilon(count(NORMAL, STRANGE, events), 7)!;
    expect(choice.unshrunk).toBeCloseTo(13.556319460328941, 10);
    expect(choice.f1).toBeCloseTo(13 / 19, 12);
    expect(choice.epsilon).toBeCloseTo(expected, 10);
    expect(choice.events).toBe(events);
  },
);

// The same with a = 27*np.exp(4*(np.arange(100)*.754878%1)); with truncate=3 it would be one step lower.
test("the smoothing is cut at four sigmas", () => {
  const strange = STRANGE.map((_, i) => 27 * Math.exp(4 * part(i, 0.754878)));
  expect(poolEpsilon(count(NORMAL, strange, 5), 7)!.unshrunk).toBeCloseTo(17.233459595428695, 10);
});

describe("a pooled epsilon flags at most a tenth of the normal samples", () => {
  // With a[100:] = .7 + .5*(np.arange(500)*.754878%1): s.argmax() is 6, g = .599, which flags all.
  // ok = np.flatnonzero(fp/2000 <= .1): g[ok[0]] = 6.7995; with 10 in place of 7 in s, g[ok[0] + s[ok[0]:].argmax()] = 10.0428
  const counts = count(NORMAL, [...STRANGE, ...FAINT], 10);

  test("and is the best that does", () => {
    const choice = poolEpsilon(counts, 10)!;
    expect(choice.unshrunk).toBeCloseTo(10.042768461593834, 10);
    expect(choice.epsilon).toBeCloseTo(Math.exp((10 * Math.log(10.042768461593834) + 50 * Math.log(10)) / 60), 10);
  });

  test("and is not shrunk below those that do", () => {
    expect(poolEpsilon(counts, 2)!.epsilon).toBeCloseTo(6.799525425915462, 10);
  });

  test("for any scores", () => {
    const scores = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(scores, scores, fc.integer({ min: 1, max: 100 }), (normal, anomalous, events) => {
        const choice = poolEpsilon(count(normal, anomalous, events));
        if (!choice) return;
        expect(normal.filter((score) => score > choice.epsilon).length).toBeLessThanOrEqual(normal.length / 10);
      }),
    );
  });

  test("but stays below the scores of a labelled fault, however long it was", () => {
    const calm = Array.from({ length: 800 }, (_, i) => 0.5 + i / 800);
    const fault = Array.from({ length: 200 }, () => 5);
    expect(poolEpsilon(count(calm, fault, 1), 4)!.epsilon).toBeLessThan(5);
  });

  test("and is undefined where every choice flags more", () => {
    expect(poolEpsilon(count([5000, 6000], [7000], 1))).toBeUndefined();
  });
});

test("merged hosts have the counts of all their scores together", () => {
  const scores = fc.array(fc.tuple(fc.double({ min: 0, max: 2000, noNaN: true }), fc.boolean()), { maxLength: 30 });
  const countAll = (all: readonly (readonly [number, boolean])[], events: number) =>
    countScores(
      Float64Array.from(all, ([score]) => score),
      all.map(([, label]) => label),
      events,
    );
  fc.assert(
    fc.property(scores, scores, (a, b) => {
      expect(mergeScoreCounts(countAll(a, 2), countAll(b, 3))).toEqual(countAll([...a, ...b], 5));
    }),
  );
});

test("a score equal to a value of the grid is not above it", () => {
  // Grid: .5, .5152, …; of four scores none, then one, then all 254 values are below.
  const { normal } = count([0.5, 0.4, 0.51, 1e9], [], 0);
  expect([normal[0], normal[1], normal[254], normal.length]).toEqual([2, 1, 1, 255]);
});

test.each([
  ["no samples", count([], [], 0)],
  ["no positives", count(NORMAL, [], 3)],
  ["no events", count(NORMAL, STRANGE, 0)],
])("is undefined: %s", (_, counts) => expect(poolEpsilon(counts)).toBeUndefined());
