import fc from "fast-check";
import { causesOf } from "../../lib/incident/incident.ts";
import { newMemory } from "../../lib/model/fused.ts";
import { Flag, type Folded, fold } from "../../lib/watch/fold.ts";
import { arrived, fusedBaseline, fusedMemoryOf, fusedModel, part, STEP, state, timeOf } from "../factories.ts";
import { flagsOf } from "./story.ts";

/** Mean 0, sd 1, no correlations: of the metric cpu and its change, so that a sample scores 4 (z_x² + z_d²) / 2 before smoothing. */
const reference = fusedBaseline();

function told(values: readonly number[], before = state(), from = 0, baseline = reference): Folded {
  const rows = values.map((value) => [value]);
  return fold(before, baseline, [arrived(part({ rows, times: values.map((_, i) => timeOf(from + i)) }))]);
}

const calm = Array<number>(20).fill(0);

describe("scores", () => {
  test("of the first samples, by hand", () => {
    // The first ever changed by nothing: 2 · 1. Tracking then moves by 20 minutes of a half-life of 12 hours.
    const rate = 1 - 0.5 ** (20 / 720);
    const level = Math.round(rate * 4096) / 4096;
    // The second goes from 1 to 3, less the level that x then has: 2 · ((3 − level)² + 2²). No width is above 1.
    const second = 2 * ((3 - level) ** 2 + 4);
    const averages = [1, 5, 20].map((halfLife) => 2 + (1 - 0.5 ** (1 / halfLife)) * (second - 2));
    const { parts, state: after } = told([1, 3]);
    expect(parts[0]!.scores[0]).toBeCloseTo(2, 12);
    expect(parts[0]!.scores[1]).toBeCloseTo((averages[0]! + averages[1]! + averages[2]!) / 3, 5);
    expect(after.verdict).toEqual({
      score: parts[0]!.scores[1],
      epsilon: 8,
      baseline: { owner: "host#web-07", version: 1 },
    });
    expect(fusedMemoryOf(after).held).toBe(parts[0]!.scores[1]);
  });

  test("a host that changed at once is told by its change as well", () => {
    // 4 alone would be 2 · 16, with its change 2 · (16 + 16) = 64 in the raw score.
    expect(fusedMemoryOf(told([...calm, 4]).state).averages[0]).toBeCloseTo(32, 1);
  });

  test("a change across other metrics' names is not told: neither in one batch nor in two", () => {
    const first = arrived(part({ rows: [[0]] }));
    const second = arrived(part({ names: ["cpu", "disk"], rows: [[4, 0]], times: [timeOf(1)] }));
    const together = fold(state(), reference, [first, second]).state;
    const apart = fold(fold(state(), reference, [first]).state, reference, [second]).state;
    expect(apart).toEqual(together);
    // z_x alone: one of two features present, so 4 · 16 in the raw score, of which the fast average takes half.
    expect(fusedMemoryOf(together).averages[0]).toBeCloseTo(32, 1);
  });
});

describe("memory", () => {
  test("late samples are scored, and move neither memory nor verdict", () => {
    const before = told([...calm, 4, 0]).state;
    const late = fold({ ...before, applied: [] }, reference, [arrived(part({ rows: [[9]], times: [timeOf(3) + 1] }))]);
    expect(flagsOf(late)).toEqual([[Flag.late | Flag.anomaly]]);
    expect(late.state.memory).toEqual(before.memory);
    expect(late.state.verdict).toEqual(before.verdict);
  });

  test("a late sample among others leaves them as they would be without it", () => {
    const before = told(calm).state;
    const rows = [[1], [9], [2]];
    const mixed = fold(before, reference, [arrived(part({ rows, times: [timeOf(20), timeOf(3) + 1, timeOf(21)] }))]);
    const without = told([1, 2], before, 20);
    expect(mixed.state.memory).toEqual(without.state.memory);
    expect(mixed.parts[0]!.scores.filter((_, i) => i !== 1)).toEqual(without.parts[0]!.scores);
  });

  test("a new version of the same owner goes on with it", () => {
    const before = told([...calm, 3]).state;
    const next = told([3], before, 21, fusedBaseline({ version: 2 })).state;
    expect(next.memory).toEqual(told([3], before, 21).state.memory);
    expect(fusedMemoryOf(next).averages[1]).toBeGreaterThan(fusedMemoryOf(before).averages[1]!);
  });

  test.each([
    ["another owner", fusedBaseline({ owner: "group#web" })],
    ["nobody in between", undefined],
  ])("under %s it is dropped", (_, between) => {
    const before = told([...calm, 3]).state;
    const judged = fold(before, between, [arrived(part({ rows: [[1]], times: [timeOf(21)] }))]).state;
    const fresh = { ...before, ...newestOf(before) };
    delete fresh.memory;
    if (between) expect(judged.memory).toEqual(told([1], fresh, 21, between).state.memory);
    else expect(judged).not.toHaveProperty("memory");
  });

  test("when the profile joins, level and width of value and change stay, those of the distance begin", () => {
    const before = told([...Array(200).fill(0.5), 1]).state;
    const withProfile = fusedBaseline({ version: 2, profile: Array(24).fill(0) });
    const after = told([1], before, 201, withProfile).state;
    const [old, joined] = [fusedMemoryOf(before), fusedMemoryOf(after)];
    expect(old.level).toHaveLength(2);
    expect(old.level[0]).toBeGreaterThan(0);
    expect([...joined.level]).toEqual([...old.level, 0]);
    expect([...joined.width]).toEqual([...old.width, 1]);
    expect(joined.trackedAt).toBe(old.trackedAt);
  });

  test("moves once in ten minutes", () => {
    const [early, due] = [59, 60].map((n) => fusedMemoryOf(told(Array(n).fill(1)).state));
    expect(early!.trackedAt).toBe(timeOf(0));
    // Due from half an interval before the ten minutes are over.
    expect(due!.trackedAt).toBe(timeOf(0));
    expect(fusedMemoryOf(told(Array(61).fill(1)).state).trackedAt).toBe(timeOf(60));
    expect(STEP).toBe(10_000);
    expect(newMemory(fusedModel()).trackedAt).toBe(0);
  });
});

function newestOf({ newest, vector, schema }: Folded["state"]) {
  return { newest, vector, schema };
}

describe("incidents", () => {
  const strange = (value: number, times: number) => [
    ...calm,
    ...Array<number>(times).fill(value),
    ...Array<number>(100).fill(0),
  ];

  // 4 scores 64 at first, then 32; so does going back to 0, which then scores 0. The average with a half-life of five is 31.9 by then, and from
  // 12 samples on at most 6.4: 31.9 / 2^(11/5) is 6.9 and 31.9 / 2^(12/5) is 6.0. The slow one, 24.5 by then, is 11.9 nine samples later, which
  // holds the score at 1 / 0.7 of a third of it and of the middle one's 1.7: 6.5.
  test("open by the smoothed score, and are over after ten samples that only echo it, counting what was strange", () => {
    const { notices, parts, state: after } = told(strange(4, 40));
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "worsened", "resolved"]);
    const [lastAnomaly, resolved] = [timeOf(71), timeOf(81)];
    const counts = { samples: 62, anomalies: 52 };
    expect(notices[2]!.incident).toMatchObject({ opened: timeOf(20), lastAnomaly, resolved, ...counts });
    const { scores, flags } = parts[0]!;
    expect(scores[80]).toBeGreaterThan(6.4);
    // Two thirds of 31.9 / 2^(21/5).
    expect(scores[81]).toBeCloseTo(1.16, 1);
    expect(flags.slice(22, 81).every((flag) => flag & Flag.incident)).toBe(true);
    expect(flags.slice(81)).toEqual(Array(79).fill(0));
    expect(after.verdict!.score).toBe(fusedMemoryOf(after).held);
  });

  test("are over after five samples whose score is at 0.8 epsilon or below", () => {
    const { notices, parts } = told(strange(4, 4));
    const { scores } = parts[0]!;
    const resolved = scores.findIndex((_, row) => row > 22 && scores.slice(row - 4, row + 1).every((s) => s <= 6.4));
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
    expect(notices[1]!.incident.resolved).toBe(timeOf(resolved));
  });

  test("do not open again by their own echo, however long they were", () => {
    for (const times of [20, 100]) {
      expect(told(strange(30, times)).notices.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
    }
  });

  test("however a part with ends in it is cut, scores, flags and incidents are the same, late samples or not", () => {
    const values = [...strange(4, 40), ...strange(30, 10)];
    const rows = values.map((value) => [value]);
    const times = values.map((_, i) => timeOf(i));
    const foldRows = (from: number, to: number, before = state()) =>
      fold(before, reference, [arrived(part({ rows: rows.slice(from, to), times: times.slice(from, to) }))]);
    const whole = foldRows(0, rows.length);
    expect(whole.notices.map(({ kind }) => kind)).toEqual(["opened", "worsened", "resolved", "opened", "resolved"]);
    for (let at = 1; at < rows.length; at += 4) {
      const first = foldRows(0, at);
      const second = foldRows(at, rows.length, first.state);
      expect([...first.notices, ...second.notices]).toEqual(whole.notices);
      expect([...first.parts[0]!.scores, ...second.parts[0]!.scores]).toEqual(whole.parts[0]!.scores);
      expect([...first.parts[0]!.flags, ...second.parts[0]!.flags]).toEqual(whole.parts[0]!.flags);
      expect({ ...second.state, arrived: 0, interval: 0 }).toEqual({ ...whole.state, arrived: 0, interval: 0 });
    }
    const late = { rows: rows.toSpliced(120, 0, [9]), times: times.toSpliced(120, 0, timeOf(3) + 1) };
    const mixed = fold(state(), reference, [arrived(part(late))]);
    expect(mixed.parts[0]!.scores.toSpliced(120, 1)).toEqual(whole.parts[0]!.scores);
    expect(mixed.parts[0]!.flags[120]).toBe(Flag.late | Flag.anomaly);
    expect(mixed.notices).toEqual(whole.notices);
  });

  test("one sample opens it from three times epsilon on", () => {
    // 2 · 2 · (5 (1 + ln(z / 5)))² before smoothing, 0.2213 of it after; two samples more would be needed below 3 · 8.
    const weight = [1, 5, 20].reduce((sum, halfLife) => sum + (1 - 0.5 ** (1 / halfLife)) / 3, 0);
    const beyond = 5 * Math.exp(Math.sqrt(24 / (4 * weight)) / 5 - 1);
    expect(told([...calm, 0.99 * beyond]).notices).toEqual([]);
    expect(told([...calm, 1.01 * beyond]).notices).toMatchObject([
      { kind: "opened", incident: { opened: timeOf(20), samples: 1, anomalies: 1, revision: 1 } },
    ]);
  });

  test("whatever comes after such a sample, the next two are anomalies: it would be opened in any case", () => {
    const value = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), value, value, (values, second, third) => {
        const before = told(values);
        // One that has begun to calm down may be over after the first of them, and echoes no more.
        fc.pre(before.parts[0]!.scores.at(-1)! >= 24 && before.state.calm === 0);
        expect(before.state.incident).toBeDefined();
        expect(flagsOf(told([second, third], before.state, values.length))).toEqual([
          [Flag.anomaly | Flag.incident, Flag.anomaly | Flag.incident],
        ]);
      }),
    );
  });

  test("causes are the largest of all samples, by value and change, and the last notice carries them", () => {
    const names = ["cpu", "load", "disk", "net"];
    const quiet = [0, 0, 0, 0];
    const rows = [quiet, [5, 1, 2, 0], [5, 1, 2, 0], [5, 1, 2, 0], [5, 1, 2, 9], ...Array(80).fill(quiet)];
    const wide = fusedBaseline({ names, epsilon: 4 });
    const { notices } = fold(state(), wide, [arrived(part({ names, rows }))]);
    expect(notices.map(({ kind }) => kind)).toEqual(["opened", "worsened", "resolved"]);
    const causes = [notices[0]!, notices[2]!].map(({ incident }) =>
      causesOf(incident).map(({ metric, now, contribution }) => [metric, now, contribution]),
    );
    // At the first of them value and change are the same: twice the square.
    expect(causes[0]).toEqual([
      ["cpu", 5, 50],
      ["disk", 2, 8],
      ["load", 1, 2],
    ]);
    // 9 is clipped to 5 (1 + ln(9 / 5)).
    expect(causes[1]).toEqual([
      ["net", 9, expect.closeTo(2 * (5 * (1 + Math.log(9 / 5))) ** 2, 2)],
      ["cpu", 5, 50],
      ["disk", 2, 8],
    ]);
  });

  test("what is usual is that of the hour", () => {
    // The story starts at 14:00, halfway between the middles of two hours: 20 and 40.
    const profile = Array.from({ length: 24 }, (_, hour) => (hour === 13 ? 20 : hour === 14 ? 40 : 0));
    const { notices } = told([90, 90, 90], state(), 0, fusedBaseline({ profile }));
    const close = (value: number) => expect.closeTo(value, 6);
    expect(causesOf(notices[0]!.incident)).toMatchObject([
      { metric: "cpu", now: 90, expected: close(30), low: close(28), high: close(32) },
    ]);
  });

  test("a part cut anywhere gives the same incident, causes and all, also after the memory has moved", () => {
    const values = Array.from({ length: 130 }, (_, i) => (i < 100 ? Math.sin(i) : i / 20));
    const whole = told(values);
    expect(causesOf(whole.incidents[0]!)[0]).toHaveProperty("normalAt");
    for (const at of [30, 70, 101, 110, 129]) {
      const first = told(values.slice(0, at));
      const second = told(values.slice(at), first.state, at);
      expect({ ...second.state, arrived: 0, interval: 0 }).toEqual({ ...whole.state, arrived: 0 });
    }
  });
});
