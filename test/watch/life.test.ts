// The course of an incident, in minutes: one sample each, unless a story says otherwise.

import fc from "fast-check";
import type { Cause } from "../../lib/incident/cause.ts";
import { type HostIncident, severityOf } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";
import { seededRandom } from "../../lib/model/random.ts";
import { fold } from "../../lib/watch/fold.ts";
import { asReturned } from "../../lib/watch/life.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident } from "../contract/examples.ts";
import { arrived, baseline, part, START, state } from "../factories.ts";

const MINUTE = 60_000;

/**
 * Scores of 0, 4.9 (clear of epsilon 8: .6 of the way from a usual ½ is 5), 7 (not clear), 9 (1.13), 16 (twice) and 25
 * (3.1 times epsilon): x² / 2 of the metric's value. The third largest of five counts.
 */
const SCORES: Readonly<Record<string, number>> = { ".": 0, "-": 4.9, "~": 7, "!": 9, "%": 16, "#": 25 };

/** Sample by sample, and each notice is sent before the next one. */
function told(signs: string, before: HostState = state(), from = 0, reference = baseline(), stepMs = MINUTE) {
  const notices: Notice[] = [];
  const incidents = new Map<string, HostIncident>();
  let after = before;
  for (const [n, sign] of [...signs].entries()) {
    const samples = part({ rows: [[Math.sqrt(2 * SCORES[sign]!)]], times: [START + (from + n) * stepMs] });
    const folded = fold({ ...after, pending: [] }, reference, [arrived(samples)]);
    notices.push(...folded.notices);
    for (const incident of folded.incidents) incidents.set(incident.id, incident);
    after = folded.state;
  }
  return { state: after, notices, incidents: [...incidents.values()] };
}

function said(signs: string, stepMs = MINUTE): string[] {
  const { notices } = told(signs, state(), 0, baseline(), stepMs);
  return notices.map(({ kind, incident: { opened, resolved } }) => {
    const at = kind === "resolved" ? resolved! : opened;
    return `${kind} ${(at - START) / stepMs}`;
  });
}

describe("a score near epsilon", () => {
  // Three anomalies of five make one of the two samples behind them, too.
  test.each([
    ["!!!.......", ["opened 2"]],
    ["!!!........", ["opened 2", "resolved 10"]],
    ["!!!--------", ["opened 2", "resolved 10"]],
    ["!!!~~~~~~~~~~~~", ["opened 2"]],
    ["!!!.....~~~.......", ["opened 2"]],
    ["!!!.....~~~........", ["opened 2", "resolved 18"]],
    ["!!!.....~.~.........", ["opened 2", "resolved 10"]],
    ["~~~~~~~~~~~~~~~", []],
  ])("the story %j gives %j", (signs, expected) => {
    expect(said(signs)).toEqual(expected);
  });
});

describe("worse", () => {
  test("an incident from three times epsilon sends one message, and no more until its end", () => {
    expect(said("!!!###!###........")).toEqual(["opened 2", "worsened 2", "resolved 17"]);
  });

  test("an incident that becomes critical before its opening is sent needs one message only", () => {
    const rows = [..."!!!###"].map((sign) => [Math.sqrt(2 * SCORES[sign]!)]);
    const { notices, state: after } = fold(state(), baseline(), [arrived(part({ rows }))]);
    expect(notices).toMatchObject([{ kind: "opened", incident: { revision: 1 } }]);
    expect(after.pending).toMatchObject([{ kind: "opened", revision: 1 }]);
    expect(severityOf(after.incident!)).toBe("critical");
  });

  test("an incident that opens critical sends no message that it becomes critical", () => {
    expect(said("###!###")).toEqual(["opened 2"]);
  });

  test("each notice carries the next revision and the facts known at its time", () => {
    const { notices, incidents, state: after } = told("!!!###........");
    expect(notices).toMatchObject([
      { kind: "opened", incident: { revision: 1, samples: 1, peak: { judgement: { score: expect.closeTo(9) } } } },
      { kind: "worsened", incident: { revision: 2, samples: 4, peak: { judgement: { score: expect.closeTo(25) } } } },
      { kind: "resolved", incident: { revision: 3, samples: 12 } },
    ]);
    expect(incidents).toEqual([notices[2]!.incident]);
    expect(after.pending.map(({ kind, revision }) => [kind, revision])).toEqual([["resolved", 3]]);
  });

  test("the peak is the sample furthest beyond its own epsilon, so that it stays critical under a new baseline", () => {
    const [worse, better] = [baseline({ version: 2, epsilon: 15 }), baseline({ version: 2, epsilon: 4 })];
    // 25 / 8 = 3.1, 25 / 15 = 1.7, 25 / 4 = 6.3.
    const before = told("###").state;
    const same = told(".....%%%", before, 3, worse).state.incident!;
    expect(same).toMatchObject({
      peak: { judgement: { score: expect.closeTo(25), epsilon: 8, baseline: { version: 1 } } },
    });
    expect(severityOf(same)).toBe("critical");
    expect(told(".....%%%", before, 3, better).state.incident).toMatchObject({
      // The persistent score of the samples before, under the new baseline.
      ...{ peak: { judgement: { score: expect.closeTo(25), epsilon: 4, baseline: { version: 2 } } } },
    });
  });
});

describe("unstable", () => {
  /** At three samples a minute: opened by the third, over with the 23rd, six minutes after the fifth. */
  const STEP = 20_000;
  const flap = `!!!${".".repeat(20)}`;
  const later = (signs: string, before: HostState, from: number) => told(signs, before, from, baseline(), STEP).notices;

  test("an incident that comes back within an hour is unstable, and stays open until an hour has no anomaly", () => {
    const times = ["opened 2", "resolved 22", "unstable 25"];
    expect(said(flap.repeat(5), STEP)).toEqual(times);
    // Of three, the last anomaly is the 50th; 180 samples are an hour.
    const end = `${flap.repeat(3)}${".".repeat(161)}`;
    expect(said(end, STEP)).toEqual(times);
    expect(said(`${end}.`, STEP).at(-1)).toBe("resolved 230");
    expect(told(`${end}.`, state(), 0, baseline(), STEP).notices.at(-1)).toMatchObject({
      kind: "resolved",
      incident: { unstable: true, revision: 2 },
    });
  });

  test("an unstable incident sends one more message only when it becomes critical", () => {
    expect(said(`${flap.repeat(2)}###.....###`, STEP).slice(2)).toEqual(["unstable 25", "worsened 25"]);
  });

  test("trouble that was critical before it came back is critical from the start, without a further message", () => {
    expect(said(`###${".".repeat(20)}!!!.....###`, STEP)).toEqual(["opened 2", "resolved 22", "unstable 25"]);
  });

  test("trouble an hour after the end is a new incident", () => {
    const { state: after } = told(flap, state(), 0, baseline(), STEP);
    // Its end is the 22nd sample, 180 before the 202nd.
    expect(later(`${".".repeat(176)}!!!`, after, 23)).toMatchObject([{ kind: "unstable" }]);
    expect(later(`${".".repeat(177)}!!!`, after, 23)).toMatchObject([{ kind: "opened" }]);
  });

  test("where samples are five minutes apart, 36 of them count in place of an hour", () => {
    // Opened by the third sample and over with the seventh, ten minutes after the fifth; 36 samples later is the 43rd.
    const [calm, slowly] = [(n: number) => ".".repeat(n), 5 * MINUTE];
    expect(said(`!!!${calm(36)}!!!`, slowly)).toEqual(["opened 2", "resolved 6", "unstable 41"]);
    expect(said(`!!!${calm(37)}!!!`, slowly)).toEqual(["opened 2", "resolved 6", "opened 42"]);
    // The last of its anomalies is the 44th.
    expect(said(`!!!${calm(36)}!!!${calm(37)}`, slowly)).toHaveLength(3);
    expect(said(`!!!${calm(36)}!!!${calm(38)}`, slowly).at(-1)).toBe("resolved 79");
  });

  test.each<[string, readonly Partial<Cause>[], boolean]>([
    [
      "a metric that is trouble by itself, beside one of the earlier incident",
      [{ normalAt: 12 }, { metric: "load" }],
      false,
    ],
    ["metrics that are trouble only together, one of them from the earlier incident", [{}, { metric: "load" }], true],
    ["metrics that are trouble only together, none of them from the earlier incident", [{}, { metric: "disk" }], false],
    ["a metric that is gone, beside one of the earlier incident", [{ now: Number.NaN }, { metric: "load" }], false],
  ])("whether the trouble is back: %s", (_, causes, isBack) => {
    const about = { metric: "network", now: 15, expected: 10, low: 5, high: 15, contribution: 1.2, share: 0.5 };
    const incident = anIncident("web-07", { causes: causes.map((one) => ({ ...about, ...one })) });
    const lapsed = [{ at: START, patterns: ["high load", "high cpu"], peak: incident.peak }];
    expect(asReturned(incident, lapsed)?.unstable ?? false).toBe(isBack);
  });

  test("after an unstable incident the host begins anew", () => {
    const { state: after } = told(`${flap.repeat(2)}${".".repeat(200)}`, state(), 0, baseline(), STEP);
    expect(after).toMatchObject({ lapsed: [] });
    expect(after).not.toHaveProperty("incident");
    expect(later("!!!", after, 246)).toMatchObject([{ kind: "opened" }]);
  });
});

describe("a level shift", () => {
  const hours = (n: number) => 60 * n;

  test.each([
    ["steady", `%%%${"!".repeat(hours(6))}`],
    ["steady but for single calm samples", `%%%${"!!!!!!!!!.".repeat(36)}!`],
  ])("%s for six hours brings one question", (_, signs) => {
    const asked = told(signs);
    expect(asked.notices.map(({ kind }) => kind)).toEqual(["opened", "shifted"]);
    expect(asked.notices[1]!.incident).toMatchObject({ asked: true, revision: 2, anomalies: expect.any(Number) });
    const on = told("!".repeat(hours(12)), asked.state, signs.length);
    expect({ notices: on.notices, incident: on.state.incident }).toMatchObject({
      notices: [],
      incident: { asked: true },
    });
  });

  test.each([
    ["a minute less", `%%%${"!".repeat(hours(6) - 1)}`],
    ["calm half of the time", "!!!!!.....".repeat(40)],
    ["a peak in the second half", `${"!".repeat(hours(4))}%%%${"!".repeat(hours(3))}`],
  ])("%s brings no question", (_, signs) => {
    expect(told(signs).notices.map(({ kind }) => kind)).toEqual(["opened"]);
  });

  test("that has stopped growing brings the question when its peak lies in the first half", () => {
    const signs = `${"!".repeat(hours(4))}%%%${"!".repeat(hours(4))}`;
    const { notices } = told(signs);
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "shifted"]);
    // It opened at 2 minutes and was largest at 4 h 2 min.
    expect(recordOf(notices[1]!.incident).lastAnomaly).toBe(START + (hours(8) + 2) * MINUTE);
  });

  /** Deviations at each minute, in parts of half an hour. */
  function lived(values: readonly number[]) {
    const parts = Array.from({ length: Math.ceil(values.length / 30) }, (_, n) => {
      const rows = values.slice(30 * n, 30 * n + 30).map((value) => [value]);
      return arrived(part({ rows, times: rows.map((_, i) => START + (30 * n + i) * MINUTE) }));
    });
    return fold(state(), baseline(), parts).notices.map(({ kind }) => kind);
  }

  /** Five minutes at 15 when a release begins, then from 6 on so much more each hour; what is usual is 0 ± 1. */
  function afterRelease(perHour: number, noise: number, seed: number) {
    const random = seededRandom(seed);
    const strayed = () => noise * ((2 * random()) / 2 ** 32 - 1);
    return Array.from({ length: hours(14) }, (_, minute) =>
      minute < 5 ? 15 : 6 + (perHour * minute) / 60 + strayed(),
    );
  }

  test("a leak is never called steady, however slow, noisy, and small beside its start", () => {
    const anyLeak = fc.tuple(fc.double({ min: 0.3, max: 0.6, noNaN: true }), fc.constantFrom(0, 0.5, 1), fc.nat());
    fc.assert(
      fc.property(anyLeak, (leak) => {
        expect(lived(afterRelease(...leak))).toEqual(["opened"]);
      }),
      { numRuns: 10 },
    );
  });

  test("with the same noise brings the question", () => {
    expect(lived(afterRelease(0, 1, 1))).toEqual(["opened", "shifted"]);
  });

  test("brings no question when people were reminded of the incident or take care of it", () => {
    const { state: open } = told(`!!%${"!".repeat(hours(4))}`);
    const before = { ...open, incident: { ...open.incident!, reminded: true as const } };
    expect(told("!".repeat(hours(12)), before, hours(4) + 3).notices).toEqual([]);
  });

  test("brings no question on a day off", () => {
    const { state: open } = told("!!!");
    const before = { ...open, incident: { ...open.incident!, surroundings: { isDayOff: true as const } } };
    expect(told("!".repeat(hours(7)), before, 3).notices).toEqual([]);
  });

  test("brings no question when the incident is unstable", () => {
    const { state: open } = told("!!!");
    const before = { ...open, incident: { ...open.incident!, unstable: true as const } };
    expect(told("!".repeat(hours(7)), before, 3).notices).toEqual([]);
  });
});
