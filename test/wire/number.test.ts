import fc from "fast-check";
import { readNumber } from "../../lib/wire/number.ts";

/** What is read from a text that something follows, and where it ends. */
function readOf(text: string, before = "", after = ","): { value: number; end: number } {
  const out = new Float64Array([0, Number.NaN, 0]);
  const end = readNumber(Buffer.from(before + text + after), before.length, out, 1);
  expect([out[0], out[2]]).toEqual([0, 0]);
  return { value: out[1]!, end: end - before.length };
}

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const sign = fc.constantFrom("", "-");
const whole = fc.oneof(
  fc.constant("0"),
  fc.tuple(fc.constantFrom(..."123456789"), digits(0, 16)).map((parts) => parts.join("")),
);
const decimals = fc.oneof(
  fc.constant(""),
  digits(1, 17).map((text) => `.${text}`),
);
const decimal = fc.tuple(sign, whole, decimals).map((parts) => parts.join(""));
const exponent = fc
  .tuple(fc.constantFrom("e", "E"), fc.constantFrom("", "+", "-"), fc.nat({ max: 40 }))
  .map((parts) => parts.join(""));

const before = fc.constantFrom("", "[", "12");
const after = fc.constantFrom(",", "]", "}", " ", "");

test("a number of whatever length, with an exponent or without, is read as Number reads it", () => {
  fc.assert(
    fc.property(decimal, fc.oneof(fc.constant(""), exponent), before, after, (number, power, before, after) => {
      const text = number + power;
      expect(readOf(text, before, after)).toEqual({ value: Number(text), end: text.length });
    }),
    { numRuns: 10_000 },
  );
});

test("doubles as JavaScript writes them are read back bit for bit", () => {
  const anyDouble = fc.oneof(
    fc.double({ min: -1e100, max: 1e100, noNaN: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
  );
  fc.assert(
    fc.property(anyDouble, (number) => {
      const text = String(number);
      expect(readOf(text)).toEqual({ value: Number(text), end: text.length });
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["0", 0],
  ["-0", -0],
  ["-0.0", -0],
  ["0.1", 0.1],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ["0.333333333333333", 0.333333333333333],
  ["0.0000000000000000000001", 1e-22],
  ["1.0000000000000000", 1],
  ["9007199254740993", 9_007_199_254_740_992],
  ["0.1000000000000000055", 0.1],
  ["0.00000000000000000000001", 1e-23],
  ["1e100", 1e100],
  ["5e-324", 5e-324],
  ["1e-400", 0],
  ["1e22", 1e22],
  ["-1.5E-7", -1.5e-7],
  ["2e+05", 200_000],
  ["-0e5", -0],
])("%s is read", (text, value) => {
  expect(readOf(text)).toEqual({ value, end: text.length });
});

test.each([
  ...["", "-", "+1", ".5", "-.5", "1.", "-1.", "1.e5", "1e", "1e+", "1.5E-", "00", "01", "-01", "00.5"],
  ...["NaN", "Infinity", "null", '"1"', "[1]", "1.1e100", "-1.1e100", "1e400", "1".repeat(102)],
])("%s is left alone", (text) => {
  expect(readOf(text).end).toBe(-1);
});

test.each([
  ["1.2.3", 3],
  ["0x10", 1],
  ["1_000", 1],
  ["12n", 2],
])("%s is read up to what JSON does not have", (text, end) => {
  expect(readOf(text)).toEqual({ value: Number(text.slice(0, end)), end });
});
