import fc from "fast-check";
import { fitsGlob } from "../../lib/watch/glob.ts";

test.each([
  ["web-1", "web-1", true],
  ["web-1", "web-10", false],
  ["web-1", "Web-1", false],
  ["*", "", true],
  ["*", "anything", true],
  ["web-*", "web-", true],
  ["web-*", "web-07", true],
  ["web-*", "my-web-07", false],
  ["*-db", "eu-db", true],
  ["*-db", "eu-db-2", false],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*ab*b", "ab", false],
  ["*ab*b", "abab", true],
  ["eu-*-web-*", "eu-west-web-3", true],
  ["eu-*-web-*", "eu-web-3", false],
  ["cpu.*", "cpuX1", false],
  ["", "", true],
  ["", "a", false],
])("whether the pattern %j matches %j: %p", (pattern, name, expected) => {
  expect(fitsGlob(pattern, name)).toBe(expected);
});

test("a pattern matches as the regular expression with .* for each star", () => {
  const words = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
  fc.assert(
    fc.property(words, words, (pattern, name) => {
      const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
      expect(fitsGlob(pattern, name)).toBe(new RegExp(`^${parts.join(".*")}$`, "s").test(name));
    }),
    { numRuns: 2_000 },
  );
});
