import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type FitFilesOptions, fitFiles, formatFit } from "../../lib/evaluate/fit-files.ts";
import { UserError } from "../../lib/user-error.ts";

const folder = mkdtempSync(join(tmpdir(), "fleetwarden-fit-"));
const train = join(folder, "train.csv");
const validation = join(folder, "validation.csv");
afterAll(() => rmSync(folder, { recursive: true }));

const TRAIN =
  "time,cpu,load\n1790000000,1,10\n1790000060,2,30\n1790000120,3,20\n1790000180,4,40\n1790000240,,50\n1790000300,5,\n";
const VALIDATION = "cpu,load,label\n3,30,0\n2,20,0\n9,30,1\n3,90,1\n4,55,0\n5,52,0\n3,58,1\n5,54,0\n";

function fitText(trainText: string, validationText: string, options: Partial<FitFilesOptions> = {}) {
  writeFileSync(train, gzipSync(trainText));
  writeFileSync(validation, validationText);
  return fitFiles({ train, validation, covariance: "diagonal", ...options });
}

// mean 3, 30; variance 2, 200. By hand, the scores ½ Σ z² of the validation rows are 0, .5, 9*, 9*, 1.8125, 2.21, 1.96*
// and 2.44 (* labelled): the best F1 flags the two of 9 alone (TP 2, FN 1: .8), the best F2 the next three as well (TP 3, FP 2).
// python3 -c "from math import *; print([exp(-log(2*pi*20) - s) for s in (9, (9 + 2.44) / 2, 2.44)])"
describe("files written by hand", () => {
  const logPeak = -Math.log(2 * Math.PI * 20);

  test("give the best F1", async () => {
    const { features, mean, variance, exact, scan, warning } = await fitText(TRAIN, VALIDATION);
    expect(features).toEqual(["cpu", "load"]);
    expect(mean).toEqual([3, 30]);
    expect(variance[0]).toBeCloseTo(2, 12);
    expect(variance[1]).toBeCloseTo(200, 10);
    expect(exact).toMatchObject({ f1: 0.8, precision: 1, recall: 2 / 3, flaggedTraining: 0 });
    expect(exact.logEpsilon).toBeCloseTo(logPeak - 5.72, 10);
    expect(exact.epsilon).toBeCloseTo(2.6099110101e-5, 12);
    expect(exact.interval[0]).toBeCloseTo(9.82064017e-7, 14);
    expect(exact.interval[1]).toBeCloseTo(6.936040177e-4, 12);
    expect(scan).toMatchObject({ f1: 0.8, flaggedTraining: 0 });
    expect(warning).toBeUndefined();
  });

  // The deviation of a constant 4 is 1 % of it. Half of (d / .04)² is 5.72 at d = .04 √11.44 = .1352923.
  test("name a feature that never changed, and the change of it that is an anomaly by itself", async () => {
    const fan = (text: string) => text.replace(/^(?=.)/gm, "4,").replace("4,", "fan,");
    const report = await fitText(fan(TRAIN), fan(VALIDATION));
    expect(report.constant).toEqual([{ feature: "fan", value: 4, change: expect.closeTo(0.1352923, 7) }]);
    expect(formatFit(report)).toContain(
      "Never changed in the training rows, with limits by the exact epsilon: " +
        "fan 4 (strange below 3.86471, above 4.13529).",
    );
    expect(await fitText(TRAIN, VALIDATION)).not.toHaveProperty("constant");
  });

  test("give with F2 a false alarm rather than a miss", async () => {
    const { exact } = await fitText(TRAIN, VALIDATION, { beta: 2 });
    expect(exact).toMatchObject({ precision: 0.6, recall: 1 });
    expect(exact.logEpsilon).toBeCloseTo(logPeak - (1.8125 + 1.96) / 2, 10);
  });

  // The four complete rows have means 2.5 and 25, variances 1.25 and 125, covariance 10 and determinant 56.25 = 7.5². With
  // u = x − 2.5 and v = (y − 25) / 10 the score is (u² − 1.6 u v + v²) / .9; the best gap is from 4.05 / .9 to 8.5 / .9 *.
  test("give a full covariance of the rows without gaps", async () => {
    const { exact, mean } = await fitText(TRAIN, VALIDATION, { covariance: "full" });
    expect(mean).toEqual([2.5, 25]);
    expect(exact).toMatchObject({ f1: 1, precision: 1, recall: 1 });
    expect(exact.logEpsilon).toBeCloseTo(-Math.log(2 * Math.PI * 7.5) - (4.05 + 8.5) / 2 / 0.9, 10);
  });

  // Five values of each metric, so 5/4 of the variance; four complete rows, so 4/3, by which every score shrinks.
  test("give the sample's variances, divided by m − 1", async () => {
    const { variance, exact } = await fitText(TRAIN, VALIDATION, { divisor: "m-1" });
    expect(variance[0]).toBeCloseTo(2.5, 12);
    expect(variance[1]).toBeCloseTo(250, 10);
    expect(exact.logEpsilon).toBeCloseTo(-Math.log(2 * Math.PI * 25) - 5.72 * (4 / 5), 10);
    const full = await fitText(TRAIN, VALIDATION, { divisor: "m-1", covariance: "full" });
    expect(full.variance[0]).toBeCloseTo(5 / 3, 12);
    const logPeakOfSample = -Math.log(2 * Math.PI * 10);
    expect(full.exact.logEpsilon).toBeCloseTo(logPeakOfSample - ((4.05 + 8.5) / 2 / 0.9) * (3 / 4), 10);
  });

  test("columns that are no features may differ, and a label among the training rows is ignored", async () => {
    const expected = await fitText(TRAIN, VALIDATION);
    const labelled = TRAIN.trimEnd()
      .split("\n")
      .map((line, i) => `${line},${i === 0 ? "label" : i % 2}\n`);
    expect(await fitText(labelled.join(""), VALIDATION)).toEqual(expected);
  });
});

test("a density too small for a double still has its logarithm", async () => {
  const names = Array.from({ length: 400 }, (_, i) => `m${i}`);
  const line = (value: number, ...label: number[]) => `${[...names.map(() => value), ...label].join(",")}\n`;
  const { exact } = await fitText(
    `${names.join(",")}\n${line(1e6)}${line(3e6)}`,
    `${names.join(",")},label\n${line(2e6, 0)}${line(5e6, 1)}`,
  );
  // Scores 0 and 400 · 9/2; log peak 400 · (−½ ln 2π − ln 1e6).
  expect(exact.logEpsilon).toBeCloseTo(400 * (-0.5 * Math.log(2 * Math.PI) - Math.log(1e6)) - 900, 6);
  expect(exact).toMatchObject({ epsilon: 0, interval: [0, 0], f1: 1 });
});

test("an epsilon that flags many training rows comes with a warning", async () => {
  const report = await fitText("a\n0\n1\n2\n", "a,label\n1,0\n1.5,1\n");
  expect(report.exact.flaggedTraining).toBe(2);
  expect(report.warning).toBe(
    "the exact epsilon flags 2 of 3 training rows (66.7 %) and the scan's epsilon flags 2 of 3 training rows (66.7 %), " +
      "which should be normal: do not use it without a look at them",
  );
  expect(formatFit(report)).toContain("Warning: the exact epsilon flags 2 of 3");
});

test("the scan may find no epsilon where the anomaly is nearly the likeliest row", async () => {
  // Densities relative to the largest: 1, 0.9999993, 0.0498. The scan's last step is at 0.99905 of the way.
  const report = await fitText("a\n0\n1\n2\n", "a,label\n1,0\n1.001,1\n3,0\n");
  expect(report.scan).toBeNull();
  expect(report.exact).toMatchObject({ f1: 2 / 3, precision: 0.5, recall: 1 });
  expect(formatFit(report)).toMatch(/^scan +none +- +-$/m);
});

test("a file whose anomalies are the likeliest rows is refused", async () => {
  await expect(fitText("a\n0\n1\n2\n", "a,label\n1,1\n1.5,0\n")).rejects.toThrow(/no epsilon catches/);
});

// mean 2, 20; variance 1, 100; scores 0, 1 and 25*; the scan stops at its first step above the least density.
// python3 -c "from math import *; k = -log(20 * pi); p = lambda s: exp(k - s); print(k - 13, [p(s) for s in (13, 25, 1)], p(25) + (p(0) - p(25)) / 1000)"
test("the report for people shows the fit", async () => {
  const report = await fitText("cpu,load\n1,10\n3,30\n1,30\n3,10\n", "cpu,load,label\n2,20,0\n3,30,0\n9,30,1\n");
  expect(formatFit(report).split("\n")).toEqual([
    "feature  mean  variance",
    "cpu         2         1",
    "load       20       100",
    "",
    "epsilon       p(x) <        F1  training rows flagged",
    "exact    3.597426e-8  1.000000                      0",
    "scan     1.591549e-5  1.000000                      0",
    "",
    "Any epsilon in (2.210335e-13, 5.854983e-3] does as well as the exact one (log epsilon -17.140462):",
    "precision 1.000000, recall 1.000000 on the validation rows.",
  ]);
});

describe("refused with the place and the fix", () => {
  const common = /give both files the same feature columns in the same order$/;

  test.each([
    ["missing feature", "a,b\n1,2\n", "a,label\n1,1\n", /validation.csv, line 1: .*train.csv: it lacks b: /, common],
    ["another feature", "a\n1\n", "a,c,label\n1,2,1\n", /it has c besides: /, common],
    ["both", "a,b\n1,2\n", "a,c,label\n1,2,1\n", /it lacks b and has c besides: /, common],
    ["another order", "a,b\n1,2\n", "b,a,label\n1,2,1\n", /it has b where .*train.csv has a: /, common],
    ["no label column", "a\n1\n", "a\n1\n", /validation.csv, line 1: no column named label/, /./],
    ["no anomalies", "a\n1\n", "a,label\n1,0\n2,0\n", /validation.csv: no row has label 1/, /./],
    ["nothing to tell apart", "a\n1\n2\n", "a,label\n1,0\n2,1\n", /validation.csv: no epsilon catches/, /./],
    [
      "empty column",
      "a,b\n1,\n2,\n",
      "a,b,label\n1,1,1\n",
      /train.csv: column b is empty in every row: remove it/,
      /./,
    ],
  ])("%s", async (_, trainText, validationText, place, fix) => {
    const work = fitText(trainText, validationText);
    await expect(work).rejects.toThrow(UserError);
    await expect(work).rejects.toThrow(place);
    await expect(work).rejects.toThrow(fix);
  });

  test("full covariance without a complete row", async () => {
    await expect(fitText("a,b\n1,\n,2\n", "a,b,label\n1,2,1\n", { covariance: "full" })).rejects.toThrow(
      /train.csv: full covariance needs more complete rows than features: there are 0 for 2; give it more rows, or fit with/,
    );
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("beta %d", async (beta) => {
    await expect(fitText(TRAIN, VALIDATION, { beta })).rejects.toThrow(`beta must be above 0, not ${beta}`);
  });
});
