import { parseDuration } from "../../lib/watch/duration.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["7", undefined],
  ["s", undefined],
  ["-1s", undefined],
  ["1 week", undefined],
])("a duration of %s", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
