import { clean, firstFitting, foldAscii, shorten } from "../../lib/notify/text.ts";

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

test("firstFitting counts bytes, and refuses when nothing fits", () => {
  expect(firstFitting(3, ["éé", "é!", "x"])).toBe("é!");
  expect(() => firstFitting(1, ["éé"])).toThrow("No form of this message fits in 1 bytes");
});
