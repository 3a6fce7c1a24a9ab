// The figures of the documents that the project grew from. Numbers: numpy 2.4, population variance, p < epsilon.

import { SERVER_LOAD } from "../../lib/demo/server-load.ts";
import { type EpsilonChoice, scanEpsilon, selectEpsilon } from "../../lib/model/best-epsilon.ts";
import { type Covariance, fitGaussian, type Gaussian, scoreOf, zScore } from "../../lib/model/gaussian.ts";
import { quantile } from "../../lib/model/quantile.ts";
import { readTable, testWithData } from "../data.ts";

function experiment(name: string, covariance: Covariance) {
  const train = readTable(`coursera/${name}.train.csv.gz`);
  const validation = readTable(`coursera/${name}.val.csv.gz`);
  const features = train.names.length;
  const model = fitGaussian(train.rows, features, { covariance });
  const trainScores = scoresOf(model, train.rows, features);
  const validationScores = scoresOf(model, validation.rows, features + 1);
  const labels = validationScores.map((_, i) => validation.rows[i * (features + 1) + features]!);
  const exact = selectEpsilon(validationScores, labels)!;
  const scan = scanEpsilon(
    validationScores.map((s) => model.logPeak - s),
    labels,
  )!;
  return { model, trainScores, validationScores, exact, scan };
}

function scoresOf(model: Gaussian, rows: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: rows.length / width }, (_, i) => scoreOf(model, rows, i * width));
}

const flagged = (scores: Float64Array, epsilon: number) => scores.filter((s) => s > epsilon).length;

/** The interval (low, high] of densities that flag the same samples. */
function densityInterval({ logPeak }: Gaussian, { interval }: EpsilonChoice) {
  return [Math.exp(logPeak - interval.high), Math.exp(logPeak - interval.low)] as const;
}

const relative = (actual: number, expected: number) => Math.abs(actual / expected - 1);

describe("document 000 (ex8data1)", () => {
  testWithData("diagonal Gaussian, scan and exact optimum", () => {
    const { model, trainScores, validationScores, exact, scan } = experiment("ex8data1", "diagonal");
    expect(model.mean[0]).toBeCloseTo(14.1122257839, 10);
    expect(model.mean[1]).toBeCloseTo(14.9977105081, 10);
    expect(model.sd[0]! ** 2).toBeCloseTo(1.83263141349, 10);
    expect(model.sd[1]! ** 2).toBeCloseTo(1.70974533083, 10);
    const densities = [6.47082850117e-2, 5.030416973252e-2, 7.245034586221e-2];
    for (const [i, p] of densities.entries())
      expect(relative(Math.exp(model.logPeak - trainScores[i]!), p)).toBeLessThan(1e-11);
    const p = validationScores.map((s) => Math.exp(model.logPeak - s)).sort();
    expect(relative(p[0]!, 4.51325093031e-36)).toBeLessThan(1e-10);
    expect(relative(p.at(-1)!, 8.990852779269e-2)).toBeLessThan(1e-11);

    expect(relative(Math.exp(scan.logEpsilon), 8.990852779269e-5)).toBeLessThan(1e-11);
    expect(scan).toMatchObject({ f1: 0.875, truePositives: 7, falsePositives: 0, falseNegatives: 2 });
    const anomalies = [...trainScores.keys()].filter((i) => trainScores[i]! > model.logPeak - scan.logEpsilon);
    expect(anomalies).toEqual([300, 301, 303, 304, 305, 306]);

    expect(exact.f1).toBe(0.875);
    const [low, high] = densityInterval(model, exact);
    expect(relative(low, 1.655345595744e-5)).toBeLessThan(1e-10);
    expect(relative(high, 4.98895721024e-4)).toBeLessThan(1e-10);
    expect(relative(Math.exp(model.logPeak - exact.epsilon), 9.087600533e-5)).toBeLessThan(1e-9);
    expect(flagged(trainScores, exact.epsilon)).toBe(6);
  });

  testWithData("full covariance", () => {
    const { model, trainScores, scan } = experiment("ex8data1", "full");
    expect(relative(Math.exp(scan.logEpsilon), 9.065769728e-5)).toBeLessThan(1e-9);
    expect(scan.f1).toBe(0.875);
    expect(flagged(trainScores, model.logPeak - scan.logEpsilon)).toBe(6);
    const determinant = Math.exp(-2 * (model.logPeak + Math.log(2 * Math.PI)));
    expect(determinant).toBeCloseTo(3.0817484508, 9);
  });
});

describe("document 002 (ex8data2)", () => {
  testWithData("diagonal Gaussian, scan and exact optimum", () => {
    const { model, trainScores, validationScores, exact, scan } = experiment("ex8data2", "diagonal");
    expect(model.mean[10]).toBeCloseTo(8.47372252365, 10);
    expect(model.sd[0]! ** 2).toBeCloseTo(60.9748937269, 9);
    const logDensities = [-39.4404770903, -40.2905314853, -38.7186466135];
    for (const [i, logP] of logDensities.entries()) expect(model.logPeak - trainScores[i]!).toBeCloseTo(logP, 9);
    const p = validationScores.map((s) => Math.exp(model.logPeak - s)).sort();
    expect(relative(p[0]!, 5.953349076111e-26)).toBeLessThan(1e-10);
    expect(relative(p.at(-1)!, 1.377228831287e-15)).toBeLessThan(1e-10);

    expect(relative(Math.exp(scan.logEpsilon), 1.377228890761e-18)).toBeLessThan(1e-10);
    expect(scan.f1).toBeCloseTo(0.615385, 6);
    expect(scan).toMatchObject({ truePositives: 8, falsePositives: 8, falseNegatives: 2 });
    expect(flagged(trainScores, model.logPeak - scan.logEpsilon)).toBe(117);

    expect(exact).toMatchObject({ f1: 0.75, truePositives: 6, falsePositives: 0, falseNegatives: 4 });
    const [low, high] = densityInterval(model, exact);
    expect(relative(low, 1.966555351101e-21)).toBeLessThan(1e-10);
    expect(relative(high, 6.413347645919e-21)).toBeLessThan(1e-10);
    expect(flagged(trainScores, exact.epsilon)).toBe(8);
  });

  testWithData("full covariance", () => {
    const { model, trainScores, exact, scan } = experiment("ex8data2", "full");
    expect(exact.f1).toBe(0.75);
    expect(model.logPeak - exact.interval.high).toBeCloseTo(-47.981487744, 8);
    expect(model.logPeak - exact.interval.low).toBeCloseTo(-45.761052478, 8);
    expect(relative(Math.exp(scan.logEpsilon), 1.753849e-18)).toBeLessThan(1e-6);
    expect(scan.f1).toBeCloseTo(0.551724, 6);
    expect(flagged(trainScores, model.logPeak - scan.logEpsilon)).toBe(122);
  });
});

describe("document 001 (hourly server load)", () => {
  const model = fitGaussian(SERVER_LOAD, 1, { covariance: "diagonal" });
  const z = SERVER_LOAD.map((load) => zScore(model, 0, load));

  test("gives mean, deviation and the three z-scores", () => {
    expect(model.mean[0]).toBeCloseTo(59.742877859553, 9);
    expect(model.sd[0]).toBeCloseTo(7.077462226893, 9);
    expect(z[20]).toBeCloseTo(4.2751372131, 8);
    expect(z[75]).toBeCloseTo(-4.2024777959, 8);
    expect(z[88]).toBeCloseTo(4.9816051305, 8);
  });

  test.each([
    ["both sides", (x: number) => Math.abs(x) > 2.5, [20, 75, 88]],
    ["high only", (x: number) => x > 2.5, [20, 88]],
    ["low only", (x: number) => x < -2.5, [75]],
  ])("flags at 2.5 standard deviations, %s", (_, beyond, expected) => {
    expect([...z.keys()].filter((i) => beyond(z[i]!))).toEqual(expected);
  });

  test("has its largest other deviation far inside", () => {
    const others = z.filter((_, i) => ![20, 75, 88].includes(i)).map(Math.abs);
    expect(quantile(others, 1)).toBeCloseTo(1.814436, 6);
  });
});
