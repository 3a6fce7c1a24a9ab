import fc from "fast-check";
import type { Incident } from "../../lib/incident/incident.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { recordOf } from "../../lib/incident/record.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { type Arrived, type Folded, fold } from "../../lib/watch/fold.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { arrived, bandsBaseline, baseline, part, START, STEP, state, timeOf } from "../factories.ts";
import { expectLives } from "./lives.ts";

const names = ["cpu", "load"];
/** Every promise of the fold holds under a detector with a memory and under one without. */
const REFERENCES: readonly [string, Baseline][] = [
  ["a Gaussian", baseline({ names })],
  ["calendar bands", bandsBaseline({ names })],
  ["calendar bands of a young host", bandsBaseline({ names, days: 1 / 12 })],
];

const HOUR = 3_600_000;

/** Mostly what a healthy sender sends; else late, from the past, or with a clock ahead. */
const anyDelay = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: -HOUR, max: 0 }) },
);
const anyValue = fc.constantFrom(0, 0, 0, 1, 4.5, -6, Number.NaN);
const anyNames = fc.constantFrom<string[]>(["cpu", "load"], ["load", "cpu"], ["cpu", "disk"]);

/** Parts of one list of names that follow one another with gaps, overlaps and steps back. */
const anySequence: fc.Arbitrary<Arrived[]> = anyNames.chain(sequenceOf);

function sequenceOf(names: string[]): fc.Arbitrary<Arrived[]> {
  return fc
    .array(
      fc.record({
        advance: fc.integer({ min: -4, max: 8 }),
        samples: fc.array(fc.record({ ahead: fc.integer({ min: 0, max: 2 }), row: fc.tuple(anyValue, anyValue) }), {
          minLength: 1,
          maxLength: 12,
        }),
        group: fc.constantFrom("web", "web", "db"),
        delay: anyDelay,
      }),
      { maxLength: 12 },
    )
    .map((chunks) => {
      let newest = 0;
      return chunks.map(({ advance, samples, group, delay }) => {
        const times = samples.map((_, i) =>
          timeOf(samples.slice(0, i + 1).reduce((at, { ahead }) => at + ahead, Math.max(0, newest + advance))),
        );
        newest = Math.max(newest, (times.at(-1)! - START) / STEP);
        return arrived(part({ names, group, times, rows: samples.map(({ row }) => row) }), Math.max(...times) + delay);
      });
    });
}

interface Outcome {
  readonly state: HostState;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly notices: readonly Notice[];
  readonly steps: readonly Folded[];
}

/** Folds batch after batch, as the scorer does, and keeps the last form of every incident, as the store does. */
function foldUnder(reference: Baseline, batches: readonly (readonly Arrived[])[], before = state()): Outcome {
  const steps: Folded[] = [];
  for (const batch of batches) steps.push(fold(steps.at(-1)?.state ?? before, reference, batch));
  return {
    state: steps.at(-1)?.state ?? before,
    incidents: new Map(steps.flatMap(({ incidents }) => incidents.map((incident) => [incident.id, incident]))),
    notices: steps.flatMap(({ notices }) => notices),
    steps,
  };
}

function countOf({ ingest: { duplicates, late } }: HostState): number {
  return duplicates + late;
}

/** The sequence cut after those parts whose number is marked. */
function cut(sequence: readonly Arrived[], marks: readonly boolean[]): Arrived[][] {
  const batches: Arrived[][] = [[]];
  for (const [i, one] of sequence.entries()) {
    batches.at(-1)!.push(one);
    if (marks[i]) batches.push([]);
  }
  return batches;
}

/** Fails on writes to objects and lists; typed arrays cannot be frozen, so they are compared with a copy. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

describe.each(REFERENCES)("under %s", (_, reference) => {
  const foldAll = (batches: readonly (readonly Arrived[])[], before = state()) => foldUnder(reference, batches, before);

  test("a sequence leads to the same end however it is cut into batches", () => {
    fc.assert(
      fc.property(anySequence, fc.array(fc.boolean(), { maxLength: 12 }), (sequence, marks) => {
        const { steps: _, ...whole } = foldAll([sequence]);
        const { steps: __, ...inBatches } = foldAll(cut(sequence, marks));
        const { steps: ___, ...oneByOne } = foldAll(sequence.map((one) => [one]));
        expect(inBatches).toEqual(whole);
        expect(oneByOne).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test("a part leads to the same end however it is cut in two that arrive together", () => {
    const calmStart = part({ rows: [[0]], times: [timeOf(0)] });
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 2, maxLength: 100 }), fc.nat(), (values, place) => {
        const at = 1 + (place % (values.length - 1));
        const pieceOf = (from: number, to: number) =>
          part({
            rows: values.slice(from, to).map((value) => [value]),
            times: values.slice(from, to).map((_, i) => timeOf(1 + from + i)),
          });
        const arrival = timeOf(1 + values.length);
        const whole = foldAll([[arrived(calmStart)], [{ part: pieceOf(0, values.length), arrival }]]);
        const pieces = [pieceOf(0, at), pieceOf(at, values.length)].map((piece) => [{ part: piece, arrival }]);
        const cutInTwo = foldAll([[arrived(calmStart)], ...pieces]);
        expect(cutInTwo.state).toEqual(whole.state);
        expect([cutInTwo.notices, cutInTwo.incidents]).toEqual([whole.notices, whole.incidents]);
      }),
    );
  });

  test("a sequence folded twice equals the sequence folded once, but for the counts of repetitions", () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const once = foldAll([sequence]);
        const { state: after, notices, incidents } = foldAll([sequence], once.state);
        expect({ ...after, ingest: once.state.ingest }).toEqual(once.state);
        expect([notices, incidents]).toEqual([[], new Map()]);
        // Forgotten times are taken for late ones.
        const again = sequence.reduce((sum, { part: { times } }) => sum + times.length, 0);
        expect(countOf(after) - countOf(once.state)).toBe(again);
      }),
      { numRuns: 150 },
    );
  });

  test("any part delivered again, at any later point, changes only the counts", () => {
    fc.assert(
      fc.property(anySequence, fc.nat(), (sequence, place) => {
        fc.pre(sequence.length > 0);
        const { state: after } = foldAll([sequence]);
        const again = fold(after, reference, [sequence[place % sequence.length]!]);
        expect({ ...again.state, ingest: after.ingest }).toEqual(after);
        expect([again.notices, again.incidents]).toEqual([[], []]);
      }),
      { numRuns: 150 },
    );
  });

  test("the counts of duplicates and late samples match the flags, in any number of batches", () => {
    fc.assert(
      fc.property(anySequence, fc.array(fc.boolean(), { maxLength: 12 }), (sequence, marks) => {
        const twice = [...sequence, ...sequence];
        const { state: after, steps } = foldAll(cut(twice, marks));
        const flags = steps.flatMap(({ parts }) => parts.flatMap((one) => one.flags));
        expect(flags).toHaveLength(twice.reduce((sum, { part: { times } }) => sum + times.length, 0));
        const withFlag = (flag: number) => flags.filter((bits) => bits & flag).length;
        expect(after.ingest).toEqual({ duplicates: withFlag(Flag.duplicate), late: withFlag(Flag.late), rejected: 0 });
        // Only what is from the past is both late and in order.
        expect(after.seen + countOf(after)).toBeGreaterThanOrEqual(flags.length);
      }),
      { numRuns: 150 },
    );
  });

  test("the given state and samples are not modified", () => {
    fc.assert(
      fc.property(anySequence, anySequence, (first, second) => {
        const before = foldAll([first]).state;
        const copies = structuredClone({ before, second });
        fold(frozen(before), frozen(reference), frozen(second));
        expect({ before, second }).toEqual(copies);
      }),
      { numRuns: 150 },
    );
  });

  test("in every state lists are sorted and bounded", () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        for (const { state: after } of foldAll(sequence.map((one) => [one])).steps) {
          expect(after.applied.length).toBeLessThanOrEqual(64);
          expect(after.applied).toEqual([...new Set(after.applied)].sort((a, b) => a - b));
          expect(after.applied.at(-1) ?? 0).toBe(after.newest);
          expect(after.lapsed.length).toBeLessThanOrEqual(4);
          expect(after.lapsed.map(({ at }) => at)).toEqual(after.lapsed.map(({ at }) => at).toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("incidents follow one another, each opened once, resolved at most once and announced in order", () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const { notices, incidents, state: after } = foldAll(sequence.map((one) => [one]));
        expectLives(notices, after.incident);
        const owed = notices.map(({ kind, incident: { id, opened, revision } }) => ({ kind, id, opened, revision }));
        expect(after.pending).toEqual(owed);
        expect(new Set(notices.map(({ incident }) => incident.id))).toEqual(new Set(incidents.keys()));
        const opened = [...incidents.values()].map((incident) => incident.opened);
        expect(opened).toEqual(opened.toSorted((a, b) => a - b));
        for (const incident of incidents.values()) {
          const { peak, epsilon, unstable } = recordOf(incident);
          expect(peak.score).toBeGreaterThan(epsilon);
          if (!unstable) expect(peak.time).toBeGreaterThanOrEqual(incident.opened);
        }
      }),
      { numRuns: 150 },
    );
  });
});
