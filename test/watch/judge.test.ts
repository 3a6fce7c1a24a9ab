// Incidents by rules that hold, with and without a baseline: what the fold hands to the judge, by hand.

import fc from "fast-check";
import { type HostIncident, rulesOf } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { RuleHit } from "../../lib/incident/rule-hit.ts";
import { type Draft, isQuiet, type Judged, judge } from "../../lib/watch/judge.ts";
import { baseline, fusedBaseline, START, state } from "../factories.ts";
import { expectLives } from "./lives.ts";

const MINUTE = 60_000;

const FULL: RuleHit = {
  rule: "disk > 95 for 2m",
  severity: "critical",
  since: START - 2 * MINUTE,
  values: [{ metric: "disk", now: 96 }],
};
const hit = (rule: string, severity: RuleHit["severity"] = "warning"): RuleHit => ({ ...FULL, rule, severity });

interface Step {
  /** Minutes after `START`. */
  readonly at: number;
  /** In epsilons; absent: the host is learning. */
  readonly ratio?: number;
  /** What the last minutes say, in epsilons. */
  readonly recent?: number;
  readonly hits?: readonly RuleHit[];
}

function judgedOf({ at, ratio, recent = ratio ?? 0, hits = [] }: Step, reference = baseline()): Judged {
  const time = START + at * MINUTE;
  if (ratio === undefined) return { time, hits };
  const score = ratio * reference.epsilon;
  const attributions = [{ metric: 0, contribution: 2 * score, share: 1 }];
  const explain = () => ({ time, values: Float64Array.of(9), attributions, normalAt: () => undefined });
  return {
    time,
    hits,
    assessment: { score, recent: recent * reference.epsilon, anomaly: ratio > 1, baseline: reference, explain },
  };
}

/** As the fold does it. */
function judged(steps: readonly Step[], reference = baseline()) {
  const draft: Draft = { ...state(), applied: [], suspects: [], pending: [] };
  const [incidents, notices] = [new Map<string, HostIncident>(), [] as Notice[]];
  for (const step of steps) {
    const strange = (step.ratio ?? 0) > 1 || (step.hits ?? []).length > 0;
    if (!isQuiet(draft, strange, step.ratio === undefined))
      judge(draft, judgedOf(step, reference), { incidents, notices });
  }
  return { draft, incidents, notices, kinds: notices.map(({ kind }) => kind) };
}

const minutes = (from: number, count: number, fields: Partial<Step> = { ratio: 0 }): Step[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + i, ...fields }));

describe("a rule that holds", () => {
  test("opens an incident at once, which says what of the sample it looked at", () => {
    const { notices } = judged([...minutes(0, 3), { at: 3, ratio: 0.5, hits: [FULL] }]);
    expect(notices).toEqual([
      {
        kind: "opened",
        incident: {
          ...{ id: expect.any(String), host: "web-07", group: "default", revision: 1 },
          ...{ opened: START + 3 * MINUTE, lastAnomaly: START + 3 * MINUTE, samples: 1, anomalies: 1 },
          ...{
            kind: "anomaly",
            peak: {
              time: START + 3 * MINUTE,
              judgement: { score: 4, epsilon: 8, baseline: { owner: "host#web-07", version: 1 } },
            },
          },
          causes: [],
          rules: [FULL],
        },
      },
    ]);
  });

  test("makes suspects before it part of the incident, with their causes", () => {
    const { notices } = judged([
      { at: 0, ratio: 2 },
      { at: 1, ratio: 0 },
      { at: 2, ratio: 0, hits: [FULL] },
    ]);
    expect(notices).toMatchObject([
      {
        incident: {
          opened: START,
          samples: 3,
          anomalies: 2,
          peak: { judgement: { score: 16 } },
          causes: [{ metric: "cpu" }],
        },
      },
    ]);
  });

  test("holds the incident open as long as it does", () => {
    const open = [{ at: 0, ratio: 0, hits: [FULL] }, ...minutes(1, 20, { ratio: 0, hits: [FULL] })];
    expect(judged([...open, ...minutes(21, 4)]).kinds).toEqual(["opened"]);
    const { notices } = judged([...open, ...minutes(21, 5)]);
    expect(notices[1]).toMatchObject({
      ...{ kind: "resolved" },
      incident: { samples: 26, anomalies: 21, lastAnomaly: START + 20 * MINUTE, resolved: START + 25 * MINUTE },
    });
  });

  test("joins the incident that is open, once, with what it first looked at; a critical one makes it worse", () => {
    const open = minutes(0, 3, { ratio: 2 });
    const again = { ...FULL, values: [{ metric: "disk", now: 99 }] };
    const { notices, draft } = judged([...open, { at: 3, ratio: 0, hits: [FULL] }, { at: 4, ratio: 0, hits: [again] }]);
    expect(notices).toMatchObject([{ kind: "opened" }, { kind: "worsened", incident: { revision: 2, rules: [FULL] } }]);
    expect(notices[0]!.incident).not.toHaveProperty("rules");
    expect(rulesOf(draft.incident!)).toEqual([FULL]);
  });

  test("of more than three, the critical ones are kept, then the first", () => {
    const hits = ["a", "b", "c"].map((rule) => hit(rule));
    const { draft } = judged([
      { at: 0, ratio: 0, hits },
      { at: 1, ratio: 0, hits: [hit("d"), hit("e", "critical")] },
    ]);
    expect(rulesOf(draft.incident!).map(({ rule }) => rule)).toEqual(["e", "a", "b"]);
  });

  test("for six hours is no question of what is normal", () => {
    expect(judged([{ at: 0, ratio: 9, hits: [hit("a")] }, ...minutes(1, 400, { ratio: 2 })]).kinds).toEqual(["opened"]);
  });
});

describe("a host that is learning", () => {
  test("has incidents by rules alone, which end without it", () => {
    const { notices, draft } = judged([...minutes(0, 3, {}), { at: 3, hits: [hit("a")] }, ...minutes(4, 5, {})]);
    expect(notices).toMatchObject([
      {
        kind: "opened",
        incident: { peak: { time: START + 3 * MINUTE }, causes: [] },
      },
      { kind: "resolved", incident: { samples: 6, anomalies: 1, resolved: START + 8 * MINUTE } },
    ]);
    expect(draft.window).toBe(0);
  });

  test("takes the peak of its first baseline, once there is one", () => {
    const { draft } = judged([
      { at: 0, hits: [hit("a")] },
      { at: 1, ratio: 0.5 },
    ]);
    expect(draft.incident).toMatchObject({ peak: { judgement: { score: 4, epsilon: 8, baseline: { version: 1 } } } });
  });

  test("whose baseline was taken away keeps the incident that it found: nobody can say that it is over", () => {
    expect(judged([...minutes(0, 3, { ratio: 2 }), ...minutes(3, 20, {})])).toMatchObject({
      kinds: ["opened"],
      draft: { incident: { samples: 3 } },
    });
  });
});

test("one sample of three times epsilon is enough only where scores are smoothed", () => {
  expect(judged([{ at: 0, ratio: 100 }]).kinds).toEqual([]);
  expect(judged([{ at: 0, ratio: 2.99 }], fusedBaseline()).kinds).toEqual([]);
  expect(judged([{ at: 0, ratio: 3 }], fusedBaseline()).kinds).toEqual(["opened"]);
});

describe("whatever happens to a host", () => {
  const anyStep = fc.record({
    advance: fc.oneof(
      { weight: 12, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.integer({ min: 2, max: 20 }) },
      { weight: 1, arbitrary: fc.constant(240) },
    ),
    times: fc.oneof(fc.constant(1), fc.constant(3), fc.constant(6)),
    ratio: fc.option(fc.constantFrom(0, 0, 0, 0.9, 1.1, 2, 4), { nil: undefined, freq: 10 }),
    hits: fc.oneof(
      { weight: 8, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.subarray(["a", "b", "c", "d"].map((rule) => hit(rule, rule === "d" ? "critical" : "warning"))),
      },
    ),
  });
  const anyLife = fc.array(anyStep, { maxLength: 60 }).map((steps) => {
    let at = 0;
    return steps.flatMap(({ advance, times, ratio, hits }) =>
      Array.from({ length: times }, (): Step => {
        at += advance;
        return { at, hits, ...(ratio === undefined ? {} : { ratio }) };
      }),
    );
  });

  test.each([
    ["a Gaussian", baseline()],
    ["the fused detector", fusedBaseline()],
  ])("its incidents follow one another, each told as it should be: under %s", (_, reference) => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { notices, draft, incidents } = judged(steps, reference);
        expectLives(notices, draft.incident);
        const told = draft.pending.map(({ kind, id, revision }) => ({ kind, id, revision }));
        expect(told).toEqual(notices.map(({ kind, incident: { id, revision } }) => ({ kind, id, revision })));
        expect(new Set(notices.map(({ incident }) => incident.id))).toEqual(new Set(incidents.keys()));
        expect(draft.openings.length).toBeLessThan(4);
        for (const incident of incidents.values()) {
          const { samples, anomalies, opened, peak, rules } = recordOf(incident);
          expect(anomalies).toBeGreaterThanOrEqual(1);
          expect(samples).toBeGreaterThanOrEqual(anomalies);
          expect(peak.time).toBeGreaterThanOrEqual(opened);
          expect((rules ?? []).length).toBeLessThan(4);
          if (rules) expect(rules.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("no four openings within half an hour are told", () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const opened = judged(steps, fusedBaseline()).notices.filter(({ kind }) => kind === "opened");
        for (const [i, { incident }] of opened.slice(3).entries()) {
          expect(recordOf(incident).lastAnomaly - opened[i]!.incident.opened).toBeGreaterThanOrEqual(30 * MINUTE);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("an echo", () => {
  const opened = minutes(0, 3, { ratio: 2 });
  const echo = { ratio: 2, recent: 0.8 };

  test("opens an incident as any score does", () => {
    expect(judged(minutes(0, 3, { ratio: 2, recent: 0.5 })).kinds).toEqual(["opened"]);
  });

  test("is over after ten samples, none of which count as strange", () => {
    expect(judged([...opened, ...minutes(3, 9, echo)]).kinds).toEqual(["opened"]);
    const { notices } = judged([...opened, ...minutes(3, 10, echo)]);
    const counts = { lastAnomaly: START + 2 * MINUTE, resolved: START + 12 * MINUTE, samples: 13, anomalies: 3 };
    expect(notices.slice(1)).toMatchObject([{ kind: "resolved", incident: counts }]);
  });

  test("and sooner where the score itself is calm in between: such a sample counts twice", () => {
    expect(judged([...opened, ...minutes(3, 4, echo), ...minutes(7, 3, { ratio: 0.8 })]).kinds).toEqual([
      "opened",
      "resolved",
    ]);
    expect(judged([...opened, ...minutes(3, 4, echo), ...minutes(7, 2, { ratio: 0.8 })]).kinds).toEqual(["opened"]);
  });

  test("is none where the last minutes were above 0.8 epsilon", () => {
    const { draft, kinds } = judged([...opened, ...minutes(3, 20, { ratio: 2, recent: 0.81 })]);
    expect(kinds).toEqual(["opened"]);
    expect(draft.incident).toMatchObject({ anomalies: 23, lastAnomaly: START + 22 * MINUTE });
  });

  test("a rule that holds goes on counting", () => {
    const { draft } = judged([...opened, ...minutes(3, 20, { ...echo, hits: [FULL] })]);
    expect(draft.incident).toMatchObject({ anomalies: 23 });
  });
});
