import { itemSize } from "../../lib/store/item-size.ts";

// Counted by hand from the rules of AWS's page "DynamoDB item sizes and formats".
test.each([
  ["a string: its UTF-8 bytes and its name's", { größe: { S: "ß1" } }, 7 + 3],
  ["a number: a byte for two digits and one more", { n: { N: "1790081230000" } }, 1 + 5 + 1],
  ["a number without its zeros, point, sign and exponent", { n: { N: "-0.00120E+5" } }, 1 + 1 + 1],
  ["zero", { n: { N: "0" } }, 1 + 1],
  ["binary: its raw bytes", { b: { B: new Uint8Array(152) } }, 1 + 152],
  ["a boolean", { flag: { BOOL: false } }, 4 + 1],
  ["several", { a: { S: "" }, b: { S: "xyz" } }, 1 + 4],
])("counts %s", (_, item, size) => {
  expect(itemSize(item)).toBe(size);
});

test("does not guess at other types", () => {
  expect(() => itemSize({ list: { L: [] } })).toThrow("only strings, numbers, binary and booleans");
});
