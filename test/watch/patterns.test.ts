// Trouble that joins an open incident, and its messages: samples of three metrics, by hand.

import type { AnomalyIncident, HostIncident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { type Draft, judge } from "../../lib/watch/judge.ts";
import type { Judged } from "../../lib/watch/judged.ts";
import { baseline, START, state } from "../factories.ts";

const MINUTE = 60_000;
const METRICS = ["latency", "cpu", "disk"];
const REFERENCE = { ...baseline(), schema: { id: "0".repeat(16), names: METRICS } };

/** Each metric's excess over its limit, in epsilons; the score is the largest. One is "stuck" at its usual value. */
type Beyond = Readonly<Record<string, number>>;

const indexOf = (name: string) => METRICS.indexOf(name.replace("stuck ", ""));

function sample(at: number, beyond: Beyond, rules: readonly string[]): Judged {
  const time = START + at * MINUTE;
  const { epsilon } = REFERENCE;
  const attributions = Object.entries(beyond)
    .sort(([, a], [, b]) => b - a)
    .map(([name, ratio]) => ({ metric: indexOf(name), contribution: ratio * epsilon, share: 0.5 }));
  const isStuck = (name: string) => beyond[`stuck ${name}`] !== undefined;
  const score = attributions[0]?.contribution ?? 0;
  const explain = () => ({
    ...{ time, values: Float64Array.from(METRICS, (name) => (isStuck(name) ? 0 : 1e6)), attributions },
    normalAt: () => undefined,
    signOf: () => undefined,
    alone: attributions.filter(({ contribution }) => contribution > epsilon),
  });
  const hits = rules.map((rule) => ({ rule, severity: "critical" as const, since: time, values: [] }));
  return {
    time,
    hits,
    assessment: {
      ...{ score, anomaly: score > epsilon, standing: () => score, leans: () => false },
      ...{ baseline: REFERENCE, explain },
    },
  };
}

/** Minutes from inclusive to exclusive, and the metrics beyond their limits in them; `rule` holds then. */
type Spell = readonly [from: number, to: number, beyond: Beyond, ...rules: string[]];

function notices(...spells: readonly Spell[]): readonly Notice[] {
  return judged(spells, true).notices;
}

/** The notices of a sample each minute; each is sent within the minute, or all wait. */
function judged(spells: readonly Spell[], sends: boolean) {
  const draft: Draft = { ...state(), applied: [], pending: [] };
  const outcome = { incidents: new Map<string, HostIncident>(), notices: [] as Notice[] };
  for (let at = 0; at < Math.max(...spells.map(([, to]) => to)); at++) {
    if (sends) draft.pending = [];
    const now = spells.filter(([from, to]) => from <= at && at < to);
    judge(
      draft,
      sample(
        at,
        Object.assign({}, ...now.map(([, , beyond]) => beyond)),
        now.flatMap(([, , , ...rules]) => rules),
      ),
      outcome,
    );
  }
  return { notices: outcome.notices, incident: draft.incident as AnomalyIncident };
}

const HOURS = 300;
const inBrief = (all: readonly Notice[]) =>
  all.map(({ kind, incident }) => [
    kind,
    incident.kind !== "silent" && incident.causes.map(({ metric }) => metric).join(" "),
    (incident.kind === "anomaly" ? incident.peak.time - START : 0) / MINUTE,
  ]);

test("a metric that leaves its band hours after another is announced, however small beside it", () => {
  const told = notices([0, HOURS, { latency: 1000 }], [60, HOURS, { cpu: 4 }]);
  expect(inBrief(told)).toEqual([
    ["opened", "latency", 0],
    ["also", "cpu", 62],
  ]);
  expect(told[1]!.incident).toMatchObject({ id: told[0]!.incident.id, revision: 2 });
});

test("trouble that joins has a severity of its own, which text messages and filters use", () => {
  const [, also] = notices([0, HOURS, { latency: 1000 }], [60, HOURS, { cpu: 2 }]);
  // Two times epsilon: below the three times that are critical.
  expect(also!.incident).toMatchObject({ peak: { judgement: { score: 2 * REFERENCE.epsilon } } });
});

test("each metric is announced once, even if it comes back", () => {
  const twice = notices([0, HOURS, { latency: 9 }], [60, 90, { cpu: 4 }], [150, 200, { cpu: 4 }]);
  expect(inBrief(twice)).toHaveLength(2);
});

test("a metric that joins within ten minutes of the opening is not announced", () => {
  expect(inBrief(notices([0, HOURS, { latency: 9 }], [8, HOURS, { cpu: 4 }]))).toHaveLength(1);
});

test("a stuck metric is announced once, even when its range moves away from it; another metric is announced", () => {
  const stuck = notices([0, 100, { "stuck latency": 2 }], [100, HOURS, { latency: 2 }], [200, HOURS, { cpu: 2 }]);
  expect(inBrief(stuck)).toEqual([
    ["opened", "latency", 0],
    ["also", "cpu", 202],
  ]);
});

test("a metric that joins within ten minutes of the message that a warning is critical is not announced", () => {
  const kinds = (from: number) =>
    notices([0, HOURS, { latency: 2 }], [60, HOURS, { cpu: 4 }], [from, HOURS, { disk: 2 }]).map(({ kind }) => kind);
  expect(kinds(67)).toEqual(["opened", "worsened"]);
  expect(kinds(73)).toEqual(["opened", "worsened", "also"]);
});

test("two odd samples do not join an incident", () => {
  expect(inBrief(notices([0, HOURS, { latency: 9 }], [60, 62, { cpu: 4 }], [100, 102, { cpu: 4 }]))).toHaveLength(1);
});

test("a metric that joins within ten minutes of other trouble is not announced, a later one is", () => {
  const until = (from: number) =>
    inBrief(notices([0, HOURS, { latency: 9 }], [60, HOURS, { cpu: 4 }], [from, HOURS, { disk: 5 }]));
  expect(until(71)).toHaveLength(2);
  expect(until(73)).toEqual([
    ["opened", "latency", 0],
    ["also", "cpu", 62],
    ["also", "disk", 75],
  ]);
});

test("a rule that begins to hold is announced at once, and once", () => {
  const told = notices([0, HOURS, { latency: 9 }], [5, HOURS, {}, "disk > 95"]);
  expect(told.map(({ kind }) => kind)).toEqual(["opened", "also"]);
  expect(told[1]!.incident).toMatchObject({
    causes: [],
    rules: [{ rule: "disk > 95" }],
    peak: { time: START + 5 * MINUTE },
  });
});

test("a message of other trouble that waits takes in the trouble that joins next", () => {
  const spells: Spell[] = [
    [0, HOURS, { latency: 9 }],
    [60, HOURS, { cpu: 4 }],
    [80, HOURS, { disk: 5 }],
  ];
  const { notices: told, incident } = judged(spells, false);
  expect(told.map(({ kind }) => kind)).toEqual(["opened", "also"]);
  expect(incident).toMatchObject({ revision: 2, also: { causes: [{ metric: "disk" }, { metric: "cpu" }] } });
});

test("trouble that makes a warning critical is announced once, as critical", () => {
  const told = notices([0, HOURS, { latency: 2 }], [60, HOURS, { cpu: 4 }]);
  expect(inBrief(told).map(([kind, causes]) => [kind, causes])).toEqual([
    ["opened", "latency"],
    ["worsened", "cpu latency"],
  ]);
  // Its reminder counts from there.
  expect(told[1]!.incident).toMatchObject({ worsened: START + 60 * MINUTE });
});
