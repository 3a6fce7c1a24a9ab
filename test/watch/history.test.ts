import fc from "fast-check";
import { Flag, type FoldedPart } from "../../lib/watch/apply.ts";
import { fold } from "../../lib/watch/fold.ts";
import { chunksOf, type Thinning, thinningOf } from "../../lib/watch/history.ts";
import { arrived, baseline, part, START, state, timeOf } from "../factories.ts";
import { story, told } from "./story.ts";

const DAY_OF_SAMPLES = 8_640;
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** A host that sent a month long, every `interval` seconds. */
const grown = (interval: number) => ({ seen: (30 * 86_400) / interval, since: START, newest: START + 30 * DAY });
const QUARTER = thinningOf(grown(10));

const chunkOf = (one: FoldedPart, thinning: Thinning | undefined) => chunksOf([one], thinning)[0];

/** A folded part of calm samples, or of samples with these flags. */
function folded(flags: readonly number[] = [0, 0], host = "web-07", from = 0, step = 10 * SECOND): FoldedPart {
  const times = flags.map((_, i) => START + (from + i) * step);
  const samples = part({ host, rows: flags.map((_, i) => [i]), times });
  return { part: samples, times: samples.times, scores: flags.map(() => 0), flags };
}

/** A host whose calm record at `START` is not in the share, so that only other reasons can keep it. */
const UNLUCKY = Array.from({ length: 100 }, (_, i) => `web-${i}`).find((host) => !chunkOf(folded([0], host), QUARTER))!;

describe("thinning", () => {
  // 2,160 samples a day are kept: a day has 86,400 at 1 s, 17,280 at 5 s, 8,640 at 10 s, 5,760 at 15 s, 2,160 at 40 s.
  test.each([
    [1, { oneIn: 40, blockMs: 60 * SECOND }],
    [5, { oneIn: 8, blockMs: 300 * SECOND }],
    [10, { oneIn: 4, blockMs: 600 * SECOND }],
    [15, { oneIn: 2, blockMs: 900 * SECOND }],
    [30, undefined],
    [40, undefined],
    [60, undefined],
    [300, undefined],
  ])("of a host that sends every %i s: %j", (interval, thinning) => {
    expect(thinningOf(grown(interval))).toEqual(thinning);
  });

  test("of a host that sends more often than once a second is as at 1 s", () => {
    expect(thinningOf(grown(0.1))).toEqual({ oneIn: 40, blockMs: 60 * SECOND });
  });

  test("keeps every record of a young host", () => {
    const at = (seen: number) => thinningOf({ seen, since: START, newest: START + seen * 10 * SECOND });
    expect(at(DAY_OF_SAMPLES - 1)).toBeUndefined();
    expect(at(DAY_OF_SAMPLES)).toEqual(QUARTER);
    expect(chunkOf(folded([0], UNLUCKY), QUARTER)).toBeUndefined();
    expect(chunkOf(folded([0], UNLUCKY), undefined)).toBeDefined();
  });
});

test.each([10, 1])("the history keeps about the thinning's share from hosts that send every %i s", (interval) => {
  const thinning = thinningOf(grown(interval))!;
  const share = 1 / thinning.oneIn;
  const blocks = 10_000;
  const kept = Array.from({ length: blocks }, (_, i) =>
    folded([0], `web-${i % 100}`, 60 * Math.floor(i / 100), interval * SECOND),
  ).filter((record) => chunkOf(record, thinning)).length;
  // A binomial's standard deviation; five of them.
  expect(Math.abs(kept - blocks * share)).toBeLessThan(5 * Math.sqrt(blocks * share * (1 - share)));
});

test("sixty samples stay together, so that the history keeps changes from one to the next", () => {
  const kept = Array.from({ length: 6_000 }, (_, i) => chunkOf(folded([0], "web-07", i), QUARTER) !== undefined);
  for (let block = 0; block < 100; block++) {
    expect(new Set(kept.slice(60 * block, 60 * (block + 1))).size).toBe(1);
  }
  expect(new Set(kept).size).toBe(2);
});

test.each([10, 1])("a host that sends every %i s has every hour of the day kept within a month", (interval) => {
  const thinning = thinningOf(grown(interval))!;
  for (const host of ["a", "b", "web-07", "web-08"]) {
    const perDay = 86_400 / interval / 60;
    const blocks = Array.from({ length: 30 * perDay }, (_, i) => folded([0], host, 60 * i, interval * SECOND));
    const kept = blocks.filter((record) => chunkOf(record, thinning));
    expect(new Set(kept.map(({ times }) => new Date(times[0]!).getUTCHours())).size).toBe(24);
  }
});

test("a record delivered again is kept or dropped as before", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.nat(100_000),
      fc.constantFrom(1, 2, 5, 10, 15),
      (host, from, interval) => {
        const decide = () => chunkOf(folded([0, 0], host, from, interval * SECOND), thinningOf(grown(interval)));
        expect(decide()).toEqual(decide());
      },
    ),
  );
});

test("a duplicate before the record's own samples does not change whether they are kept", () => {
  fc.assert(
    fc.property(fc.nat(100_000), (from) => {
      const alone = chunkOf(folded([0], "web-07", from + 1), QUARTER);
      const again = chunkOf(folded([Flag.duplicate, 0], "web-07", from), QUARTER);
      expect(again?.times).toEqual(alone?.times);
    }),
  );
});

test.each([
  ["an anomaly", [0, Flag.anomaly, 0]],
  ["a sample during an incident", [0, Flag.incident, 0]],
  ["a late anomaly", [Flag.late | Flag.anomaly, 0, 0]],
])("a record with %s is kept whole", (_, flags) => {
  const { part: samples, ...record } = folded(flags, UNLUCKY);
  expect(chunkOf({ part: samples, ...record }, QUARTER)).toEqual({
    host: UNLUCKY,
    schema: samples.schema,
    times: Float64Array.from(samples.times),
    values: samples.values,
    flags: Uint8Array.from(flags),
  });
});

test("late samples alone do not keep a record", () => {
  expect(chunkOf(folded([Flag.late, Flag.late], UNLUCKY), QUARTER)).toBeUndefined();
});

test("the history leaves out duplicates row by row", () => {
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
  expect(chunkOf(overlapping!, undefined)).toMatchObject({
    times: Float64Array.of(timeOf(1), timeOf(3)),
    values: Float64Array.of(2, 20, 4, 40),
    flags: Uint8Array.of(Flag.late, 0),
  });
});

test("the history drops a record of duplicates, even from a young host", () => {
  const [again] = told("!!!", told("!!!").state).parts;
  expect(chunkOf(again!, undefined)).toBeUndefined();
});

test("the history keeps the corrected times of a host whose clock was ahead", () => {
  const arrival = START - 3_600_000;
  const [moved] = fold(state(), baseline(), [arrived(story("..."), arrival)]).parts;
  expect(chunkOf(moved!, undefined)!.times).toEqual(Float64Array.of(arrival - 20_000, arrival - 10_000, arrival));
});

test("a copy in the same batch adds nothing, even if the host has forgotten the first samples", () => {
  // It remembers 64 of a record's samples: the copy's first 36 are late, the others duplicates.
  const record = folded(Array<number>(100).fill(0));
  const copy = folded([...Array<number>(36).fill(Flag.late), ...Array<number>(64).fill(Flag.duplicate)]);
  expect(chunksOf([record, copy], undefined).map(({ times }) => times.length)).toEqual([100]);
});
