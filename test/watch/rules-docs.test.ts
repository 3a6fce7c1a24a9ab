// docs/rules.md is true: these tests try every line of its tables.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MetricPolicy } from "../../lib/watch/policy.ts";
import { parseRule } from "../../lib/watch/rule-text.ts";
import { checkRules } from "../../lib/watch/rules.ts";
import { singleScores } from "../../lib/watch/single-scoring.ts";
import { baseline, part, START } from "../factories.ts";

const page = readFileSync(join(__dirname, "../../docs/rules.md"), "utf8");

/** The cells of the table that begins with this line, without its head. */
function tableOf(head: string): string[][] {
  const [, rest = ""] = page.split(`${head}\n`);
  const lines = rest.slice(0, rest.indexOf("\n\n")).split("\n").slice(1);
  return lines.map((line) => line.slice(2, -2).split(" | "));
}

const rules = tableOf("| rule | sample | holds |");
const refusals = tableOf("| rule | refused with |");
const scores = tableOf("| setting for mem_percent | cpu_user | mem_percent | parts | score | anomaly |");
const bare = (code = "") => code.replace(/^`|`$/g, "");

test("the page has its tables", () => {
  expect([rules.length, refusals.length, scores.length]).toEqual([13, 4, 6]);
});

test("each rule of the page holds for the sample that it states, or does not hold", () => {
  expect(rules.filter(([rule, sample, holds]) => holdsFor(rule, sample) !== (holds === "yes"))).toEqual([]);
});

function holdsFor(rule: string | undefined, sample: string | undefined): boolean {
  const values = (sample ?? "").split(/, (?=\w+ -?\d)/).map((one) => /^(.+) (\S+)$/.exec(one)!);
  const samples = part({ names: values.map(([, name]) => name!), rows: [values.map(([, , value]) => Number(value))] });
  const following = { part: samples, times: samples.times, inOrder: [0], before: 0, interval: 0 };
  const { hits } = checkRules([parseRule({ if: bare(rule) })], [], following);
  return hits.size > 0;
}

test("each wrong rule of the page is rejected with the message that it states", () => {
  for (const [rule, message] of refusals) expect(() => parseRule({ if: bare(rule) })).toThrow(new Error(message));
});

test("the scores of the page are those under its setting for mem_percent", () => {
  for (const [setting, cpu, mem, parts, score, anomaly] of scores) {
    const entry = setting === "none" ? undefined : JSON.parse(bare(setting));
    const ofMem: MetricPolicy | undefined = entry && {
      direction: entry.direction ?? "both",
      minAbsolute: entry.minChange?.absolute ?? 0,
      minRelative: entry.minChange?.relative ?? 0,
    };
    const reference = baseline({ names: ["cpu_user", "mem_percent"], mean: [40, 40], sd: [2, 2] });
    const unscored = { values: Float64Array.of(Number(cpu), Number(mem)), times: [START], inOrder: [0] };
    const policy = { rules: [], metric: (name: string) => (name === "mem_percent" ? ofMem : undefined) };
    if (reference.model.detector !== "gaussian") throw new Error("the page shows a Gaussian");
    const scores = singleScores(reference, reference.model, unscored, policy);
    expect(scores[0]).toBeCloseTo(Number(score), 12);
    expect((parts ?? "").split(" + ").reduce((sum, part) => sum + Number(part), 0)).toBeCloseTo(Number(score), 12);
    expect(scores[0]! > reference.epsilon).toBe(anomaly === "yes");
  }
});

test("the parser takes the rules of the example", () => {
  const { rules } = JSON.parse(/```json\n([^`]*)```/.exec(page)![1]!);
  expect(
    rules.map(
      ({ if: text, for: duration, name }: Record<string, string>) => parseRule({ if: text!, for: duration, name }).text,
    ),
  ).toEqual(["cpu_user > 95 and load1 > 8 for 2m", "disk full", "latency_ms > 2000 or http.5xx_rate > 0.05"]);
});
