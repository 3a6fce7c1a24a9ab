import fc from "fast-check";
import { countValues } from "../../lib/wire/count-values.ts";

const countIn = (text: string) => countValues(Buffer.from(text));

/** The values of parsed JSON. */
function valuesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + valuesOf(inner), 1);
}

/** Texts full of characters that have a meaning outside of texts. */
const anyText = fc.oneof(fc.string({ unit: fc.constantFrom(...'[]{},:"\\ \n\té0') }), fc.string({ unit: "binary" }));
const { root } = fc.letrec((tie) => ({
  root: fc.oneof(fc.array(tie("value")), fc.dictionary(anyText, tie("value"))),
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.oneof(anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(true, false, null)),
    tie("root"),
  ),
}));

test("counts the values that JSON.parse finds, however the text is spaced", () => {
  fc.assert(
    fc.property(root, fc.constantFrom("", " ", "\n", "\r\n\t"), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(countIn(text)).toBe(valuesOf(JSON.parse(text)));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["[]", 1],
  ["{}", 1],
  ["[[]]", 2],
  ['{"a":[1,"]",{}]}', 5],
  ['["\\\\",["\\"[[["]]', 4],
  ['{"a":1}\n{"a":2}', 4],
])("%s has %i values", (text, values) => {
  expect(countIn(text)).toBe(values);
});

test("a text that breaks off or closes too much is counted too", () => {
  expect(countIn('[["')).toBe(3);
  expect(countIn("[]]][")).toBe(2);
});

test("counting ends as soon as the limit is passed", () => {
  expect(countIn("[".repeat(1_000_000))).toBe(200_001);
  expect(countIn(`[${"0,".repeat(1_000_000)}0]`)).toBe(200_001);
});
