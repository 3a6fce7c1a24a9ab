// The protocol is checked on the plain diagonal Gaussian. numpy made its figures, the goldens of the data.
import { readFileSync } from "node:fs";
import { averagePrecision, rocAuc } from "../../lib/evaluate/ranking.ts";
import { evaluateEpsilon, selectEpsilon } from "../../lib/model/best-epsilon.ts";
import { dataPath, readTable, testWithData } from "../data.ts";

/** Two or three of each set: reading takes far longer than what is tested. */
const ENTITIES = [
  ["SMD_machine-1-2", "smd/machine-1-2"],
  ["SMD_machine-1-6", "smd/machine-1-6"],
  ["SMD_machine-2-7", "smd/machine-2-7"],
  ["ASD_omi-1", "asd/omi-1"],
  ["ASD_omi-3", "asd/omi-3"],
  ["JS2_service00", "js2/service00"],
  ["JS2_service02", "js2/service02"],
] as const;

/** Σ z² with the population's standard deviation, .001 where that is 0, as the goldens have it. */
function plainScores(train: Float64Array, test: Float64Array, width: number): Float64Array {
  const rows = train.length / width;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const [i, x] of train.entries()) mean[i % width]! += x / rows;
  for (const [i, x] of train.entries()) square[i % width]! += (x - mean[i % width]!) ** 2 / rows;
  const sd = square.map((s) => (s > 0 ? Math.sqrt(s) : 1e-3));
  const scores = new Float64Array(test.length / width);
  for (const [i, x] of test.entries()) scores[Math.floor(i / width)]! += ((x - mean[i % width]!) / sd[i % width]!) ** 2;
  return scores;
}

function readTest(path: string) {
  const { names, rows } = readTable(path);
  const width = names.length - 1;
  const labels = Uint8Array.from({ length: rows.length / names.length }, (_, i) => rows[i * names.length + width]!);
  return { width, labels, values: rows.filter((_, i) => i % names.length !== width) };
}

describe.each(ENTITIES)("%s", (key, path) => {
  testWithData("best F1, AP and ROC-AUC are numpy's", () => {
    const goldens: Record<string, { plain_diag: { bestF1: number; AP: number; ROC: number } }> = JSON.parse(
      readFileSync(dataPath("detector-goldens.json"), "utf8"),
    );
    const golden = goldens[key]!.plain_diag;
    const { width, labels, values } = readTest(`${path}.test.csv.gz`);
    const scores = plainScores(readTable(`${path}.train.csv.gz`).rows, values, width);
    const best = selectEpsilon(scores, labels)!;
    expect(best.f1).toBeCloseTo(golden.bestF1, 9);
    expect(averagePrecision(scores, labels)).toBeCloseTo(golden.AP, 9);
    expect(rocAuc(scores, labels)).toBeCloseTo(golden.ROC, 9);
    expect(evaluateEpsilon(scores, labels, best.epsilon).f1).toBe(best.f1);
  });
});
