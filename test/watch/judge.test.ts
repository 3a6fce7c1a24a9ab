// Incidents by rules that hold, with and without a baseline: the fold's input to the judge, by hand.

import fc from "fast-check";
import { type HostIncident, patternsOf, rulesOf, severityOf, subjectsOf } from "../../lib/incident/incident.ts";
import { isOpening, type Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";
import type { RuleHit } from "../../lib/incident/rule-hit.ts";
import { type Draft, isQuiet, judge } from "../../lib/watch/judge.ts";
import type { Judged } from "../../lib/watch/judged.ts";
import type { PendingNotice } from "../../lib/watch/state.ts";
import { bandsBaseline, baseline, START, state } from "../factories.ts";
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
  /** Whether its metric leans towards the threshold, on the average of hours. */
  readonly leaning?: boolean;
  readonly hits?: readonly RuleHit[];
}

function judgedOf({ at, ratio, leaning = false, hits = [] }: Step, reference = baseline()): Judged {
  const time = START + at * MINUTE;
  if (ratio === undefined) return { time, hits };
  const score = ratio * reference.epsilon;
  const attributions = [{ metric: 0, contribution: 2 * score, share: 1 }];
  const explain = () => ({
    time,
    values: Float64Array.of(9),
    attributions,
    alone: [],
    normalAt: () => undefined,
    signOf: () => undefined,
  });
  return {
    time,
    hits,
    assessment: {
      score,
      standing: () => score,
      leans: () => leaning,
      anomaly: ratio > 1,
      baseline: reference,
      explain,
    },
  };
}

/** As the fold does it, and each notice is sent before the next sample. */
function judged(steps: readonly Step[], reference = baseline()) {
  const draft: Draft = { ...state(), applied: [], pending: [] };
  const [incidents, notices] = [new Map<string, HostIncident>(), [] as Notice[]];
  const decided: PendingNotice[] = [];
  for (const step of steps) {
    const strange = (step.ratio ?? 0) > 1 || (step.hits ?? []).length > 0;
    if (!isQuiet(draft, strange, step.ratio === undefined))
      judge(draft, judgedOf(step, reference), { incidents, notices });
    decided.push(...draft.pending.splice(0));
  }
  return { draft, incidents, notices, decided, kinds: notices.map(({ kind }) => kind) };
}

const minutes = (from: number, count: number, fields: Partial<Step> = { ratio: 0 }): Step[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + i, ...fields }));

test("another rule within the hour opens a new incident, and the same one reopens the old", () => {
  const again = (rule: string) => [
    { at: 0, ratio: 0, hits: [hit("a")] },
    ...minutes(1, 8),
    { at: 9, ratio: 0, hits: [hit(rule)] },
  ];
  expect(judged(again("b")).kinds).toEqual(["opened", "resolved", "opened"]);
  expect(judged(again("a")).kinds).toEqual(["opened", "resolved", "unstable"]);
});

describe("a rule that holds", () => {
  test("opens an incident at once, with the values of the sample", () => {
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
          patterns: ["rule disk > 95 for 2m"],
        },
      },
    ]);
  });

  test("holds the incident open as long as it does", () => {
    const open = [{ at: 0, ratio: 0, hits: [FULL] }, ...minutes(1, 20, { ratio: 0, hits: [FULL] })];
    // Six minutes of calm, which are more than a quarter of its 20.
    expect(judged([...open, ...minutes(21, 5)]).kinds).toEqual(["opened"]);
    const { notices } = judged([...open, ...minutes(21, 6)]);
    expect(notices[1]).toMatchObject({
      ...{ kind: "resolved" },
      incident: { samples: 27, anomalies: 21, lastAnomaly: START + 20 * MINUTE, resolved: START + 26 * MINUTE },
    });
  });

  test("joins the open incident once, and keeps its values current; a critical one makes it worse", () => {
    const open = minutes(0, 3, { ratio: 2 });
    const again = { ...FULL, values: [{ metric: "disk", now: 99 }] };
    const { notices, draft } = judged([...open, { at: 3, ratio: 0, hits: [FULL] }, { at: 4, ratio: 0, hits: [again] }]);
    expect(notices).toMatchObject([{ kind: "opened" }, { kind: "worsened", incident: { revision: 2, rules: [FULL] } }]);
    expect(notices[0]!.incident).not.toHaveProperty("rules");
    expect(rulesOf(draft.incident!)).toEqual([again]);
  });

  test("stays in the incident with at most two others: the critical ones come before, then the first", () => {
    const hits = ["a", "b", "c"].map((rule) => hit(rule));
    const { draft } = judged([
      { at: 0, ratio: 0, hits },
      { at: 1, ratio: 0, hits: [hit("d"), hit("e", "critical")] },
    ]);
    expect(rulesOf(draft.incident!).map(({ rule }) => rule)).toEqual(["e", "a", "b"]);
  });

  test("for six hours brings no question about a new normal", () => {
    expect(judged([{ at: 0, ratio: 9, hits: [hit("a")] }, ...minutes(1, 400, { ratio: 2 })]).kinds).toEqual(["opened"]);
  });
});

describe("a host that is learning", () => {
  test("has incidents by rules alone, which end without it", () => {
    const { notices, draft } = judged([...minutes(0, 3, {}), { at: 3, hits: [hit("a")] }, ...minutes(4, 6, {})]);
    expect(notices).toMatchObject([
      {
        kind: "opened",
        incident: { peak: { time: START + 3 * MINUTE }, causes: [] },
      },
      { kind: "resolved", incident: { samples: 7, anomalies: 1, resolved: START + 9 * MINUTE } },
    ]);
    expect(draft).not.toHaveProperty("incident");
  });

  test("takes the peak of its first baseline, once there is one", () => {
    const { draft } = judged([
      { at: 0, hits: [hit("a")] },
      { at: 1, ratio: 0.5 },
    ]);
    expect(draft.incident).toMatchObject({ peak: { judgement: { score: 4, epsilon: 8, baseline: { version: 1 } } } });
  });

  test("whose baseline was taken away keeps its open incident: nothing can tell that it is over", () => {
    expect(judged([...minutes(0, 3, { ratio: 2 }), ...minutes(3, 20, {})])).toMatchObject({
      kinds: ["opened"],
      draft: { incident: { samples: 3 } },
    });
  });
});

// For the Gaussian of one metric ½ is usual, and 8 is epsilon: .6 of the way is 5, which is .625 of epsilon.
describe.each([
  ["a Gaussian", baseline(), 0.625],
  ["calendar bands", bandsBaseline(), 0.6],
])("under %s", (_, reference, clear) => {
  const opened: Step[] = [{ at: 0, ratio: 2 }];

  test("one sample opens an incident: its score covers several", () => {
    expect(judged([{ at: 0, ratio: 1.01 }], reference).kinds).toEqual(["opened"]);
    expect(judged([{ at: 0, ratio: 1 }], reference).kinds).toEqual([]);
  });

  test("an incident ends after six minutes of scores clear of epsilon", () => {
    const { draft } = judged([...opened, ...minutes(1, 20, { ratio: clear + 0.01 })], reference);
    expect(draft.incident).toMatchObject({ anomalies: 21, lastAnomaly: START + 20 * MINUTE });
    expect(judged([...opened, ...minutes(1, 5, { ratio: clear })], reference).kinds).toEqual(["opened"]);
    const { notices } = judged([...opened, ...minutes(1, 6, { ratio: clear })], reference);
    const counts = { lastAnomaly: START, resolved: START + 6 * MINUTE, samples: 7, anomalies: 1 };
    expect(notices.slice(1)).toMatchObject([{ kind: "resolved", incident: counts }]);
  });

  test("an incident needs a quarter of its length of calm, at most two hours", () => {
    const long = minutes(0, 101, { ratio: 2 }); // 100 minutes
    expect(judged([...long, ...minutes(101, 24)], reference).kinds).toEqual(["opened"]);
    expect(judged([...long, ...minutes(101, 25)], reference).kinds).toEqual(["opened", "resolved"]);
    const whole = minutes(0, 1_000, { ratio: 1.5, hits: [hit("a")] });
    expect(judged([...whole, ...minutes(1_000, 119)], reference).kinds).toEqual(["opened"]);
    expect(judged([...whole, ...minutes(1_000, 120)], reference).kinds).toEqual(["opened", "resolved"]);
  });

  test("scores that only hover below epsilon hold an incident open for six hours after the last one above", () => {
    const hovering = (from: number, count: number) => minutes(from, count, { ratio: 0.9 });
    expect(judged([...opened, ...hovering(1, 359)], reference).kinds).toEqual(["opened"]);
    const { notices } = judged([...opened, ...hovering(1, 360)], reference);
    expect(notices[1]).toMatchObject({ kind: "resolved", incident: { resolved: START + 360 * MINUTE } });
    // At the age of six hours people are asked whether it is the new normal.
    const again = [...opened, ...hovering(1, 299), { at: 300, ratio: 1.1 }];
    expect(judged([...again, ...hovering(301, 359)], reference).kinds).toEqual(["opened", "shifted"]);
    expect(judged([...again, ...hovering(301, 360)], reference).kinds).toEqual(["opened", "shifted", "resolved"]);
  });

  test("an incident is not over while its cause leans towards the threshold, and settles after three days", () => {
    const leaning = { ratio: 0, leaning: true };
    expect(judged([...opened, ...minutes(1, 4_319, leaning)], reference).kinds).toEqual(["opened"]);
    const { notices } = judged([...opened, ...minutes(1, 4_320, leaning)], reference);
    expect(notices[1]).toMatchObject({ kind: "resolved", incident: { ending: "settled" } });
  });
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
    ["calendar bands", bandsBaseline()],
  ])("its incidents follow one another, each announced in order: under %s", (_, reference) => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { notices, draft, incidents, decided } = judged(steps, reference);
        expectLives(notices, draft.incident);
        const told = decided.map(({ kind, id, revision }) => ({ kind, id, revision }));
        expect(told).toEqual(notices.map(({ kind, incident: { id, revision } }) => ({ kind, id, revision })));
        expect(new Set(notices.map(({ incident }) => incident.id))).toEqual(new Set(incidents.keys()));
        expect(draft.lapsed.length).toBeLessThan(5);
        for (const incident of incidents.values()) {
          const { samples, anomalies, opened, peak, rules, unstable } = recordOf(incident);
          expect(anomalies).toBeGreaterThanOrEqual(1);
          expect(samples).toBeGreaterThanOrEqual(anomalies);
          if (!unstable) expect(peak.time).toBeGreaterThanOrEqual(opened);
          expect((rules ?? []).length).toBeLessThan(4);
          if (rules) expect(rules.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("trouble that comes back within an hour of its end is never announced as new", () => {
    fc.assert(
      fc.property(anyLife, (steps) => {
        const { notices } = judged(steps);
        const ends = notices.filter(({ kind, incident }) => kind === "resolved" && !recordOf(incident).unstable);
        for (const { kind, incident } of notices) {
          const [subject = ""] = subjectsOf(incident as HostIncident);
          const last = ends.findLast(({ incident: { resolved = 0 } }) => resolved <= incident.opened)?.incident;
          const isBack = last && incident.opened - last.resolved! < 60 * MINUTE && patternsOf(last).includes(subject);
          if (isBack && isOpening(kind)) expect(kind).toBe("unstable");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a host that is judged by its group's baseline", () => {
  const group = baseline({ owner: "group#web" });

  test("only gets warnings from its score, however strange it is", () => {
    const { kinds, draft } = judged(minutes(0, 5, { ratio: 50 }), group);
    expect(kinds).toEqual(["opened"]);
    expect(severityOf(draft.incident!)).toBe("warning");
    expect(severityOf(judged(minutes(0, 5, { ratio: 50 })).draft.incident!)).toBe("critical");
  });

  test("is critical by a critical rule", () => {
    const { draft } = judged([{ at: 0, ratio: 50, hits: [hit("a", "critical")] }], group);
    expect(severityOf(draft.incident!)).toBe("critical");
  });
});
