import { whiten } from "../../lib/model/marginal.ts";
import { cholesky, invertTriangle } from "../../lib/model/triangle.ts";

/** Rows of the lower triangle of S_ij = .8^|i - j| + .2 [i = j], five features. */
const covariance = Float64Array.from(
  [0, 1, 2, 3, 4].flatMap((i) => Array.from({ length: i + 1 }, (_, j) => 0.8 ** (i - j) + (i === j ? 0.2 : 0))),
);
const whitening = invertTriangle(cholesky(covariance, 5)!, 5);

const squaredLength = (u: Float64Array) => whiten(whitening, u).reduce((sum, x) => sum + x * x, 0);

// python3: S = .8 ** abs(np.subtract.outer(range(5), range(5))) + .2 * np.eye(5); u = np.array([1, -2, 3, .5, 4.]);
// k = those present; u[k] @ np.linalg.solve(S[np.ix_(k, k)], u[k]) / len(k)
test.each([
  [[], 10.898020743703293],
  [[0], 12.584514369911293],
  [[4], 9.23963649896707],
  [[1, 3], 4.980339447361433],
  [[0, 1, 2, 4], 0.20833333333333334],
])("without the features %j the model is that of the others by themselves", (missing, expected) => {
  const u = Float64Array.of(1, -2, 3, 0.5, 4);
  for (const j of missing) u[j] = Number.NaN;
  const length = squaredLength(u);
  expect(length / (5 - missing.length) / expected).toBeCloseTo(1, 10);
});

test("without any feature there is no model", () => {
  expect(squaredLength(new Float64Array(5).fill(Number.NaN))).toBeCloseTo(0, 10);
});
