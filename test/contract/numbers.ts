import fc from "fast-check";

export const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);

export const count = fc.nat();

export function array(element: fc.Arbitrary<number>, length: number): fc.Arbitrary<Float64Array> {
  return fc.array(element, { minLength: length, maxLength: length }).map((list) => Float64Array.from(list));
}

export const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

/** Without −0, which neither JSON nor DynamoDB tells from 0. */
export const time = fc.integer({ min: 1, max: 4_102_444_800_000 });
