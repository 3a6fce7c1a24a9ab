import { foldGsm7, GSM7 } from "../../lib/notify/gsm7.ts";

/** Rows of the table in 3GPP TS 23.038, 6.2.1: the code of the row's first character and its code points. */
test.each([
  [0x00, "@£$¥", [0x40, 0xa3, 0x24, 0xa5]],
  [0x0b, "Øø", [0xd8, 0xf8]],
  [0x10, "Δ_ΦΓ", [0x394, 0x5f, 0x3a6, 0x393]],
  [0x1c, "ÆæßÉ", [0xc6, 0xe6, 0xdf, 0xc9]],
  [0x24, "¤%", [0xa4, 0x25]],
  [0x40, "¡A", [0xa1, 0x41]],
  [0x5b, "ÄÖÑÜ§¿", [0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf]],
  [0x7b, "äöñüà", [0xe4, 0xf6, 0xf1, 0xfc, 0xe0]],
])("the alphabet holds at 0x%x %s", (code, text, codePoints) => {
  const controlsLeftOut = [0x0a, 0x0d, 0x1b].filter((control) => control < code).length;
  expect(String.fromCodePoint(...codePoints)).toBe(text);
  expect(GSM7.slice(code - controlsLeftOut).startsWith(text)).toBe(true);
});

test("the alphabet has 128 characters less line feed, carriage return and escape", () => {
  expect(new Set(GSM7).size).toBe(125);
  expect(GSM7.length).toBe(125);
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
