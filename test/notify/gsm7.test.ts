import { foldGsm7 } from "../../lib/notify/text.ts";

const staysItself = (character: string) => foldGsm7(`x${character}x`) === `x${character}x`;

/** Rows of the table in 3GPP TS 23.038, 6.2.1, with their code points. */
test.each([
  ["@£$¥", [0x40, 0xa3, 0x24, 0xa5]],
  ["Øø", [0xd8, 0xf8]],
  ["Δ_ΦΓ", [0x394, 0x5f, 0x3a6, 0x393]],
  ["ÆæßÉ", [0xc6, 0xe6, 0xdf, 0xc9]],
  ["¤%", [0xa4, 0x25]],
  ["¡A", [0xa1, 0x41]],
  ["ÄÖÑÜ§¿", [0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf]],
  ["äöñüà", [0xe4, 0xf6, 0xf1, 0xfc, 0xe0]],
])("the alphabet holds %s", (text, codePoints) => {
  expect(String.fromCodePoint(...codePoints)).toBe(text);
  expect(foldGsm7(text)).toBe(text);
});

test("the alphabet has 128 characters less line feed, carriage return and escape", () => {
  const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  expect(all.filter(staysItself)).toHaveLength(125);
});

test.each([
  ["web-07", "web-07"],
  ["Ärger_ñ", "Ärger_ñ"],
  ["e\u0301", "é"],
  ["Łódź ê", "?odz e"],
  ["ﬁle²", "file2"],
  ["^{}\\[~]|€`", "??????????"],
  ["東京", "??"],
  ["\ud800", "?"],
  ["\u0301", "?"],
  ["", "?"],
])("%p becomes %p", (name, folded) => {
  expect(foldGsm7(name)).toBe(folded);
});
