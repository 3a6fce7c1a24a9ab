// Hosts that a reconstruction judges, from samples to incidents.
import { causesOf } from "../../lib/incident/incident.ts";
import { fitReconstruction } from "../../lib/model/fit-reconstruction.ts";
import { fold } from "../../lib/watch/fold.ts";
import { isOfWindows } from "../../lib/watch/host-memory.ts";
import type { MetricPolicy } from "../../lib/watch/policy.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";
import { seededRandom } from "../simulation/random.ts";

const NAMES = ["requests", "cpu"];
const ROWS = 2_000;
/** Rows of the history; the story begins behind them. */
const random = seededRandom(1);
const noise = (size: number) => size * (random() + random() + random() - 1.5);
const rows = Array.from({ length: ROWS + 200 }, () => {
  const shared = noise(20);
  return [100 + shared + noise(1), 50 + shared / 2 + noise(1)] as const;
});
const HISTORY = Float64Array.from(rows.slice(0, ROWS).flat());
const TIMES = Float64Array.from({ length: ROWS }, (_, i) => START - (ROWS - i) * 10_000);
const MODEL = fitReconstruction({ metrics: 2, values: HISTORY, times: TIMES });
const BASELINE = { ...baseline({ names: NAMES, epsilon: 3.5 }), model: MODEL };

/** The story: calm, but the CPU is at its usual value whatever the requests are, from row 60 to 90. */
const story = rows.slice(ROWS).map(([requests, cpu], i) => [requests, i >= 60 && i < 90 ? 50 : cpu]);

/** Folds the story in records of this many samples. */
function told(size: number, policyOf?: (name: string) => MetricPolicy | undefined, leave: readonly number[] = []) {
  let current: HostState = state();
  const incidents = new Map<string, ReturnType<typeof fold>["incidents"][number]>();
  const scores: number[] = [];
  const kept = story.map((row, i) => ({ row, time: timeOf(i) })).filter((_, i) => !leave.includes(i));
  for (let i = 0; i < kept.length; i += size) {
    const own = kept.slice(i, i + size);
    const samples = part({ names: NAMES, rows: own.map(({ row }) => row), times: own.map(({ time }) => time) });
    const policy = policyOf && { rules: [], metric: policyOf };
    const folded = fold(current, BASELINE, [arrived(samples)], policy);
    current = folded.state;
    scores.push(...folded.parts.flatMap((one) => one.scores));
    for (const incident of folded.incidents) incidents.set(incident.id, incident);
  }
  return { scores, state: current, incidents: [...incidents.values()] };
}

test("a metric that departs from its partner opens one incident, which shows what the partner predicts", () => {
  const { incidents } = told(6);
  expect(incidents).toHaveLength(1);
  const [incident] = incidents;
  expect(incident).toMatchObject({ kind: "anomaly" });
  expect(incident!.opened).toBeGreaterThanOrEqual(timeOf(60));
  expect(incident!.opened).toBeLessThan(timeOf(70));
  const cpu = causesOf(incident!).find(({ metric }) => metric === "cpu")!;
  expect(cpu).toMatchObject({ now: 50, predicted: true });
  // Half of what the requests are above or below 100, more than the noise.
  expect(Math.abs(cpu.expected - 50)).toBeGreaterThan(2);
  expect(cpu.now < cpu.low || cpu.now > cpu.high).toBe(true);
  expect(cpu.high - cpu.low).toBeLessThan(6);
});

test("records of one sample and of many lead to the same scores, incidents and memory", () => {
  const one = told(1);
  for (const size of [2, 7, 200]) {
    const many = told(size);
    expect(many.scores).toEqual(one.scores);
    expect(many.incidents).toEqual(one.incidents);
    expect(many.state.memory).toEqual(one.state.memory);
  }
});

test("deviations from the prediction that do not count open no incident", () => {
  const none = { direction: "both", minAbsolute: 1_000, minRelative: 0 } as const;
  expect(told(6, () => none).incidents).toEqual([]);
  expect(told(6, (name) => (name === "cpu" ? none : undefined)).incidents).toEqual([]);
});

test("a goodbye keeps the usual levels of the host's metrics, and drops its last samples", () => {
  const { state: before } = told(200);
  const strange = [0, 1, 2].map((i) => timeOf(200 + i));
  const rows = strange.map(() => [900, 0]);
  const open = fold(before, BASELINE, [arrived(part({ names: NAMES, rows, times: strange }))]);
  expect(open.state.incident).toBeDefined();
  const bye = { ...part({ names: NAMES, rows: [[100, 50]], times: [timeOf(203)] }), bye: true as const };
  const { memory } = fold(open.state, BASELINE, [arrived(bye)]).state;
  if (!isOfWindows(memory) || !isOfWindows(before.memory)) throw new Error("the host has no windows");
  expect(memory.past).toHaveLength(0);
  expect([...memory.averages]).toEqual([1, 1]);
  expect(memory.level[0]).toBeCloseTo(before.memory.level[0]!, 0);
});

test("neither a lost sample nor a lost minute opens an incident", () => {
  const whole = told(6).scores;
  const lost = told(6, undefined, [20]).scores;
  expect(lost.slice(0, 20)).toEqual(whole.slice(0, 20));
  for (const score of [...lost.slice(20, 40), ...told(6, undefined, [20, 21, 22, 23, 24, 25]).scores.slice(20, 40)]) {
    expect(score).toBeLessThan(3);
  }
});
