// Hosts that an ensemble judges, from samples to incidents.
import { causesOf } from "../../lib/incident/incident.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { Ensemble, Single } from "../../lib/model/detector.ts";
import type { Combination } from "../../lib/model/ensemble.ts";
import { fitBands } from "../../lib/model/fit-bands.ts";
import { fitMemoryless } from "../../lib/model/fit-memoryless.ts";
import { fitReconstruction } from "../../lib/model/fit-reconstruction.ts";
import { render } from "../../lib/notify/render.ts";
import { accepted } from "../../lib/store/formats.ts";
import { hostOfItem, itemOfHost } from "../../lib/store/host-item.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { fold } from "../../lib/watch/fold.ts";
import { isOfMembers } from "../../lib/watch/host-memory.ts";
import type { MetricPolicy } from "../../lib/watch/policy.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";
import { seededRandom } from "../simulation/random.ts";

const NAMES = ["requests", "cpu"];
const ROWS = 2_000;
const random = seededRandom(1);
const noise = (size: number) => size * (random() + random() + random() - 1.5);
const rows = Array.from({ length: ROWS + 200 }, () => {
  const shared = noise(20);
  return [100 + shared + noise(1), 50 + shared / 2 + noise(1)] as const;
});
const VALUES = Float64Array.from(rows.slice(0, ROWS).flat());
const TIMES = Float64Array.from({ length: ROWS }, (_, i) => START - (ROWS - i) * 10_000);
const HISTORY = { metrics: 2, values: VALUES, times: TIMES };
const RECONSTRUCTION = { model: fitReconstruction(HISTORY), epsilon: 3.5 };
const GAUSSIAN = {
  model: fitMemoryless("gaussian", VALUES, 2, { covariance: "diagonal", seed: 0 }),
  epsilon: 6,
};
const BANDS = { model: fitBands(HISTORY, NAMES, "UTC"), epsilon: 1 };

const judgedBy = (model: Baseline["model"], epsilon: number) => ({ ...baseline({ names: NAMES, epsilon }), model });
const ensembleOf = (by: Combination, members: readonly { readonly model: Single; readonly epsilon: number }[]) =>
  judgedBy({ detector: "ensemble", by, members } satisfies Ensemble, 1);

/** Calm, but from row 60 to 90 the requests are far above usual and the CPU stays where it is. */
const story = rows
  .slice(ROWS)
  .map(([requests, cpu], i) => (i >= 60 && i < 90 ? [requests + 60, cpu] : [requests, cpu]));

/** Folds the story in records of so many samples; `stored`: each state is written and read before the next record. */
function told(by: Baseline, size: number, policyOf?: (name: string) => MetricPolicy | undefined, stored = false) {
  let current: HostState = state();
  const incidents = new Map<string, ReturnType<typeof fold>["incidents"][number]>();
  const scores: number[] = [];
  for (let i = 0; i < story.length; i += size) {
    const own = story.slice(i, i + size);
    const samples = part({ names: NAMES, rows: own.map((row) => [...row]), times: own.map((_, k) => timeOf(i + k)) });
    const policy = policyOf && { rules: [], metric: policyOf };
    const folded = fold(current, by, [arrived(samples)], policy);
    current = stored ? accepted(hostOfItem(itemOfHost(folded.state))) : folded.state;
    scores.push(...folded.parts.flatMap((one) => one.scores));
    for (const incident of folded.incidents) incidents.set(incident.id, incident);
  }
  return { scores, state: current, incidents: [...incidents.values()] };
}

const BOTH = ensembleOf("geometric-mean", [RECONSTRUCTION, GAUSSIAN]);

test("the score is the combination of what each detector alone scores, over its own limit", () => {
  const [first, second] = [RECONSTRUCTION, GAUSSIAN].map(({ model, epsilon }) =>
    told(judgedBy(model, epsilon), 7).scores.map((score) => score / epsilon),
  );
  const expected: Record<Combination, (a: number, b: number) => number> = {
    "geometric-mean": (a, b) => Math.sqrt(a * b),
    mean: (a, b) => (a + b) / 2,
    maximum: Math.max,
    vote: Math.min,
  };
  for (const [by, of] of Object.entries(expected)) {
    const { scores } = told(ensembleOf(by as Combination, [RECONSTRUCTION, GAUSSIAN]), 7);
    expect(scores).toHaveLength(200);
    for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(of(first![i]!, second![i]!), 9);
  }
});

test("records of one sample and of many, kept in memory or stored, lead to the same scores and incidents", () => {
  for (const by of [BOTH, ensembleOf("mean", [BANDS, GAUSSIAN, RECONSTRUCTION])]) {
    const one = told(by, 1);
    expect(one.incidents.length).toBeGreaterThan(0);
    for (const [size, stored] of [
      [7, false],
      [200, false],
      [7, true],
    ] as const) {
      const many = told(by, size, undefined, stored);
      expect(many.scores).toEqual(one.scores);
      expect(many.incidents).toEqual(one.incidents);
      expect(many.state.memory).toEqual(one.state.memory);
    }
  }
});

test("an incident keeps each member's score at its peak, and its message shows it", () => {
  const { scores, incidents } = told(BOTH, 6);
  expect(incidents).toHaveLength(1);
  const [incident] = incidents;
  if (incident?.kind !== "anomaly") throw new Error("expected an anomaly");
  const { peak } = recordOf(incident);
  expect(peak.score).toBe(Math.max(...scores));
  expect(peak.members!.map(({ detector }) => detector)).toEqual(["reconstruction", "gaussian"]);
  const [a, b] = peak.members!.map(({ ratio }) => ratio);
  // The ratios are rounded to six digits.
  expect(Math.sqrt(a! * b!) / peak.score).toBeCloseTo(1, 5);
  const { email } = render({ kind: "opened", incident }, { stack: "", now: timeOf(200) });
  expect(email).toMatch(/each detector by its own limit: reconstruction [\d.]+, gaussian [\d.]+\./);
});

test("the metric that is out comes first, with shares of the whole score", () => {
  const [incident] = told(BOTH, 6).incidents;
  if (incident?.kind !== "anomaly") throw new Error("expected an anomaly");
  const causes = causesOf(incident);
  expect(causes[0]!.metric).toBe("requests");
  expect(causes.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-6);
  // It is the first of both members at the peak, so it counts as the whole score when its limit is asked for.
  expect(causes[0]!.contribution / recordOf(incident).peak.score).toBeCloseTo(1, 4);
  // What is usual comes from the first member: no bands are among them.
  expect(causes[0]!.now > causes[0]!.high).toBe(true);
});

test("a metric that does not count has no part in any member's score", () => {
  const none = { direction: "both", minAbsolute: 1_000, minRelative: 0 } as const;
  for (const by of ["geometric-mean", "mean", "maximum"] as const) {
    const judged = ensembleOf(by, [RECONSTRUCTION, GAUSSIAN]);
    const { scores, incidents } = told(judged, 6, (name) => (name === "requests" ? none : undefined));
    expect(incidents).toEqual([]);
    expect(Math.max(...scores)).toBeLessThan(1);
  }
});

test("a vote of two needs both: what one alone finds strange opens nothing", () => {
  const deaf = { ...GAUSSIAN, epsilon: 1e6 };
  expect(told(ensembleOf("vote", [RECONSTRUCTION, deaf]), 6).incidents).toEqual([]);
  expect(told(ensembleOf("maximum", [RECONSTRUCTION, deaf]), 6).incidents).toHaveLength(1);
});

test("a host that says goodbye keeps none of its last samples, for any member", () => {
  const { state: before } = told(BOTH, 200);
  const strange = [0, 1, 2].map((i) => timeOf(200 + i));
  const wild = part({ names: NAMES, rows: strange.map(() => [900, 0]), times: strange });
  const during = fold(before, BOTH, [arrived(wild)]).state;
  expect(during.incident).toBeDefined();
  const bye = { ...part({ names: NAMES, rows: [[900, 0]], times: [timeOf(203)] }), bye: true as const };
  const { memory } = fold(during, BOTH, [arrived(bye)]).state;
  if (!isOfMembers(memory)) throw new Error("expected the memory of an ensemble");
  const [windows, scores] = memory.members;
  expect(windows && "past" in windows && [...windows.past]).toEqual([]);
  expect(scores).toEqual({ last: new Float64Array(4) });
});

test("a memory of another detector says nothing to an ensemble, and its memory nothing to another", () => {
  const alone = judgedBy(GAUSSIAN.model, GAUSSIAN.epsilon);
  const next = part({ names: NAMES, rows: [[100, 50]], times: [timeOf(200)] });
  for (const [first, second] of [
    [BOTH, alone],
    [alone, BOTH],
  ] as const) {
    const { memory: _, ...fresh } = told(first, 200).state;
    const after = (from: HostState) => fold(from, second, [arrived(next)]).parts[0]!.scores;
    expect(after(told(first, 200).state)).toEqual(after(fresh));
  }
});
