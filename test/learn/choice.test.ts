import { chooseForGroup, chooseForHost, qualityOf } from "../../lib/learn/choice.ts";
import { DEFAULT_SETTINGS } from "../../lib/learn/fit-settings.ts";
import type { Fit, LabelledPeak } from "../../lib/learn/training-fit.ts";
import { diagonalGaussian } from "../../lib/model/gaussian.ts";
import { countScores } from "../../lib/model/pooled-epsilon.ts";
import { bandsBaseline } from "../factories.ts";

/** The same of a host under the Gaussian. */
const byGaussian = (fit: Fit): Fit => ({ ...fit, model: diagonalGaussian(Float64Array.of(0), Float64Array.of(1)) });
const GAUSSIAN = { ...DEFAULT_SETTINGS, detector: "gaussian" as const };

/** The fit of a host with these scores, of which those of `events` labelled faults are the anomalous ones. */
function fitOf(
  normal: readonly number[],
  anomalous: readonly number[],
  events: number,
  peaks: readonly LabelledPeak[] = [],
): Fit {
  const scores = Float64Array.from([...normal, ...anomalous]);
  const positive = Uint8Array.from([...normal.map(() => 0), ...anomalous.map(() => 1)]);
  return {
    model: bandsBaseline({ days: 1 / 24 }).model,
    samples: normal.length,
    excluded: anomalous.length,
    calmEpsilon: 7,
    peaks,
    counts: countScores(scores, positive, events),
    ...(events > 0 ? { labelled: { scores, positive } } : {}),
    heldOut: Float64Array.from(normal),
  };
}

const fault = (id: string, peak: number): LabelledPeak => ({ id, verdict: "fault", peak });
const falseAlarm = (id: string, peak: number): LabelledPeak => ({ id, verdict: "false", peak });

describe("the group's labels under calendar bands", () => {
  const part = (i: number, step: number) => (i * step) % 1;
  const normal = Array.from({ length: 2000 }, (_, i) => 0.6 * Math.exp(3 * part(i, 0.618034) ** 2));
  const strange = Array.from({ length: 100 }, (_, i) => 2 * Math.exp(4 * part(i, 0.754878)));

  // i = np.arange(2000); n = .6*np.exp(3*(i*.618034%1)**2); a = 2*np.exp(4*(np.arange(100)*.754878%1))
  // g = .5*np.exp(.03*np.arange(300)); g = g[g<1000]; tp = (a[:,None]>g).sum(0); f = 2*tp/(tp + (n[:,None]>g).sum(0) + 100)
  // s = scipy.ndimage.gaussian_filter1d(f, .25/.03, mode="nearest", truncate=4) - .1*abs(np.log(g/E)); e = g[s.argmax()]
  // np.exp((N*np.log(e) + 50*np.log(E))/(N+50)) for N, E in ((5, 7), (50, 7), (5, 5), (5, 10)), at least
  // g[np.flatnonzero((n[:,None]>g).sum(0)/2000 <= .1)[0]]
  test.each([
    [2, 3, 7, 7.433492828844671],
    [49, 1, 7, 9.74136726657519],
    [1, 4, 5, 6.799525425915462], // 5.47, which would flag more than a tenth
    [1, 4, 10, 10.280468114273829],
  ])("%i events on one host and %i on another are pooled and shrunk to %d", (one, other, epsilon, expected) => {
    const fits = [
      fitOf(normal.slice(0, 700), strange.slice(0, 90), one, [fault("AAAAAA", 100)]),
      fitOf(normal.slice(700), strange.slice(90), other, [fault("BBBBBB", 5), falseAlarm("CCCCCC", 7)]),
    ];
    const choice = chooseForGroup(fits, { ...DEFAULT_SETTINGS, epsilon });
    expect(choice?.epsilon).toBeCloseTo(expected, 10);
    expect(choice).toMatchObject({
      source: "group labels",
      labels: { fault: ["AAAAAA", "BBBBBB"], false: ["CCCCCC"] },
    });
  });

  test("choose no epsilon without a fault among them", () => {
    expect(chooseForGroup([fitOf(normal, [], 0, [falseAlarm("CCCCCC", 7)])], DEFAULT_SETTINGS)).toBeUndefined();
  });
});

describe("a host's epsilon", () => {
  const group = { epsilon: 9, source: "group labels" as const, labels: { fault: ["AAAAAA"], false: [] } };

  test("names the false alarms, even below the default epsilon, which the model has learnt", () => {
    const fit = fitOf([1, 2], [], 0, [falseAlarm("CCCCCC", 5), fault("AAAAAA", 20)]);
    const labels = { fault: [], false: ["CCCCCC"] };
    expect(chooseForHost(fit, undefined)).toMatchObject({ epsilon: 7, source: "default", labels });
  });

  test.each([
    ["bands", DEFAULT_SETTINGS, "default"],
    ["Gaussian", GAUSSIAN, "quantile"],
  ])("without any label is the default of the %s", (_, settings, source) => {
    const fit = fitOf([1], [], 0);
    expect(chooseForHost(settings === GAUSSIAN ? byGaussian(fit) : fit, undefined)).toEqual({
      epsilon: 7,
      source,
      labels: { fault: [], false: [] },
    });
  });

  test("is the group's where there is one", () => {
    expect(chooseForHost(fitOf([1], [], 0), group)).toEqual(group);
    expect(chooseForHost(byGaussian(fitOf([1], [], 0)), group)).toEqual(group);
  });

  test("under calendar bands is the group's even where the host has faults of its own", () => {
    expect(chooseForHost(fitOf([1], [20], 1, [fault("BBBBBB", 20)]), group)).toEqual(group);
  });

  test.each([
    ["bands", DEFAULT_SETTINGS],
    ["Gaussian", GAUSSIAN],
  ])('under the %s detector does not move for labels "false"', (_, settings) => {
    const fit = fitOf([1], [], 0, [falseAlarm("CCCCCC", 20), falseAlarm("DDDDDD", 12)]);
    const choice = chooseForHost(settings === GAUSSIAN ? byGaussian(fit) : fit, group);
    expect(choice).toEqual(group);
  });

  test.each([
    [20, 14],
    [2, 3.5],
  ])("is at most doubled or halved by labels: where these ask for %d, 7 becomes %d", (asked, epsilon) => {
    expect(chooseForHost(fitOf([1], [], 0), { ...group, epsilon: asked })).toMatchObject({ epsilon });
  });

  test("under the Gaussian is best F1 on its own labels, half-way between the calm and the fault", () => {
    const fit = fitOf([1, 2], [20], 1, [fault("BBBBBB", 20)]);
    expect(chooseForHost(byGaussian(fit), group)).toMatchObject({
      epsilon: 11,
      source: "labels",
      labels: { fault: ["BBBBBB"], false: [] },
    });
  });
});

test("the Gaussian pools the hosts of a group by their scores", () => {
  const fits = [fitOf([1], [20], 1), fitOf([2], [10], 1)].map(byGaussian);
  expect(chooseForGroup(fits, GAUSSIAN)).toMatchObject({ epsilon: 6, source: "group labels" });
  expect(chooseForGroup([fitOf([1], [], 0)].map(byGaussian), GAUSSIAN)).toBeUndefined();
});

test("quality counts each incident once, as raised or not raised", () => {
  const peaks = [fault("AAAAAA", 30), fault("BBBBBB", 8.1), fault("CCCCCC", 8), falseAlarm("DDDDDD", 9)];
  // Two of three faults caught, one false alarm of three raised: F1 = 4 / (4 + 1 + 1).
  const quality = qualityOf(8, [...peaks, falseAlarm("EEEEEE", 7)]);
  expect(quality?.f1).toBeCloseTo(2 / 3, 12);
  expect(quality?.precision.value).toBeCloseTo(2 / 3, 12);
  expect(quality?.recall.value).toBeCloseTo(2 / 3, 12);
  expect(qualityOf(8, [falseAlarm("DDDDDD", 9)])).toBeUndefined();
});

// scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
test.each([
  [9, 10, 0.5958499732047615, 0.9821237869049271],
  [0, 5, 0, 0.43448246478317476],
  [5, 5, 0.5655175352168251, 1],
  [1, 3, 0.06149194472039626, 0.7923403991979523],
  [40, 50, 0.6696289406777458, 0.8875624998422389],
])("the recall of %i faults out of %i has Wilson's interval", (part, whole, low, high) => {
  // Of `whole` faults `part` are above epsilon.
  const peaks = Array.from({ length: whole }, (_, i) => fault(`f${i}`, i < part ? 9 : 7));
  const { value, ...interval } = qualityOf(8, peaks)!.recall;
  expect(value).toBe(part / whole);
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test("without any raised incident the precision's interval is 0 to 1", () => {
  // No fault and no false alarm is above epsilon: the precision is 0 of 0.
  expect(qualityOf(8, [fault("f", 7)])?.precision).toEqual({ value: 0, low: 0, high: 1 });
});
