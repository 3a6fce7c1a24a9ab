// The network of a convolution, a bidirectional recurrent unit and a dense layer: what it computes, and how it learns.
import { convBiGru, learn, run } from "../../lib/neural/conv-bigru.ts";
import { scoreRows } from "../../lib/neural/network-scores.ts";
import { train } from "../../lib/neural/train.ts";
import { seededRandom } from "../simulation/random.ts";

const SMALL = convBiGru(2, { channels: 2, units: 2 });
const weightsOf = (count: number) => Float64Array.from({ length: count }, (_, k) => 0.5 * Math.sin(1.7 * k));
const WINDOW = Float64Array.from({ length: 8 }, (_, k) => Math.cos(0.9 * k));

test("a network of 38 metrics has 16 · 115 + 2 · 3 · 16 · 34 + 38 · 33 weights", () => {
  expect(convBiGru(38).weights).toBe(6_358);
});

/*
import numpy as np
D, C, U, T = 2, 2, 2, 4
a = C * (3 * D + 1); e = 3 * U * (C + U + 2); n = a + 2 * e + D * (2 * U + 1)
w = .5 * np.sin(1.7 * np.arange(n)); x = np.cos(.9 * np.arange(T * D)).reshape(T, D)
W = w[:a].reshape(C, 3 * D + 1); p = np.vstack([np.zeros(D), x, np.zeros(D)])
c = np.array([W[:, :-1] @ p[t:t + 3].ravel() + W[:, -1] for t in range(T)]); c = np.where(c > 0, c, .1 * c)
s = lambda v: 1 / (1 + np.exp(-v))
def gru(v, rows):
    A = v[:3*U*C].reshape(3*U, C); B = v[3*U*C:3*U*(C+U)].reshape(3*U, U); b, d = v[3*U*(C+U):].reshape(2, 3*U)
    h = np.zeros(U); out = []
    for row in rows:
        i, o = A @ row + b, B @ h + d
        r, z = s((i + o)[:U]), s((i + o)[U:2*U]); q = np.tanh(i[2*U:] + r * o[2*U:])
        h = (1 - z) * q + z * h; out.append(h)
    return np.array(out)
H = np.hstack([gru(w[a:a + e], c), gru(w[a + e:a + 2 * e], c[::-1])[::-1]]); V = w[a + 2 * e:].reshape(D, 2 * U + 1)
print((H @ V[:, :-1].T + V[:, -1]).ravel().tolist())
*/
test("the network computes the numbers of numpy", () => {
  const { output } = run(SMALL, weightsOf(SMALL.weights), WINDOW);
  const expected = [
    ...[0.49765514739100514, -0.426097532405804, 0.6240810609475705, -0.4486589849048779],
    ...[0.6316672131878421, -0.46503723567889027, 0.6392713833066188, -0.4979179276470246],
  ];
  for (const [k, value] of expected.entries()) expect(output[k]).toBeCloseTo(value, 12);
});

test.each([
  ["as small as can be", convBiGru(1, { channels: 1, units: 1 }), 3],
  ["of other sizes", convBiGru(3, { channels: 2, units: 4 }), 6],
])("the gradient of a network %s is that of finite differences", (_, network, rows) => {
  const weights = weightsOf(network.weights);
  const window = Float64Array.from({ length: rows * network.metrics }, (_, k) => Math.cos(0.9 * k));
  const gradient = new Float64Array(network.weights);
  learn(network, weights, window, gradient);
  const lossWith = (k: number, change: number) => {
    const changed = weights.with(k, weights[k]! + change);
    return learn(network, changed, window, new Float64Array(network.weights));
  };
  const step = 1e-5;
  for (let k = 0; k < network.weights; k++) {
    expect(gradient[k]).toBeCloseTo((lossWith(k, step) - lossWith(k, -step)) / (2 * step), 8);
  }
  expect(gradient.filter((g) => g !== 0).length).toBeGreaterThan(0.9 * network.weights);
});

/** Two metrics that go together, and a third that goes the other way. */
function waves(rows: number): Float64Array {
  return Float64Array.from({ length: 3 * rows }, (_, k) => {
    const wave = Math.sin(Math.floor(k / 3) / 5);
    return k % 3 === 2 ? -wave : wave;
  });
}

const trained = (seed: number, steps: number) => {
  const network = convBiGru(3, { channels: 4, units: 4 });
  const shares: number[] = [];
  const progress = (share: number) => shares.push(share);
  return { network, shares, weights: train(network, waves(200), 20, { random: seededRandom(seed), progress, steps }) };
};

test("training reduces the error of a window to a tenth and less, and reports its progress", () => {
  const rows = waves(20);
  const lossOf = ({ network, weights }: ReturnType<typeof trained>) =>
    learn(network, weights, rows, new Float64Array(network.weights));
  const whole = trained(1, 100);
  expect(lossOf(whole)).toBeLessThan(lossOf(trained(1, 1)) / 10);
  expect(whole.shares).toHaveLength(100);
  expect([whole.shares[0], whole.shares.at(-1)]).toEqual([0.01, 1]);
});

test("equal seeds make equal networks, and other seeds others", () => {
  expect(trained(1, 2).weights).toEqual(trained(1, 2).weights);
  expect(trained(2, 2).weights).not.toEqual(trained(1, 2).weights);
});

test("a row that departs from the others is scored above them, a missing value counts as usual", () => {
  const rows = waves(400);
  const test = rows.slice(600).map((x, k) => (k >= 300 && k < 330 && k % 3 === 0 ? -2 * x : x));
  test[100] = Number.NaN;
  const training = { random: seededRandom(1), progress: () => {}, steps: 100 };
  const scores = scoreRows({ train: rows.slice(0, 600), test }, 3, 60_000, training);
  expect([scores.train.length, scores.test.length]).toEqual([200, 200]);
  const highest = (from: number, to: number) => Math.max(...scores.test.subarray(from, to));
  expect(highest(100, 112)).toBeGreaterThan(2 * highest(0, 100));
  expect(() => scoreRows({ train: rows.slice(0, 57), test }, 3, 60_000, training)).toThrow(
    new RangeError("too few samples: 19 of the 20 needed"),
  );
});
