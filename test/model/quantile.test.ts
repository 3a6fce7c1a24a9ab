import { quantile } from "../../lib/model/quantile.ts";

const DIGITS = [3, 1, 4, 1, 5, 9, 2, 6];

// python3 -c "import numpy as np; x = [3, 1, 4, 1, 5, 9, 2, 6]; print([np.quantile(x, q) for q in (0, .1, .25, .5, .9, .99, 1)])"
test.each([
  [DIGITS, 0, 1],
  [DIGITS, 0.1, 1],
  [DIGITS, 0.25, 1.75],
  [DIGITS, 0.5, 3.5],
  [DIGITS, 0.9, 6.9],
  [DIGITS, 0.99, 8.79],
  [DIGITS, 1, 9],
  [[7], 0.3, 7],
  [[2, 1], 0.75, 1.75],
  [[-1, -10], 0.5, -5.5],
])("the quantile of %j at %d is numpy's %d", (values, q, expected) => {
  expect(quantile(Float64Array.from(values), q)).toBeCloseTo(expected, 12);
});

test("the quantile of no values is NaN", () => expect(quantile(new Float64Array(), 0.5)).toBeNaN());

test("quantile leaves the values in their order", () => {
  const values = Float64Array.from(DIGITS);
  quantile(values, 0.5);
  expect([...values]).toEqual(DIGITS);
});
