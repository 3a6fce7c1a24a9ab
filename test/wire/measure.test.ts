import fc from "fast-check";
import { measure as measureBytes } from "../../lib/wire/measure.ts";

const measure = (text: string) => measureBytes(Buffer.from(text));

/** Values and depth of parsed JSON. */
function sizeOf(value: unknown): { values: number; depth: number } {
  if (typeof value !== "object" || value === null) return { values: 1, depth: 0 };
  const within = Object.values(value).map(sizeOf);
  return {
    values: within.reduce((sum, { values }) => sum + values, 1),
    depth: 1 + Math.max(0, ...within.map(({ depth }) => depth)),
  };
}

/** Texts full of what means something outside of texts. */
const anyText = fc.oneof(fc.string({ unit: fc.constantFrom(...'[]{},:"\\ \n\té0') }), fc.string({ unit: "binary" }));
const { root } = fc.letrec((tie) => ({
  root: fc.oneof(fc.array(tie("value")), fc.dictionary(anyText, tie("value"))),
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.oneof(anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(true, false, null)),
    tie("root"),
  ),
}));

test("counts the values and the depth that JSON.parse finds, however the text is spaced", () => {
  fc.assert(
    fc.property(root, fc.constantFrom("", " ", "\n", "\r\n\t"), (value, space) => {
      const text = JSON.stringify(value, null, space);
      const size = sizeOf(JSON.parse(text));
      fc.pre(size.depth <= 16);
      expect(measure(text)).toEqual(size);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["[]", 1, 1],
  ["{}", 1, 1],
  ["[[]]", 2, 2],
  ['{"a":[1,"]",{}]}', 5, 3],
  ['["\\\\",["\\"[[["]]', 4, 2],
])("%s has %i values, %i deep", (text, values, depth) => {
  expect(measure(text)).toEqual({ values, depth });
});

test("a text that breaks off or closes too much is counted too", () => {
  expect(measure('[["')).toEqual({ values: 3, depth: 2 });
  expect(measure("[]]][")).toEqual({ values: 2, depth: 1 });
});

test("counting ends as soon as a limit is passed", () => {
  expect(measure("[".repeat(1_000_000))).toEqual({ values: 18, depth: 17 });
  expect(measure(`[${"0,".repeat(1_000_000)}0]`)).toEqual({ values: 200_001, depth: 1 });
});
