import { Flag } from "../../lib/watch/apply.ts";
import { fold } from "../../lib/watch/fold.ts";
import { arrived, baseline, part, START, STEP, state, timeOf } from "../factories.ts";
import { flagsOf, story, told } from "./story.ts";

function nth(time: number | undefined): number | undefined {
  return time === undefined ? undefined : (time - START) / STEP;
}

/** Six minutes of samples. */
const CALM = ".".repeat(36);

describe("incidents", () => {
  // The score is the third largest of five, so it opens with the third anomaly of five and goes on for two samples.
  test.each([
    ["", []],
    ["!!", []],
    ["!!!", ["opened 2"]],
    ["!.!.!", ["opened 4"]],
    ["!..!!", ["opened 4"]],
    ["!!..!", ["opened 4"]],
    ["!...!!", []],
    ["!!...!", []],
    ["!...!...!...!", []],
    ["!!...!!...!!...", []],
    ["!..!.!!", ["opened 6"]],
    [".....!!!", ["opened 7"]],
    ["!!!!!!!!", ["opened 2"]],
    [`!!!.${CALM}`, ["opened 2"]],
    [`!!!..${CALM}`, ["opened 2", "resolved 40"]],
    [`!!!..!!${CALM}.`, ["opened 2", "resolved 42"]],
    [`!!!..${CALM}!!!`, ["opened 2", "resolved 40", "unstable 43"]],
  ])("the story %j gives %j", (signs, expected) => {
    const { notices } = told(signs);
    const said = notices.map(
      ({ kind, incident }) => `${kind} ${nth(kind === "resolved" ? incident.resolved : incident.opened)}`,
    );
    expect(said).toEqual(expected);
  });

  test("an incident counts samples from the one that opens it", () => {
    const { incidents } = told(`..!.!!...${CALM}`);
    expect(incidents).toEqual([
      {
        id: expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
        host: "web-07",
        group: "default",
        revision: 2,
        opened: timeOf(5),
        lastAnomaly: timeOf(6),
        resolved: timeOf(42),
        samples: 38,
        anomalies: 2,
        kind: "anomaly",
        peak: {
          time: timeOf(5),
          judgement: { score: 12.5, epsilon: 8, baseline: { owner: "host#web-07", version: 1 } },
        },
        causes: [{ metric: "cpu", now: 5, expected: 0, low: -2, high: 2, contribution: 25, share: 1, normalAt: 4 }],
        patterns: ["high cpu"],
        latest: { time: timeOf(42), readings: [{ metric: "cpu", now: 0, expected: 0, low: -2, high: 2 }] },
      },
    ]);
  });

  test("an open incident is reported with every sample", () => {
    const before = told("!!");
    expect(before.incidents).toEqual([]);
    const opened = told("!", before.state, 2);
    expect(opened.incidents).toMatchObject([{ samples: 1, anomalies: 1 }]);
    expect(told("...", opened.state, 3)).toMatchObject({ incidents: [{ samples: 4, anomalies: 3 }], notices: [] });
  });

  test("the score of a sample is the third largest of the last five, however large the largest", () => {
    const rows = [[9], [0], [0], [0], [0], [5], [6], [5]];
    const { incidents, parts } = fold(state(), baseline(), [arrived(part({ rows }))]);
    expect(parts[0]!.scores).toEqual([0, 0, 0, 0, 0, 0, 0, 12.5]);
    expect(incidents).toMatchObject([{ opened: timeOf(7), peak: { time: timeOf(7), judgement: { score: 12.5 } } }]);
  });

  test("a score of exactly epsilon is no anomaly", () => {
    const rows = [[4], [-4], [4], [4]];
    expect(fold(state(), baseline(), [arrived(part({ rows }))]).notices).toEqual([]);
  });

  test("notices stay in the state until somebody takes them out", () => {
    const { state: after, notices } = told(`!!!..${CALM}!!!`);
    const owed = notices.map(({ kind, incident: { id, opened, revision } }) => ({ kind, id, opened, revision }));
    expect(after.pending).toEqual(owed);
    expect(after.pending.map(({ kind }) => kind)).toEqual(["opened", "resolved", "unstable"]);
    const sent = told(`..${".".repeat(360)}`, { ...after, pending: [] }, 44);
    expect(sent.state.pending.map(({ kind }) => kind)).toEqual(["resolved"]);
  });

  test("flags mark the anomalies, and the samples taken while the incident was open", () => {
    const open = Flag.anomaly | Flag.incident;
    expect(flagsOf(told(`.!!!..${CALM}.`))).toEqual([
      [0, 0, 0, open, open, open, ...Array(35).fill(Flag.incident), 0, 0],
    ]);
  });

  /** python3: "".join(A[b%30] for b in hashlib.sha256(b"1795356000000 web-07").digest()[:6]), A the alphabet. */
  test.each([
    ["web-07", 0, "PCHV7A"],
    ["web-08", 0, "SF2AWR"],
    ["web-07", 1, "WEAK8W"],
  ])("the id of an incident of %s that opens with sample %i is %s, in every run", (host, first, id) => {
    // Two anomalies came before the first of these samples.
    const before = { ...state({ host }), memory: { last: Float64Array.of(9, 9, 0, 0) } };
    const verdict = { score: 0, epsilon: 8, baseline: { owner: "host#web-07", version: 1 } };
    const rows = [...".".repeat(first), "!"].map((sign) => [sign === "!" ? 5 : 0]);
    const { incidents } = fold({ ...before, verdict }, baseline(), [arrived(part({ host, rows }))]);
    expect(incidents[0]!.id).toBe(id);
  });
});

test("two hosts with one story have the same incidents except for their names", () => {
  const [one] = told("!!!").incidents;
  const [other] = fold(state({ host: "web-08" }), baseline(), [arrived({ ...story("!!!"), host: "web-08" })]).incidents;
  expect(other!.id).not.toBe(one!.id);
  expect({ ...other, id: one!.id, host: "web-07" }).toEqual(one);
});

test("folding no records changes nothing", () => {
  const before = told("!!!..").state;
  expect(fold(before, baseline(), [])).toEqual({ state: before, parts: [], incidents: [], notices: [] });
});

test("the peak is the worst score since opening, never the largest of a single sample", () => {
  const rows = [[5], [5], [5], [7], [7], [9], [5]];
  const { incidents } = fold(state(), baseline(), [arrived(part({ rows }))]);
  expect(incidents).toMatchObject([{ opened: timeOf(2), peak: { time: timeOf(5), judgement: { score: 24.5 } } }]);
});
