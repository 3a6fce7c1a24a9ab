import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { softClip } from "../../lib/model/fused.ts";
import {
  elementOf,
  excess,
  featuresOfRow,
  packTriangle,
  squaredLength,
  straighten,
  straightened,
  type Triangle,
  useStandards,
  useTracked,
} from "../../lib/model/kernel.ts";
import { KERNEL_BYTES } from "../../lib/model/kernel-bytes.ts";
import { cholesky, invertTriangle } from "../../lib/model/triangle.ts";

/** Where |W u|² is uᵀ S⁻¹ u: W for a smooth covariance S_ij = 0.999 exp(−((i − j) / 5)²) + 0.001 [i = j]. */
function smoothTriangle(size: number) {
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0, k = 0; i < size; i++)
    for (let j = 0; j <= i; j++) packed[k++] = 0.999 * Math.exp(-(((i - j) / 5) ** 2)) + (i === j ? 0.001 : 0);
  return packTriangle(invertTriangle(cholesky(packed, size)!, size), size);
}

const ones = (size: number) => new Float64Array(size).fill(1);

/** |W u|²: of a row of zeros around a centre of −u. */
function lengthOf(whitening: Triangle, u: Float64Array): number {
  const zeros = new Float64Array(u.length);
  useStandards({ mean: zeros, precision: ones(u.length), centre: u.map((x) => -x), whitening });
  useTracked({ level: zeros, width: ones(u.length), trackedAt: 0 });
  featuresOfRow.set(zeros);
  expect(straighten(1)).toBe(0);
  return squaredLength();
}

// python3 -c "import numpy as np
// for p in (5, 13, 114):
//     i = np.arange(p); S = .999 * np.exp(-((i[:, None] - i) / 5) ** 2) + .001 * np.eye(p)
//     for u in (12 * np.sin(i + 1), 2 * np.cos(i / 8)): print(p, np.linalg.cond(S), u @ np.linalg.solve(S, u))"
test.each([
  [5, 12396.91969641812, 5.205033932814794],
  [13, 45285.67753579728, 5.530180204299954],
  [114, 450855.16245283274, 30.650003285402573],
])("%i rows: numpy's, at conditions of 4e3 to 9e3", (size, rough, smooth) => {
  const numbers = Float64Array.from({ length: size }, (_, j) => j);
  const triangle = smoothTriangle(size);
  expect(
    lengthOf(
      triangle,
      numbers.map((j) => 12 * Math.sin(j + 1)),
    ) / rough,
  ).toBeCloseTo(1, 6);
  // Terms that cancel: numpy is off by 2.3e-6 as well when its W (114 rows) is rounded to single precision.
  expect(
    lengthOf(
      triangle,
      numbers.map((j) => 2 * Math.cos(j / 8)),
    ) / smooth,
  ).toBeCloseTo(1, 5);
});

const value = fc.double({ min: -12, max: 12, noNaN: true });

const numbers = (length: number) => fc.array(value, { minLength: length, maxLength: length });

const cases = fc
  .integer({ min: 1, max: 40 })
  .chain((size) => fc.record({ size: fc.constant(size), packed: numbers((size * (size + 1)) / 2), u: numbers(size) }));

test("a length is that of a double loop, within the rounding that the docstring owns up to", () => {
  fc.assert(
    fc.property(cases, ({ size, packed, u }) => {
      const length = lengthOf(packTriangle(Float64Array.from(packed), size), Float64Array.from(u));
      let expected = 0;
      // What is too small for single precision is zero there.
      let bound = 1e-30;
      for (let i = 0; i < size; i++) {
        const terms = Array.from({ length: i + 1 }, (_, j) => packed[(i * (i + 1)) / 2 + j]! * u[j]!);
        const exact = terms.reduce((sum, x) => sum + x, 0);
        const error = (6 + size / 4) * 2 ** -24 * terms.reduce((sum, x) => sum + Math.abs(x), 0);
        expected += exact ** 2;
        bound += 2 * Math.abs(exact) * error + error ** 2 + 2 * 2 ** -24 * (Math.abs(exact) + error) ** 2;
      }
      expect(Math.abs(length - expected)).toBeLessThanOrEqual(bound);
    }),
  );
});

// By hand: 3² + (1·3 − 2·2)² + (0·3 + 4·2 + ½·10)², and (½·2)².
test("small whole numbers are exact", () => {
  const triangle = packTriangle(Float64Array.of(1, 1, -2, 0, 4, 0.5), 3);
  expect(lengthOf(triangle, Float64Array.of(3, 2, 10))).toBe(9 + 1 + 169);
  expect(lengthOf(triangle, Float64Array.of(0, 0, 2))).toBe(1);
});

test("a NaN anywhere gives NaN, and nothing of it stays behind", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, place) => {
      const identity = new Float64Array((size * (size + 1)) / 2);
      for (let i = 0; i < size; i++) identity[(i * (i + 1)) / 2 + i] = 1;
      const triangle = packTriangle(identity, size);
      const u = new Float64Array(size).fill(2);
      expect(lengthOf(triangle, u.with(place % size, Number.NaN))).toBeNaN();
      expect(lengthOf(triangle, u)).toBe(4 * size);
    }),
  );
});

test("triangles of any size, in any order, do not see each other's numbers", () => {
  // 1² + 2² + … + p², exact as long as the squares fit 24 bits.
  for (const p of [768, 1, 114, 2, 300, 7, 768, 9, 5]) {
    expect(lengthOf(packTriangle(ones((p * (p + 1)) / 2), p), ones(p))).toBe((p * (p + 1) * (2 * p + 1)) / 6);
  }
});

/** One feature with all that is known of it. Counters have large means; z goes to 60, and a broken one to infinity. */
const feature = fc.record({
  mean: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  precision: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
  z: fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: -6, max: 6, noNaN: true }) },
    fc.double({ min: -60, max: 60, noNaN: true }),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  ),
  level: fc.double({ min: -3, max: 3, noNaN: true }),
  width: fc.double({ min: 0, max: 9, noNaN: true }),
  centre: fc.double({ min: -1, max: 1, noNaN: true }),
});
const host = fc.array(feature, { minLength: 1, maxLength: 40 });

type Feature = typeof feature extends fc.Arbitrary<infer T> ? T : never;

/** Straightens one row of what `parts` says; returns the features as the kernel saw them. */
function straightenRow(parts: readonly Feature[]) {
  const all = (name: keyof Feature) => Float64Array.from(parts, (part) => part[name]);
  const whitening = packTriangle(new Float64Array((parts.length * (parts.length + 1)) / 2), parts.length);
  useStandards({ mean: all("mean"), precision: all("precision"), centre: all("centre"), whitening });
  useTracked({ level: all("level"), width: all("width"), trackedAt: 0 });
  const features = Float64Array.from(parts, ({ mean, z, precision }) => mean + z / precision);
  featuresOfRow.set(features);
  return features;
}

test("a row is straightened as the formula says: in double precision, u then rounded", () => {
  fc.assert(
    fc.property(host, (parts) => {
      const features = straightenRow(parts);
      const v = parts.map(({ mean, precision, level, width }, j) => {
        return (softClip((features[j]! - mean) * precision) - level) / Math.sqrt(Math.max(1, width));
      });
      const sum = v.reduce((total, one) => total + one * one, 0);
      expect(Math.abs(straighten(1) - sum)).toBeLessThanOrEqual(1e-12 * sum);
      for (const [j, { centre }] of parts.entries()) {
        const u = v[j]! - centre;
        expect(Math.abs(straightened[j]! - u)).toBeLessThanOrEqual(2 ** -24 * Math.abs(u) + 1e-12);
      }
    }),
  );
});

test("calm multiplies the clipped z", () => {
  const part = { mean: 1, precision: 2, z: 4, level: 0.5, width: 4, centre: 0.25 };
  straightenRow([part, part]);
  // By hand: v = (0.75 · 4 - 0.5) / 2 = 1.25.
  expect(straighten(0.75)).toBe(2 * 1.25 ** 2);
  expect([...straightened.subarray(0, 2)]).toEqual([1, 1]);
});

test("the excess is what sorting says", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 3, maxLength: 40 }), (u) => {
      const size = u.length;
      const identity = new Float64Array((size * (size + 1)) / 2);
      for (let i = 0; i < size; i++) identity[(i * (i + 1)) / 2 + i] = 1;
      lengthOf(packTriangle(identity, size), Float64Array.from(u));
      const [first, second, third] = u.map((x) => x * x).sort((a, b) => b - a) as [number, number, number];
      expect(excess()).toBe(Math.max(0, first - 4 * third) + Math.max(0, second - 4 * third));
    }),
  );
});

test("a missing feature makes the sum of squares NaN, for its row alone", () => {
  fc.assert(
    fc.property(host, fc.nat(), (parts, place) => {
      const features = straightenRow(parts);
      const whole = straighten(1);
      featuresOfRow.set(features.with(place % parts.length, Number.NaN));
      expect(straighten(1)).toBeNaN();
      featuresOfRow.set(features);
      expect(straighten(1)).toBe(whole);
    }),
  );
});

test.each([
  [2, 5],
  [2, 0],
  [0, 0],
  [769, 769],
])("a triangle of %i rows is refused as one of %i", (rows, size) => {
  const triangle = packTriangle(new Float64Array((rows * (rows + 1)) / 2), rows);
  expect(() => lengthOf(triangle, new Float64Array(size))).toThrow(RangeError);
});

test("elements come back in single precision, zero above the diagonal", () => {
  fc.assert(
    fc.property(cases, ({ size, packed }) => {
      const triangle = packTriangle(Float64Array.from(packed), size);
      const all = Array.from({ length: size * size }, (_, k) => ({ i: Math.floor(k / size), j: k % size }));
      expect(all.map(({ i, j }) => elementOf(triangle, i, j))).toEqual(
        all.map(({ i, j }) => (j > i ? 0 : Math.fround(packed[(i * (i + 1)) / 2 + j]!))),
      );
    }),
  );
});

test("the bytes are those of kernel.wat", async () => {
  const assembler = wabt();
  if (!assembler) return console.warn("skipped: the package wabt is not installed");
  const file = join(__dirname, "../../lib/model/kernel.wat");
  const module = (await assembler()).parseWat(file, readFileSync(file, "utf8"));
  expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(KERNEL_BYTES);
});

function wabt() {
  try {
    return require("wabt");
  } catch {
    return undefined;
  }
}
