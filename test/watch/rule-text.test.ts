// Rules as people write them: the parsed ones, and the messages about wrong ones.
import fc from "fast-check";
import type { Condition } from "../../lib/watch/policy.ts";
import { metricsOf, parseRule, RULE_TEXT_MAX } from "../../lib/watch/rule-text.ts";
import { compare, comparisonsIn, conditionsOver, OPERATORS, printed } from "./conditions.ts";

const cpu = compare("cpu", ">", 95);
const load = compare("load1", ">", 8);
const mem = compare("mem_percent", ">=", 90);

test.each<[string, Condition]>([
  ["cpu > 95", cpu],
  ["cpu>95", cpu],
  ["  cpu\t>\n95  ", cpu],
  ["(((cpu > 95)))", cpu],
  ["cpu > 95 and load1 > 8", { kind: "and", parts: [cpu, load] }],
  ["cpu > 95 or load1 > 8 or mem_percent >= 90", { kind: "or", parts: [cpu, load, mem] }],
  ["cpu > 95 or load1 > 8 and mem_percent >= 90", { kind: "or", parts: [cpu, { kind: "and", parts: [load, mem] }] }],
  ["cpu > 95 and(load1 > 8 or mem_percent >= 90)", { kind: "and", parts: [cpu, { kind: "or", parts: [load, mem] }] }],
  ["temp.cpu-0 < -5", compare("temp.cpu-0", "<", -5)],
  ["net:eth0/rx <= 1.5e3", compare("net:eth0/rx", "<=", 1500)],
  ["5xx != .5", compare("5xx", "!=", 0.5)],
  ["x == +2.E-1", compare("x", "==", 0.2)],
  ['"disk used, %" > 90', compare("disk used, %", ">", 90)],
  ['"and" > 1', compare("and", ">", 1)],
  ['"95" > 1', compare("95", ">", 1)],
  ['"say \\"ä\\"" > 1', compare('say "ä"', ">", 1)],
])("%j is parsed", (text, condition) => {
  expect(parseRule({ if: text })).toMatchObject({ condition, forMs: 0, severity: "warning" });
});

test.each([
  [{ if: "cpu > 95 for 2m" }, 120_000, "cpu > 95 for 2m"],
  [{ if: "cpu > 95", for: "2m" }, 120_000, "cpu > 95 for 2m"],
  [{ if: "(cpu > 95)for 1.5h" }, 5_400_000, "(cpu > 95)for 1.5h"],
  [{ if: "cpu > 95", for: "0s" }, 0, "cpu > 95 for 0s"],
  [{ if: "cpu > 95", for: "7d" }, 604_800_000, "cpu > 95 for 7d"],
  [{ if: " cpu\n> 95 " }, 0, "cpu > 95"],
  [{ if: "cpu > 95 for 2m", name: " too\thot " }, 120_000, "too hot"],
])("%j lasts %i ms and is shown as %s", (written, forMs, text) => {
  expect(parseRule(written)).toMatchObject({ condition: cpu, forMs, text });
});

test("a rule has the severity that it states", () => {
  expect(parseRule({ if: "cpu > 95", severity: "critical" }).severity).toBe("critical");
});

test.each([
  ["", 'expected a metric\'s name or (, found the end, at column 1 of ""'],
  ["cpu > 95%", 'expected a number after >, found "95%", at column 7 of "cpu > 95%"'],
  ["cpu >", 'expected a number after >, found the end, at column 6 of "cpu >"'],
  ["cpu > load1", 'expected a number after >, found "load1", at column 7 of "cpu > load1"'],
  ["cpu > 1e999", 'expected a number after >, found "1e999", at column 7 of "cpu > 1e999"'],
  ["cpu > Infinity", 'expected a number after >, found "Infinity", at column 7 of "cpu > Infinity"'],
  ["cpu = 95", 'expected >, >=, <, <=, == or != after cpu, found "=", at column 5 of "cpu = 95"'],
  [
    "disk used > 5",
    'expected >, >=, <, <=, == or != after disk, found "used", at column 6 of "disk used > 5"; ' +
      "a name with other characters than letters, digits and _ . - / : goes in double quotes",
  ],
  [
    "95 < cpu",
    'expected a metric\'s name or (, found "95", at column 1 of "95 < cpu"; a metric of this name goes in double quotes',
  ],
  [
    "cpu > 95 and and > 8",
    'expected a metric\'s name or (, found "and", at column 14 of "cpu > 95 and and > 8"; ' +
      "a metric of this name goes in double quotes",
  ],
  ["cpu > 95 and", 'expected a metric\'s name or (, found the end, at column 13 of "cpu > 95 and"'],
  ['"cpu > 95', 'expected a metric\'s name or (, found "cpu, at column 1 of ""cpu > 95"'],
  ["cpu > 95 && load1 > 8", 'expected and, or, for or the end, found "&&", at column 10 of "cpu > 95 && load1 > 8"'],
  ["cpu > 95 AND a > 8", 'expected and, or, for or the end, found "AND", at column 10 of "cpu > 95 AND a > 8"'],
  ["cpu > 95)", 'expected and, or, for or the end, found ")", at column 9 of "cpu > 95)"'],
  [
    "a > 1 and (cpu > 95",
    'expected and, or, or a ) for the ( at column 11, found the end, at column 20 of "a > 1 and (cpu > 95"',
  ],
  [
    "cpu > 95 for a while",
    'expected a duration like 30s, 2m or 1h, of at most 7d, after for, found "a", at column 14 of "cpu > 95 for a while"',
  ],
  [
    "cpu > 95 for 8d",
    'expected a duration like 30s, 2m or 1h, of at most 7d, after for, found "8d", at column 14 of "cpu > 95 for 8d"',
  ],
  ["cpu > 95 for 2m or a > 1", 'expected the end, found "or", at column 17 of "cpu > 95 for 2m or a > 1"'],
  ["cpu > 95 for 0s or a > 1", 'expected the end, found "or", at column 17 of "cpu > 95 for 0s or a > 1"'],
])("%j is refused with column and fix", (text, message) => {
  expect(() => parseRule({ if: text })).toThrow(new Error(message));
});

test.each([
  [{ if: "cpu > 95 for 2m", for: "3m" }, 'for is said twice, in "cpu > 95 for 2m" and beside it: keep one'],
  [
    { if: "cpu > 95", for: "soon" },
    'expected a duration like 30s, 2m or 1h, of at most 7d, found "soon" as for of "cpu > 95"',
  ],
  [{ if: "cpu > 95", name: " " }, "the name of a rule has 1 to 60 characters, found 0"],
  [{ if: "cpu > 95", name: "x".repeat(61) }, "the name of a rule has 1 to 60 characters, found 61"],
  [{ if: `${" ".repeat(293)}cpu > 95` }, "a rule has at most 300 characters, this one 301: make it two rules"],
])("%j is refused with the fix", (written, message) => {
  expect(() => parseRule(written)).toThrow(new Error(message));
});

test("the parser takes sixteen comparisons and eight nested parentheses, and not one more", () => {
  const many = (count: number) => Array.from({ length: count }, () => "a > 1").join(" or ");
  const deep = (depth: number) => `${"(".repeat(depth)}a > 1${")".repeat(depth)}`;
  expect(metricsOf(parseRule({ if: many(16) }).condition)).toEqual(["a"]);
  expect(() => parseRule({ if: many(17) })).toThrow(
    `a rule has at most 16 comparisons, see column 145 of "${many(17)}"`,
  );
  expect(parseRule({ if: deep(8) }).condition).toEqual(compare("a", ">", 1));
  expect(() => parseRule({ if: deep(9) })).toThrow(`parentheses go at most 8 deep, at column 9 of "${deep(9)}"`);
});

test("the metrics of a condition are each named once", () => {
  const { condition } = parseRule({ if: "b > 1 and (a > 1 or b < 0) or c != 3" });
  expect(metricsOf(condition)).toEqual(["b", "a", "c"]);
});

const anyComparison: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant("compare" as const),
  metric: fc.string({ minLength: 1, maxLength: 6, unit: "grapheme" }),
  operator: fc.constantFrom(...OPERATORS),
  // −0 is printed as 0.
  limit: fc.double({ noDefaultInfinity: true, noNaN: true }).map((limit) => limit + 0),
});

test("a printed condition is parsed to the same condition, whatever its metrics are called", () => {
  fc.assert(
    fc.property(conditionsOver(anyComparison), (condition) => {
      const text = printed(condition);
      fc.pre(text.length <= RULE_TEXT_MAX && comparisonsIn(condition) <= 16);
      expect(parseRule({ if: text }).condition).toEqual(condition);
    }),
  );
});
