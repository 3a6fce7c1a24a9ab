import { emptyCrossings } from "../../lib/model/crossings.ts";
import { Flag } from "../../lib/watch/apply.ts";
import { type Arrived, fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, baseline, part, START, STEP, state, timeOf } from "../factories.ts";
import { flagsOf, story, told } from "./story.ts";

const HOUR = 3_600_000;

describe("state", () => {
  test("holds the newest sample, verdict and counts of a scored host", () => {
    const { state: after } = told(".!!", state({ revision: 7 }));
    expect(after).toEqual({
      host: "web-07",
      group: "default",
      revision: 7,
      seen: 3,
      flagged: 0,
      ingest: { duplicates: 0, late: 0, rejected: 0 },
      since: timeOf(0),
      newest: timeOf(2),
      arrived: timeOf(2) + 1_000,
      interval: 0,
      retired: false,
      applied: [timeOf(0), timeOf(1), timeOf(2)],
      schema: "820a13d37dfabf10",
      vector: Float64Array.of(5),
      // Two of three samples are no score that rose.
      crossings: emptyCrossings(),
      verdict: { score: 0, epsilon: 8, baseline: { owner: "host#web-07", version: 1 } },
      memory: { last: Float64Array.of(12.5, 12.5, 0, 0) },
      rules: [],
      lapsed: [],
      pending: [],
    });
  });

  test("of a host without a baseline is learning: counted and remembered, not judged", () => {
    const folded = fold(state(), undefined, [arrived(story("!!!!."))]);
    expect(folded.state).toMatchObject({
      seen: 5,
      newest: timeOf(4),
      schema: "820a13d37dfabf10",
    });
    expect(folded.state).not.toHaveProperty("memory");
    expect(folded.state).not.toHaveProperty("verdict");
    expect([...folded.parts[0]!.scores]).toEqual(Array(5).fill(Number.NaN));
    expect({ flags: flagsOf(folded), notices: folded.notices }).toEqual({ flags: [[0, 0, 0, 0, 0]], notices: [] });
  });

  test.each([
    ["other names", ["disk"], [1], { since: START - HOUR, told: true }],
    ["no value of a name that the baseline has", ["cpu", "disk"], [Number.NaN, 1], { since: START - HOUR, told: true }],
    ["one value that the baseline knows", ["cpu", "disk"], [0, 1], undefined],
  ])("of a newest sample with %s remembers whether it was judged", (_, names, row, unjudged) => {
    const judge = (before: Partial<HostState>) =>
      fold(state(before), baseline(), [arrived(part({ names, rows: [row] }))]).state;
    expect(judge({ unjudged: { since: START - HOUR, told: true } }).unjudged).toEqual(unjudged);
    expect(judge({}).unjudged).toEqual(unjudged && {});
  });

  test("of a host whose baseline was taken away has no verdict", () => {
    expect(fold(told("!").state, undefined, [arrived(story(".", 1))]).state).not.toHaveProperty("verdict");
  });

  test("after the first fit, samples before the baseline do not count as suspicions", () => {
    const learning = fold(state(), undefined, [arrived(story("!!!!!"))]).state;
    expect(told("!!", learning, 5).notices).toEqual([]);
    expect(told("!!!", learning, 5).notices).toMatchObject([{ incident: { opened: timeOf(7) } }]);
  });

  test("follows the host to the group that it names, and its next incident too", () => {
    const before = told("...").state;
    const moved = fold(before, baseline(), [arrived({ ...story("!!!", 3), group: "db" })]);
    expect(moved).toMatchObject({ state: { group: "db" }, incidents: [{ group: "db" }] });
  });

  test("follows a new baseline from its first sample", () => {
    const next = baseline({ version: 2, epsilon: 20 });
    const { state: after, notices } = fold(told("!!").state, next, [arrived(story("!", 2))]);
    // The scores before it are those of the owner's last version.
    expect(notices).toEqual([]);
    expect(after.verdict).toEqual({ score: 12.5, epsilon: 20, baseline: { owner: "host#web-07", version: 2 } });
  });

  test("matches metrics to the baseline's by name; an unknown metric changes nothing", () => {
    const reference = baseline({ names: ["cpu", "load"] });
    const rows = [1, 2, 3].map(() => [99, 3, 5]);
    const folded = fold(state(), reference, [arrived(part({ names: ["disk", "load", "cpu"], rows }))]);
    expect(folded.parts[0]!.scores).toEqual([0, 0, (25 + 9) / 2]);
    expect(folded.state).toMatchObject({ vector: Float64Array.of(99, 3, 5) });
  });

  /**
   * python3: s = lambda k: 2/(9*k); z = ((d/1)**(1/3) - (1-s(1))) / sqrt(s(1)); 0.5 * 2 * max(0, 1-s(2)+z*sqrt(s(2)))**3 for d = 0, 25, 9:
   * the tail of chi-square with one degree of freedom, as a distance with two.
   */
  test.each([
    ["NaN", [Number.NaN, 0], 0.0389296],
    ["NaN", [5, Number.NaN], 13.9367933],
    ["not sent at all", [3], 5.9273661],
  ])("a metric that is %s (%j) is left out of the score", (_, row, expected) => {
    const names = ["cpu", "load"].slice(0, row.length);
    const folded = fold(state(), baseline({ names: ["cpu", "load"] }), [
      arrived(part({ names, rows: [row, row, row] })),
    ]);
    expect(folded.parts[0]!.scores[2]).toBeCloseTo(expected, 7);
  });

  test("a sample without any metric of the baseline is calm", () => {
    const nothing = arrived(part({ names: ["disk"], rows: [[99]], times: [timeOf(3)] }));
    expect(fold(told("!!").state, baseline(), [nothing])).toMatchObject({ parts: [{ scores: [0] }], notices: [] });
  });
});

describe("duplicates", () => {
  test("a part that comes again changes nothing but the count of duplicates", () => {
    const once = told("..!!!..");
    const again = told("..!!!..", once.state);
    expect(again.state).toEqual({ ...once.state, ingest: { duplicates: 7, late: 0, rejected: 0 } });
    expect(again).toMatchObject({ incidents: [], notices: [] });
    expect(flagsOf(again)).toEqual([Array(7).fill(Flag.duplicate)]);
    expect([...again.parts[0]!.scores]).toEqual(Array(7).fill(Number.NaN));
  });

  test("an old part that comes again does not bring back the host's earlier state", () => {
    const old: Arrived = arrived({ ...story("..."), group: "web" }, START - HOUR);
    const after = fold(state(), baseline(), [old, arrived({ ...story("...", 3), group: "db" })]).state;
    expect(fold(state(), baseline(), [old]).state).toMatchObject({ group: "web" });
    const again = fold(after, baseline(), [old]).state;
    expect(again).toEqual({ ...after, ingest: { duplicates: 3, late: 0, rejected: 0 } });
    expect(after).toMatchObject({ group: "db" });
  });

  test("the fold applies overlapping parts once where they overlap", () => {
    const folded = told("!!!", told("..!!").state, 2);
    expect(flagsOf(folded)).toEqual([[Flag.duplicate, Flag.duplicate, Flag.anomaly | Flag.incident]]);
    expect(folded.state.seen).toBe(5);
  });

  test("the same time twice in one part is one sample", () => {
    const folded = fold(state(), baseline(), [arrived(part({ rows: [[5], [5], [5]], times: [START, START, START] }))]);
    expect(folded.state).toMatchObject({ seen: 1, memory: { last: Float64Array.of(12.5, 0, 0, 0) } });
  });

  test("the state remembers the newest 64 times", () => {
    const { state: after } = told(".".repeat(70));
    expect(after.applied).toEqual(Array.from({ length: 64 }, (_, i) => timeOf(6 + i)));
    const again = told(".".repeat(70), after);
    expect(again.state).toEqual({ ...after, ingest: { duplicates: 64, late: 6, rejected: 0 } });
    expect(flagsOf(again)).toEqual([[...Array(6).fill(Flag.late), ...Array(64).fill(Flag.duplicate)]]);
  });
});

describe("late samples", () => {
  test("a sample older than the newest has no score, and neither opens nor feeds an incident", () => {
    const before = fold(state(), baseline(), [
      arrived(part({ rows: [[5], [5]], times: [timeOf(0), timeOf(3)] })),
    ]).state;
    const folded = fold(before, baseline(), [arrived(part({ rows: [[5], [5]], times: [timeOf(1), timeOf(2)] }))]);
    expect(flagsOf(folded)).toEqual([[Flag.late, Flag.late]]);
    expect(folded.parts[0]!.scores).toEqual([Number.NaN, Number.NaN]);
    expect(folded).toMatchObject({ incidents: [], notices: [] });
    expect(folded.state).toEqual({
      ...before,
      applied: [timeOf(0), timeOf(1), timeOf(2), timeOf(3)],
      ingest: { duplicates: 0, late: 2, rejected: 0 },
    });
  });

  test("a late sample changes no open incident", () => {
    const before = told("!!!", state(), 5).state;
    const folded = told("!", before, 4);
    expect(folded).toMatchObject({ incidents: [], notices: [], state: { incident: before.incident! } });
    expect(flagsOf(folded)).toEqual([[Flag.late]]);
  });

  test("samples an hour old on arrival are counted and open no incident; those after them do", () => {
    const past = arrived(story("!!!!"), timeOf(3) + HOUR + 1);
    const folded = fold(state(), baseline(), [past]);
    const lateAnomaly = Flag.anomaly | Flag.late;
    expect(flagsOf(folded)).toEqual([[Flag.late, Flag.late, lateAnomaly, lateAnomaly]]);
    expect(folded).toMatchObject({
      notices: [],
      incidents: [],
      state: { seen: 4, newest: timeOf(3) },
    });
    expect(told("!!!", folded.state, 4).notices).toMatchObject([{ kind: "opened", incident: { opened: timeOf(4) } }]);
  });

  test("exactly an hour old is not yet the past", () => {
    expect(fold(state(), baseline(), [arrived(story("!!!"), timeOf(2) + HOUR)]).notices).toHaveLength(1);
    expect(fold(state(), baseline(), [arrived(story("!!!"), timeOf(2) + HOUR + 1)]).notices).toHaveLength(0);
  });
});

test("the counts of duplicates and late samples go on from the state before, each sample once", () => {
  const before = state({ ingest: { duplicates: 10, late: 20, rejected: 30 } });
  const folded = fold(before, baseline(), [
    arrived(story("...")), // 0, 1, 2: in time
    arrived(story("....", 1)), // 1 and 2 again, 3 and 4 in time
    arrived(story("..", 6)), // in time
    arrived(story("..", 5)), // 5 is late, 6 comes again
    arrived(story("...", 8), timeOf(9) + HOUR), // 8 is more than an hour old, 9 and 10 are not
  ]);
  expect(folded.state.ingest).toEqual({ duplicates: 13, late: 22, rejected: 30 });
  // 0 to 4 and 6 to 10: samples that are old on arrival are applied as well.
  expect(folded.state.seen).toBe(10);
});

describe("a clock ahead", () => {
  const FIVE_MINUTES = 300_000;

  test("by five minutes is believed", () => {
    const folded = fold(state(), baseline(), [arrived(story("..."), timeOf(2) - FIVE_MINUTES)]);
    expect(folded.state).toMatchObject({ newest: timeOf(2) });
    expect(folded.state).not.toHaveProperty("clock");
    expect([...folded.parts[0]!.times]).toEqual([timeOf(0), timeOf(1), timeOf(2)]);
  });

  test("by more is not: the fold moves the part so that it ends on arrival, in the host's own intervals", () => {
    const arrival = timeOf(2) - FIVE_MINUTES - 1;
    const folded = fold(state(), baseline(), [arrived(story("!!!"), arrival)]);
    expect(folded.state).toMatchObject({
      clock: { run: { least: -FIVE_MINUTES - 1, records: 1 } },
      newest: arrival,
      applied: [arrival - 2 * STEP, arrival - STEP, arrival],
    });
    expect(folded.notices).toMatchObject([{ incident: { opened: arrival } }]);
    expect([...folded.parts[0]!.part.times]).toEqual([timeOf(0), timeOf(1), timeOf(2)]);
  });

  test("is forgotten with the first sample after the clock is set right", () => {
    const ahead = fold(state(), baseline(), [arrived(story("..."), START - HOUR)]).state;
    expect(told(".", ahead, 3).state).not.toHaveProperty("clock");
  });

  test("in one sample in the middle of a part does not move the host's time", () => {
    const times = [timeOf(0), timeOf(1) + 24 * HOUR, timeOf(2)];
    const { state: after } = fold(state(), baseline(), [
      arrived(part({ rows: [[0], [0], [0]], times }), timeOf(2) + 500),
    ]);
    expect(after).toMatchObject({ newest: timeOf(2) + 500 });
    expect(told("!!!", after, 3).notices).toHaveLength(1);
  });

  test("gives times in whole milliseconds, though arrivals have fractions", () => {
    const { state: after } = fold(state(), baseline(), [arrived(story(".."), START - HOUR + 0.4)]);
    expect(after.applied.every(Number.isInteger)).toBe(true);
  });
});
