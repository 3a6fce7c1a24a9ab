import { EMAIL, firstFitting, SMS } from "../../lib/notify/channel.ts";
import { clean, foldAscii, shorten } from "../../lib/notify/text.ts";

test.each([
  ["web-07", "web-07"],
  ["  web  ", "web"],
  ["a\nb\tc\u0000d", "a?b?c?d"],
  ["evil\u202etxt", "evil?txt"],
  ["half\ud83d", "half?"],
  ["\u{1f4a5}", "\u{1f4a5}"],
  ["\uffff", "?"],
  ["", "?"],
  [" \n ", "?"],
])("clean makes %p one line: %p", (name, text) => {
  expect(clean(name)).toBe(text);
});

test.each([
  ["café", "cafe"],
  ["ﬀ½", "ff1?2"],
  ["ß東", "??"],
  ["\u0301", "?"],
])("foldAscii makes %p ASCII: %p", (name, text) => {
  expect(foldAscii(name)).toBe(text);
});

test.each([
  ["abcdefgh", 8, "abcdefgh"],
  ["abcdefghi", 8, "abc..ghi"],
  ["abcdefghi", 7, "abc..hi"],
  ["\u{1f4a5}".repeat(9), 4, "\u{1f4a5}..\u{1f4a5}"],
])("shorten(%p, %p) keeps both ends: %p", (text, max, short) => {
  expect(shorten(text, max)).toBe(short);
});

test("the first form that fits is taken: e-mail counts bytes, SMS characters, and neither takes a longer one", () => {
  const forms = (...lengths: number[]) => lengths.map((length) => "é".repeat(length));
  expect(firstFitting(EMAIL, () => forms(4097, 4096, 1))).toHaveLength(4096);
  expect(firstFitting(SMS, () => forms(161, 160, 1))).toHaveLength(160);
  expect(() => firstFitting(EMAIL, () => forms(4097))).toThrow("No form of this message fits in 8192 bytes");
});

test("names become shorter only when no form fits with longer ones", () => {
  const host = "h".repeat(300);
  expect(firstFitting(SMS, (name) => [`${name(host)} and more`, name(host)])).toBe(
    `${"h".repeat(79)}..${"h".repeat(79)}`,
  );
});
