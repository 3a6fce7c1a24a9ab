// How an incident goes on, told in minutes: one sample each, unless a story says otherwise.

import { severityOf } from "../../lib/incident/incident.ts";
import { recordOf } from "../../lib/incident/record.ts";
import { fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, state } from "../factories.ts";

const MINUTE = 60_000;

/** Scores of 0, 5 (0.63 epsilon), 7 (0.88), 9 (1.13), 16 (twice) and 25 (3.1 times epsilon 8): x² / 2 of the metric's value. */
const SCORES: Readonly<Record<string, number>> = { ".": 0, "-": 5, "~": 7, "!": 9, "%": 16, "#": 25 };

/** In parts of half an hour at most, since older samples would be from the past. */
function told(signs: string, before: HostState = state(), from = 0, reference = baseline(), stepMs = MINUTE) {
  const parts = (signs.match(/.{1,30}/g) ?? []).map((some, n) => {
    const rows = [...some].map((sign) => [Math.sqrt(2 * SCORES[sign]!)]);
    return arrived(part({ rows, times: rows.map((_, i) => START + (from + 30 * n + i) * stepMs) }));
  });
  return fold(before, reference, parts);
}

function said(signs: string, stepMs = MINUTE): string[] {
  const { notices } = told(signs, state(), 0, baseline(), stepMs);
  return notices.map(({ kind, incident: { opened, resolved } }) => {
    const at = kind === "resolved" ? resolved! : opened;
    return `${kind} ${(at - START) / stepMs}`;
  });
}

describe("a score near epsilon", () => {
  test.each([
    ["!!!.....", ["opened 0", "resolved 7"]],
    ["!!!-----", ["opened 0", "resolved 7"]],
    ["!!!~~~~~~~~~~~~", ["opened 0"]],
    ["!!!....~....", ["opened 0"]],
    ["!!!....~.....", ["opened 0", "resolved 12"]],
    ["~~~~~~~~~~~~~~~", []],
    ["!!~!", ["opened 0"]],
  ])("%j: %j", (signs, expected) => {
    expect(said(signs)).toEqual(expected);
  });

  test("exactly 0.8 epsilon is calm", () => {
    const samples = (score: number) => part({ rows: Array(5).fill([score]), times: Array.from({ length: 5 }, later) });
    const later = (_: unknown, i: number) => START + (3 + i) * MINUTE;
    // Of the standard deviation 1 / √2 the score is the square: 0.8 · 5 = 2 · 2.
    const reference = baseline({ sd: [Math.SQRT1_2], epsilon: 5 });
    const open = told("!!!", state(), 0, reference).state;
    expect(fold(open, reference, [arrived(samples(1.999))]).notices).toHaveLength(1);
    expect(fold(open, reference, [arrived(samples(2.001))]).notices).toHaveLength(0);
  });
});

test("an incident is open for at least two minutes", () => {
  const second = 1_000;
  expect(said(`!!!${".".repeat(117)}`, second)).toEqual(["opened 0"]);
  expect(said(`!!!${".".repeat(118)}`, second)).toEqual(["opened 0", "resolved 120"]);
});

describe("worse", () => {
  test("from three times epsilon on it is said once, and no more until the end", () => {
    expect(said("!!!#!##!#.....")).toEqual(["opened 0", "worsened 0", "resolved 13"]);
  });

  test("what opens critical does not become so", () => {
    expect(said("!!##!#")).toEqual(["opened 0"]);
    expect(said("#!!#")).toEqual(["opened 0"]);
  });

  test("each notice carries the next revision and what was known then", () => {
    const { notices, incidents, state: after } = told("!!!!#!.....");
    expect(notices).toMatchObject([
      { kind: "opened", incident: { revision: 1, samples: 3, peak: { judgement: { score: expect.closeTo(9) } } } },
      { kind: "worsened", incident: { revision: 2, samples: 5, peak: { judgement: { score: expect.closeTo(25) } } } },
      { kind: "resolved", incident: { revision: 3, samples: 11 } },
    ]);
    expect(incidents).toEqual([notices[2]!.incident]);
    expect(after.pending.map(({ kind, revision }) => [kind, revision])).toEqual([
      ["opened", 1],
      ["worsened", 2],
      ["resolved", 3],
    ]);
  });

  test("the peak is the sample furthest beyond its epsilon, so that it stays critical under a new baseline", () => {
    const [worse, better] = [baseline({ version: 2, epsilon: 15 }), baseline({ version: 2, epsilon: 4 })];
    // 25 / 8 = 3.1, 16 / 15 = 1.1, 16 / 4 = 4.
    const before = told("!!!#").state;
    const same = told("%", before, 4, worse).state.incident!;
    expect(same).toMatchObject({
      peak: { judgement: { score: expect.closeTo(25), epsilon: 8, baseline: { version: 1 } } },
    });
    expect(severityOf(same)).toBe("critical");
    expect(told("%", before, 4, better).state.incident).toMatchObject({
      ...{ peak: { judgement: { score: expect.closeTo(16), epsilon: 4, baseline: { version: 2 } } } },
    });
  });
});

describe("unstable", () => {
  const flap = "!!!.....";

  test("the fourth incident within half an hour is, and stays open until half an hour has no anomaly", () => {
    expect(said(flap.repeat(5))).toEqual([
      "opened 0",
      "resolved 7",
      "opened 8",
      "resolved 15",
      "opened 16",
      "resolved 23",
      "unstable 24",
    ]);
    const end = `${flap.repeat(5)}${".".repeat(24)}`;
    expect(said(end)).toHaveLength(7);
    // The last anomaly is at 34.
    expect(said(`${end}.`).at(-1)).toBe("resolved 64");
    expect(told(`${end}.`).notices.at(-1)).toMatchObject({
      kind: "resolved",
      incident: { unstable: true, revision: 2 },
    });
  });

  test("a sample above 0.8 epsilon at the end puts it off", () => {
    const end = `${flap.repeat(4)}${".".repeat(23)}`;
    expect(said(`${end}..`).at(-1)).toBe("resolved 56");
    expect(said(`${end}~....`)).toHaveLength(7);
    expect(said(`${end}~.....`).at(-1)).toBe("resolved 60");
  });

  test("it is told that it has become critical, and nothing else", () => {
    expect(said(`${flap.repeat(4)}!!!....#.....#`).slice(6)).toEqual(["unstable 24", "worsened 24"]);
  });

  test("openings half an hour apart are forgotten", () => {
    const late = `${flap.repeat(3)}${".".repeat(5)}!!`;
    // Openings at 0, 8 and 16; the fourth at 29 by its third anomaly at 31.
    expect(said(`${late}!`).at(-1)).toBe("opened 29");
    expect(said(`${flap.repeat(3)}...!!!`).at(-1)).toBe("unstable 27");
    const after = told(flap.repeat(3)).state;
    expect(after.openings).toEqual([0, 8, 16].map((minute) => START + minute * MINUTE));
    expect(told(".".repeat(21), after, 24).state.openings).toEqual([START + 16 * MINUTE]);
    expect(told(".".repeat(23), after, 24).state.openings).toEqual([]);
  });

  test("when it is over, the host begins anew", () => {
    const { state: after } = told(`${flap.repeat(4)}${".".repeat(25)}`);
    expect(after).toMatchObject({ openings: [], calm: 0, window: 0 });
    expect(after).not.toHaveProperty("incident");
    expect(told("!!!", after, 57).notices).toMatchObject([{ kind: "opened" }]);
  });
});

describe("a level shift", () => {
  const hours = (n: number) => 60 * n;

  test.each([
    ["steady", `!%${"!".repeat(hours(6))}`],
    ["steady but for a calm sample in ten", `%!!${"!!!!!!!!!.".repeat(36)}!`],
  ])("%s for six hours is asked about, once", (_, signs) => {
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
    ["a minute less", `%${"!".repeat(hours(6) - 1)}`],
    ["two calm samples in ten", "%!!!!!!!..".repeat(40)],
    ["a peak in the second half", `${"!".repeat(hours(4))}%${"!".repeat(hours(3))}`],
  ])("%s: nobody is asked", (_, signs) => {
    expect(told(signs).notices.map(({ kind }) => kind)).toEqual(["opened"]);
  });

  test("what has stopped growing is asked about when its peak lies in the first half", () => {
    const signs = `${"!".repeat(hours(4))}%${"!".repeat(hours(4))}`;
    const { notices } = told(signs);
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "shifted"]);
    expect(recordOf(notices[1]!.incident).lastAnomaly).toBe(START + hours(8) * MINUTE);
  });

  test("people who were reminded, or take care of it, are not asked", () => {
    const { state: open } = told(`!%${"!".repeat(hours(4))}`);
    const before = { ...open, incident: { ...open.incident!, reminded: true as const } };
    expect(told("!".repeat(hours(12)), before, hours(4) + 2).notices).toEqual([]);
  });

  test("an unstable one is not", () => {
    expect(told(`${"!!!.....".repeat(3)}${"!".repeat(hours(7))}`).notices.at(-1)).toMatchObject({ kind: "unstable" });
  });
});
