// When rules hold, and for how long they have: stories of one sample every ten seconds.
import fc from "fast-check";
import { type Folded, fold } from "../../lib/watch/fold.ts";
import type { Condition, HostPolicy, Rule } from "../../lib/watch/policy.ts";
import { parseRule, RULE_TEXT_MAX } from "../../lib/watch/rule-text.ts";
import { checkRules } from "../../lib/watch/rules.ts";
import { arrived, bandsBaseline, baseline, part, START, STEP, state, timeOf } from "../factories.ts";
import { compare, comparisonsIn, conditionsOver, OPERATORS, printed } from "./conditions.ts";

const MINUTE = 60_000;

/** The results of rules for one sample by itself. */
function hitsAt(rules: readonly Rule[], names: readonly string[], row: readonly number[]) {
  const samples = { part: part({ names, rows: [row] }), times: [START], inOrder: [0], before: 0, interval: 0 };
  return checkRules(rules, [], samples).hits.get(0) ?? [];
}

const NAMES = ["cpu", "load1", "mem"];

test.each<[string, readonly number[], boolean]>([
  ["cpu > 95", [95, 0, 0], false],
  ["cpu > 95", [95.1, 0, 0], true],
  ["cpu >= 95", [95, 0, 0], true],
  ["cpu < 95", [95, 0, 0], false],
  ["cpu <= 95", [95, 0, 0], true],
  ["cpu == 95", [95, 0, 0], true],
  ["cpu != 95", [95, 0, 0], false],
  ["cpu != 95", [94, 0, 0], true],
  ["cpu > 95 and load1 > 8", [99, 8, 0], false],
  ["cpu > 95 and load1 > 8", [99, 9, 0], true],
  ["cpu > 95 or load1 > 8", [0, 9, 0], true],
  ["cpu > 95 and (load1 > 8 or mem >= 90)", [99, 0, 90], true],
  ["cpu > 95 and (load1 > 8 or mem >= 90)", [0, 9, 90], false],
  ["cpu > 95 and load1 > 8 or mem >= 90", [0, 9, 90], true],
])("%s of %j: %s", (text, row, holds) => {
  expect(hitsAt([parseRule({ if: text })], NAMES, row)).toHaveLength(holds ? 1 : 0);
});

test.each(OPERATORS)("a comparison by %s with a missing value is false", (operator) => {
  const rules = [parseRule({ if: `disk ${operator} 5` }), parseRule({ if: `cpu ${operator} 5` })];
  expect(hitsAt(rules, NAMES, [Number.NaN, 0, 0])).toEqual([]);
  // Nor does it keep the rest from holding.
  expect(hitsAt([parseRule({ if: `disk ${operator} 5 or mem == 1` })], NAMES, [Number.NaN, 0, 1])).toHaveLength(1);
});

test("a parsed condition holds exactly when the condition that it was printed from does", () => {
  const anyValue = fc.constantFrom(-1, 0, 0.5, 1, Number.NaN);
  const anyComparison = fc
    .record({
      metric: fc.constantFrom(...NAMES, "disk"),
      operator: fc.constantFrom(...OPERATORS),
      limit: fc.constantFrom(-1, 0, 0.5, 1),
    })
    .map(({ metric, operator, limit }) => compare(metric, operator, limit));
  fc.assert(
    fc.property(conditionsOver(anyComparison), fc.tuple(anyValue, anyValue, anyValue), (condition, row) => {
      const text = printed(condition);
      fc.pre(text.length <= RULE_TEXT_MAX && comparisonsIn(condition) <= 16);
      const isMet = hitsAt([parseRule({ if: text })], NAMES, row).length > 0;
      expect(isMet).toBe(readAloud(condition, (metric) => row[NAMES.indexOf(metric)]));
    }),
    { numRuns: 500 },
  );
});

function readAloud(condition: Condition, valueAt: (metric: string) => number | undefined): boolean {
  if (condition.kind !== "compare") {
    const met = condition.parts.filter((part) => readAloud(part, valueAt)).length;
    return met === condition.parts.length || (condition.kind === "or" && met > 0);
  }
  const value = valueAt(condition.metric);
  if (value === undefined || Number.isNaN(value)) return false;
  const sign = Math.sign(value - condition.limit);
  return { "<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1], "==": [0], "!=": [-1, 1] }[condition.operator].includes(
    sign,
  );
}

test("a hit gives its rule, severity, beginning and the values that it read, as far as they exist", () => {
  const rule = parseRule({ if: "cpu > 95 or disk > 1 or mem < 5", severity: "critical", name: "busy" });
  expect(hitsAt([rule], ["load1", "mem", "cpu"], [7, Number.NaN, 99.12345678])).toEqual([
    { rule: "busy", severity: "critical", since: START, values: [{ metric: "cpu", now: 99.1235 }] },
  ]);
});

test("the same rules find their metrics in samples with other names", () => {
  const rules = [parseRule({ if: "cpu > 95" })];
  expect(hitsAt(rules, ["cpu", "mem"], [99, 0])).toHaveLength(1);
  expect(hitsAt(rules, ["mem", "cpu"], [99, 0])).toEqual([]);
  expect(hitsAt(rules, ["mem", "cpu"], [0, 99])).toHaveLength(1);
});

describe("for 20s", () => {
  const rules = [parseRule({ if: "cpu > 95 for 20s" })];
  /** "#" is above the limit, "-" below it, " " a sample that did not come. Says of each sample that did whether the rule counts. */
  const told = (signs: string, interval = 0) => {
    const rows = [...signs].flatMap((sign, i) =>
      sign === " " ? [] : [{ value: sign === "#" ? 99 : 1, time: timeOf(i) }],
    );
    const samples = part({ rows: rows.map(({ value }) => [value]), times: rows.map(({ time }) => time) });
    const inOrder = rows.map((_, i) => i);
    const checked = checkRules(rules, [], { part: samples, times: samples.times, inOrder, before: 0, interval });
    return { ...checked, marks: inOrder.map((row) => (checked.hits.has(row) ? "!" : ".")).join("") };
  };

  test.each([
    ["##", ".."],
    ["###", "..!"],
    ["#####", "..!!!"],
    ["##-##-###-", "........!."],
    ["# ##", ".!!"],
    // Three minutes between two samples are no silence, one sample more is.
    [`#${" ".repeat(17)}#`, ".!"],
    [`#${" ".repeat(18)}###`, "...!"],
  ])("%j: %j", (signs, marks) => {
    expect(told(signs).marks).toBe(marks);
  });

  test("a gap of six minutes does not interrupt the run of a host that reports every two", () => {
    expect(told(`#${" ".repeat(35)}#`, 2 * MINUTE).marks).toBe(".!");
    expect(told(`#${" ".repeat(36)}#`, 2 * MINUTE).marks).toBe("..");
  });

  test("the rule holds since the first sample of the run", () => {
    const { held, hits } = told("-##-###");
    expect(held).toEqual([{ text: "cpu > 95 for 20s", since: timeOf(4) }]);
    expect(hits.get(6)).toMatchObject([{ since: timeOf(4) }]);
    expect(told("-##-").held).toEqual([]);
  });
});

const policyOf = (...texts: readonly string[]): HostPolicy => ({
  rules: texts.map((text) => parseRule({ if: text })),
  metric: () => undefined,
});

describe("in the fold", () => {
  const busy = policyOf("cpu > 95 for 20s");
  const samples = (from: number, ...values: readonly number[]) =>
    arrived(part({ rows: values.map((value) => [value]), times: values.map((_, i) => timeOf(from + i)) }));

  test("the state remembers since when a rule holds, until it does not", () => {
    const once = fold(state(), undefined, [samples(0, 1, 99)], busy).state;
    expect(once.rules).toEqual([{ text: "cpu > 95 for 20s", since: timeOf(1) }]);
    const twice = fold(once, undefined, [samples(2, 99)], busy).state;
    expect(twice.rules).toEqual(once.rules);
    expect(fold(twice, undefined, [samples(3, 1)], busy).state.rules).toEqual([]);
  });

  test("late samples and duplicates neither begin, continue nor end a run", () => {
    const before = fold(state(), undefined, [samples(0, 1), samples(2, 99, 99)], busy).state;
    expect(fold(before, undefined, [samples(1, 1)], busy).state.rules).toEqual(before.rules);
    expect(fold(before, undefined, [samples(3, 1)], busy).state.rules).toEqual(before.rules);
    const calm = fold(state(), undefined, [samples(0, 1), samples(2, 1)], busy).state;
    expect(fold(calm, undefined, [samples(1, 99)], busy).state.rules).toEqual([]);
  });

  test.each([
    ["a host that is still learning", undefined],
    ["a host whose detector finds nothing strange", baseline({ mean: [99], sd: [30] })],
  ])("a rule opens an incident once it has held for long enough, and explains it, for %s", (_, reference) => {
    const { notices, state: after } = fold(state(), reference, [samples(0, 1, 99, 99, 99, 99)], busy);
    const hit = {
      rule: "cpu > 95 for 20s",
      severity: "warning",
      since: timeOf(1),
      values: [{ metric: "cpu", now: 99 }],
    };
    expect(notices).toMatchObject([{ kind: "opened", incident: { opened: timeOf(3), rules: [hit], causes: [] } }]);
    expect(after.incident).toMatchObject({ rules: [hit], anomalies: 2 });
    expect(fold(state(), reference, [samples(0, 1, 99, 99, 1, 99, 99)], busy).notices).toEqual([]);
  });

  test("the same samples from the past open no incident", () => {
    const [{ part: old }] = [samples(0, 1, 99, 99, 99)];
    expect(fold(state(), undefined, [arrived(old, timeOf(3) + 3_600_001)], busy)).toMatchObject({ notices: [] });
  });

  test("the state forgets a rule that was removed", () => {
    const before = fold(state(), undefined, [samples(0, 99)], busy).state;
    expect(fold(before, undefined, [samples(1, 99)]).state.rules).toEqual([]);
    expect(fold(before, undefined, [samples(1, 99)], policyOf("cpu > 90")).state.rules).toEqual([
      { text: "cpu > 90", since: timeOf(1) },
    ]);
  });
});

describe.each([
  ["a Gaussian", baseline()],
  ["calendar bands", bandsBaseline({ names: ["cpu"] })],
  ["no baseline", undefined],
])("with rules and limits, under %s", (_, reference) => {
  const policy: HostPolicy = {
    ...policyOf("cpu > 4 for 30s", "cpu < -5", "disk > 1 and cpu > 0"),
    metric: (name) => (name === "cpu" ? { direction: "up", minAbsolute: 4.2, minRelative: 0 } : undefined),
  };
  const anyRow = fc.constantFrom(0, 0, 1, 4.1, 4.5, 6, -6, Number.NaN);
  const anyParts = fc
    .array(
      fc.record({ gap: fc.constantFrom(1, 1, 1, 2, 30), rows: fc.array(anyRow, { minLength: 1, maxLength: 8 }) }),
      {
        minLength: 1,
        maxLength: 10,
      },
    )
    .map((chunks) => {
      let next = 0;
      return chunks.map(({ gap, rows }) => {
        const from = next + gap;
        next = from + rows.length - 1;
        return part({ rows: rows.map((value) => [value]), times: rows.map((_, i) => START + (from + i) * STEP) });
      });
    });

  const foldAll = (batches: readonly (readonly ReturnType<typeof arrived>[])[]) => {
    const steps: Folded[] = [];
    for (const batch of batches) steps.push(fold(steps.at(-1)?.state ?? state(), reference, batch, policy));
    return {
      state: steps.at(-1)!.state,
      notices: steps.flatMap(({ notices }) => notices),
      parts: steps.flatMap(({ parts }) => parts.map(({ scores, flags }) => ({ scores, flags }))),
    };
  };

  test("a sequence leads to the same end however it is cut into batches", () => {
    fc.assert(
      fc.property(anyParts, fc.nat({ max: 9 }), (parts, place) => {
        const sequence = parts.map((one) => arrived(one));
        const whole = foldAll([sequence]);
        expect(foldAll([sequence.slice(0, place), sequence.slice(place)])).toEqual(whole);
        expect(foldAll(sequence.map((one) => [one]))).toEqual(whole);
      }),
    );
  });

  test("samples delivered again change only their count", () => {
    fc.assert(
      fc.property(anyParts, fc.nat(), (parts, place) => {
        const sequence = parts.map((one) => arrived(one));
        const once = foldAll([sequence]).state;
        const again = fold(once, reference, [sequence[place % sequence.length]!], policy);
        expect(again).toMatchObject({ state: { ...once, ingest: again.state.ingest }, notices: [], incidents: [] });
      }),
    );
  });
});
