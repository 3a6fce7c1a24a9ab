import { Flag, fold } from "../../lib/watch/fold.ts";
import { arrived, baseline, part, START, STEP, state, timeOf } from "../factories.ts";
import { flagsOf, story, told } from "./story.ts";

function nth(time: number | undefined): number | undefined {
  return time === undefined ? undefined : (time - START) / STEP;
}

describe("incidents", () => {
  test.each([
    ["", []],
    ["!!", []],
    ["!!!", ["opened 0"]],
    ["!.!.!", ["opened 0"]],
    ["!..!!", ["opened 0"]],
    ["!!..!", ["opened 0"]],
    ["!...!!", []],
    ["!!...!", []],
    ["!...!...!...!", []],
    ["!!...!!...!!...", []],
    ["!..!.!!", ["opened 3"]],
    [".....!!!", ["opened 5"]],
    ["!!!!!!!!", ["opened 0"]],
    ["!!!!!!!!!!....", ["opened 0"]],
    ["!!!!!!!!!!.....", ["opened 0", "resolved 14"]],
    ["!!!.........", ["opened 0"]],
    ["!!!..........", ["opened 0", "resolved 12"]],
    ["!!!....!.....", ["opened 0", "resolved 12"]],
    ["!!!....!....!.....", ["opened 0", "resolved 17"]],
    ["!!!..........!!", ["opened 0", "resolved 12"]],
    ["!!!..........!!!", ["opened 0", "resolved 12", "opened 13"]],
    ["!!!..........!!!..........", ["opened 0", "resolved 12", "opened 13", "resolved 25"]],
  ])("%j: %j", (signs, expected) => {
    const { notices } = told(signs);
    const said = notices.map(
      ({ kind, incident }) => `${kind} ${nth(kind === "opened" ? incident.opened : incident.resolved)}`,
    );
    expect(said).toEqual(expected);
  });

  test("an incident counts from its first anomaly", () => {
    const { incidents } = told("..!.!!..!......");
    expect(incidents).toEqual([
      {
        id: expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/),
        host: "web-07",
        group: "default",
        revision: 2,
        opened: timeOf(2),
        lastAnomaly: timeOf(8),
        resolved: timeOf(14),
        samples: 13,
        anomalies: 4,
        kind: "anomaly",
        peak: {
          time: timeOf(2),
          judgement: { score: 12.5, epsilon: 8, baseline: { owner: "host#web-07", version: 1 } },
        },
        causes: [{ metric: "cpu", now: 5, expected: 0, low: -2, high: 2, contribution: 25, share: 1, normalAt: 4 }],
      },
    ]);
  });

  test("the notice that opens tells what is known by then", () => {
    expect(told("!..!.!!").notices).toMatchObject([
      {
        kind: "opened",
        incident: { opened: timeOf(3), lastAnomaly: timeOf(6), samples: 4, anomalies: 3, revision: 1 },
      },
    ]);
  });

  test("an open incident is reported with every sample, a suspicion is not", () => {
    const suspected = told("!!");
    expect(suspected.incidents).toEqual([]);
    const opened = told("!", suspected.state, 2);
    expect(opened.incidents).toMatchObject([{ samples: 3, anomalies: 3 }]);
    expect(told(".", opened.state, 3)).toMatchObject({ incidents: [{ samples: 4, anomalies: 3 }], notices: [] });
  });

  test("a suspicion that came to nothing leaves no peak behind", () => {
    const rows = [[9], [0], [0], [0], [0], [5], [6], [5]];
    const { incidents } = fold(state(), baseline(), [arrived(part({ rows }))]);
    expect(incidents).toMatchObject([{ opened: timeOf(5), peak: { time: timeOf(6), judgement: { score: 18 } } }]);
  });

  test("exactly epsilon is no anomaly", () => {
    const rows = [[4], [-4], [4], [4]];
    expect(fold(state(), baseline(), [arrived(part({ rows }))])).toMatchObject({ notices: [], state: { window: 0 } });
  });

  test("notices stay in the state until somebody takes them out", () => {
    const { state: after, notices } = told("!!!..........!!!");
    const owed = notices.map(({ kind, incident: { id, opened, revision } }) => ({ kind, id, opened, revision }));
    expect(after.pending).toEqual(owed);
    expect(after.pending.map(({ kind }) => kind)).toEqual(["opened", "resolved", "opened"]);
    const sent = told("..........", { ...after, pending: [] }, 16);
    expect(sent.state.pending.map(({ kind }) => kind)).toEqual(["resolved"]);
  });

  test("flags: the anomalies, and what was taken while the incident was open", () => {
    const open = Flag.anomaly | Flag.incident;
    expect(flagsOf(told(".!!!.!........"))).toEqual([
      [0, Flag.anomaly, Flag.anomaly, open, Flag.incident, open, ...Array(7).fill(Flag.incident), 0],
    ]);
  });

  /** python3: "".join(A[b%30] for b in hashlib.sha256(b"1795356000000 web-07").digest()[:6]), A the alphabet. */
  test.each([
    ["web-07", 0, "PCHV7A"],
    ["web-08", 0, "SF2AWR"],
    ["web-07", 1, "WEAK8W"],
  ])("the id of an incident of %s from sample %i on is %s, in every run", (host, first, id) => {
    const rows = [...".".repeat(first), "!", "!", "!"].map((sign) => [sign === "!" ? 5 : 0]);
    expect(fold(state({ host }), baseline(), [arrived(part({ host, rows }))]).incidents[0]!.id).toBe(id);
  });
});

test("two hosts of one story have incidents alike but for their names", () => {
  const [one] = told("!!!").incidents;
  const [other] = fold(state({ host: "web-08" }), baseline(), [arrived({ ...story("!!!"), host: "web-08" })]).incidents;
  expect(other!.id).not.toBe(one!.id);
  expect({ ...other, id: one!.id, host: "web-07" }).toEqual(one);
});

test("folding nothing changes nothing", () => {
  const before = told("!!!..").state;
  expect(fold(before, baseline(), [])).toEqual({ state: before, parts: [], incidents: [], notices: [] });
});

test("the peak is the worst sample since opened, also when a worse one fell out of the window", () => {
  const rows = [[9], [0], [0], [7], [0], [5], [5]];
  const { incidents } = fold(state(), baseline(), [arrived(part({ rows }))]);
  expect(incidents).toMatchObject([{ opened: timeOf(3), peak: { time: timeOf(3), judgement: { score: 24.5 } } }]);
});
