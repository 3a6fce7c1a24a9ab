import fc from "fast-check";
import { bytesOfColumns, columnBytesMax, columnsOfBytes } from "../../lib/store/decimal-columns.ts";

test("a column of decimals is an exponent and differences", () => {
  // By hand: one digit behind the point, so 125, then −5, then nothing, then +5 from 120. Unsigned: 250, 9, –, 10; plus 1.
  // 251 as seven bits to a byte: 251 − 128 = 123 with the eighth bit, then 1.
  const bytes = bytesOfColumns(Float64Array.of(12.5, 12, Number.NaN, 12.5), 1);
  expect([...bytes]).toEqual([1, 123 + 128, 1, 10, 0, 11]);
});

test("each column has its own exponent, and one with longer numbers keeps its doubles", () => {
  const values = Float64Array.of(7, 0.25, 1 / 3, 8, 0.5, 2 / 3);
  const bytes = bytesOfColumns(values, 3);
  expect([...bytes.subarray(0, 3)]).toEqual([0, 2, 255]);
  // Exponents, two doubles, and 7, 1, 25, 25 as differences of one byte each.
  expect(bytes).toHaveLength(3 + 16 + 4);
  expect(columnsOfBytes(bytes, 2, 3)).toEqual(values);
});

test("a large number beside a small one is no decimal of both, and negative zero keeps its sign", () => {
  for (const values of [Float64Array.of(1e15, 1e-6), Float64Array.of(1, -0), Float64Array.of(2 ** 60, 1)]) {
    const bytes = bytesOfColumns(values, 1);
    expect(bytes[0]).toBe(255);
    expect(columnsOfBytes(bytes, 2, 1)).toEqual(values);
  }
});

const decimal = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, places]) => digits / 10 ** places);
const value = fc.oneof(decimal, fc.constant(Number.NaN), fc.double({ noDefaultInfinity: true }));
const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 8 }))
  .chain(([width, rows]) =>
    fc.tuple(fc.constant(width), fc.array(value, { minLength: width * rows, maxLength: width * rows })),
  );

test("every table comes back as it was, bit by bit, and within the limit of its size", () => {
  fc.assert(
    fc.property(table, ([width, numbers]) => {
      const values = Float64Array.from(numbers);
      const bytes = bytesOfColumns(values, width);
      const rows = values.length / width;
      expect(bytes.length).toBeLessThanOrEqual(columnBytesMax(rows, width));
      const read = columnsOfBytes(bytes, rows, width);
      expect([...read].every((one, k) => Object.is(one, values[k]))).toBe(true);
    }),
  );
});

test("damaged bytes are refused", () => {
  const bytes = bytesOfColumns(Float64Array.of(1, 2, 3, 4), 2);
  expect(() => columnsOfBytes(bytes.subarray(0, 1), 2, 2)).toThrow("no exponents of 2 columns");
  expect(() => columnsOfBytes(bytes.subarray(0, -1), 2, 2)).toThrow("expected 4 values, found 3");
  expect(() => columnsOfBytes(Uint8Array.of(10, 0, 0, 0), 1, 2)).toThrow("no exponents of 2 columns");
});
