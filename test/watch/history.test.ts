import fc from "fast-check";
import { Flag, type FoldedPart, fold } from "../../lib/watch/fold.ts";
import { chunkOf } from "../../lib/watch/history.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";
import { story, told } from "./story.ts";

const DAY_OF_SAMPLES = 8_640;
const GROWN = 1_000_000;

/** A folded part of calm samples, or of samples with these flags. */
function folded(flags: readonly number[] = [0, 0], host = "web-07", from = 0): FoldedPart {
  const samples = part({ host, rows: flags.map((_, i) => [i]), times: flags.map((_, i) => timeOf(from + i)) });
  return { part: samples, times: samples.times, scores: flags.map(() => 0), flags };
}

/** A host whose calm record at `START` is not in the share, so that only other reasons can keep it. */
const UNLUCKY = Array.from({ length: 100 }, (_, i) => `web-${i}`).find((host) => !chunkOf(folded([0], host), GROWN))!;

test("of grown hosts a quarter of the calm records is kept", () => {
  const records = Array.from({ length: 10_000 }, (_, i) => folded([0], `web-${i % 100}`, i));
  const kept = records.filter((record) => chunkOf(record, GROWN)).length;
  // A binomial of 10,000 and 1/4 has a standard deviation of √1,875 = 43.3; five of them.
  expect(Math.abs(kept - 2_500)).toBeLessThan(217);
});

test("no host and no time of day is left out", () => {
  const ofHost = (host: string) => Array.from({ length: 200 }, (_, i) => folded([0], host, 6 * i));
  for (const host of ["a", "b", "web-07", "web-08"]) {
    const kept = ofHost(host).filter((record) => chunkOf(record, GROWN)).length;
    // √(200 · 3/16) = 6.1
    expect(Math.abs(kept - 50)).toBeLessThan(31);
  }
});

test("a record delivered again is decided the same", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(100_000), (host, from) => {
      expect(chunkOf(folded([0, 0], host, from), GROWN)).toEqual(chunkOf(folded([0, 0], host, from), GROWN + 1));
    }),
  );
});

test("of a young host everything is kept", () => {
  expect(chunkOf(folded([0], UNLUCKY), GROWN)).toBeUndefined();
  expect(chunkOf(folded([0], UNLUCKY), DAY_OF_SAMPLES)).toBeUndefined();
  expect(chunkOf(folded([0], UNLUCKY), DAY_OF_SAMPLES - 1)).toBeDefined();
});

test.each([
  ["an anomaly", [0, Flag.anomaly, 0]],
  ["a sample during an incident", [0, Flag.incident, 0]],
  ["a late anomaly", [Flag.late | Flag.anomaly, 0, 0]],
])("a record with %s is kept whole", (_, flags) => {
  const { part: samples, ...record } = folded(flags, UNLUCKY);
  expect(chunkOf({ part: samples, ...record }, GROWN)).toEqual({
    host: UNLUCKY,
    schema: samples.schema,
    times: Float64Array.from(samples.times),
    values: samples.values,
    flags: Uint8Array.from(flags),
  });
});

test("late samples alone are no reason to keep a record", () => {
  expect(chunkOf(folded([Flag.late, Flag.late], UNLUCKY), GROWN)).toBeUndefined();
});

test("duplicates are left out, row by row", () => {
  const names = ["cpu", "load"];
  const rows = [
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ];
  const before = fold(state(), baseline(), [
    arrived(part({ names, rows: [rows[0]!, rows[2]!], times: [timeOf(0), timeOf(2)] })),
  ]);
  const [overlapping] = fold(before.state, baseline(), [arrived(part({ names, rows }))]).parts;
  expect(chunkOf(overlapping!, 0)).toMatchObject({
    times: Float64Array.of(timeOf(1), timeOf(3)),
    values: Float64Array.of(2, 20, 4, 40),
    flags: Uint8Array.of(Flag.late, 0),
  });
});

test("of duplicates alone nothing is kept, not even of a young host", () => {
  const [again] = told("!!!", told("!!!").state).parts;
  expect(chunkOf(again!, 0)).toBeUndefined();
});

test("times are those applied, where the host's clock was ahead", () => {
  const arrival = START - 3_600_000;
  const [moved] = fold(state(), baseline(), [arrived(story("..."), arrival)]).parts;
  expect(chunkOf(moved!, 0)!.times).toEqual(Float64Array.of(arrival - 20_000, arrival - 10_000, arrival));
});
