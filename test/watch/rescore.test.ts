// Scoring stored samples by the same baseline gives the scores of their arrival; any difference would be another
// baseline's effect.
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import { fold } from "../../lib/watch/fold.ts";
import { chunksOf, type HistoryChunk } from "../../lib/watch/history.ts";
import { type HostPolicy, NO_POLICY } from "../../lib/watch/policy.ts";
import { createRescorer } from "../../lib/watch/rescore.ts";
import { arrived, bandsBaseline, baseline, part, state, timeOf } from "../factories.ts";
import { MINUTE, MONDAY } from "../model/band-history.ts";

const SAMPLES_PER_RECORD = 7;
const reference = baseline();

/** A host that is calm but for twenty samples, as it was judged and as it was stored. */
function lived(policy: HostPolicy) {
  const values = Array.from({ length: 280 }, (_, i) => Math.sin(i / 5) + (i >= 100 && i < 120 ? 9 : 0));
  const scores: number[] = [];
  const chunks: HistoryChunk[] = [];
  let host = state();
  for (let first = 0; first < values.length; first += SAMPLES_PER_RECORD) {
    const rows = values.slice(first, first + SAMPLES_PER_RECORD).map((value) => [value]);
    const times = rows.map((_, i) => timeOf(first + i));
    const folded = fold(host, reference, [arrived(part({ rows, times }))], policy);
    host = folded.state;
    for (const one of folded.parts) {
      scores.push(...one.scores);
      const [chunk] = chunksOf([one], undefined);
      if (chunk) chunks.push(chunk);
    }
  }
  return { scores, chunks };
}

const rescored = (chunks: readonly HistoryChunk[], policy?: HostPolicy) => {
  const score = createRescorer(reference, policy);
  return chunks.flatMap((chunk) => [...score(chunk).scores]);
};

test("rescoring gives each sample its score from the samples before it, in any cut of records", () => {
  const { scores, chunks } = lived(NO_POLICY);
  const open = chunks.flatMap(({ flags }) => [...flags]).map((flag) => (flag & Flag.incident) !== 0);
  // It opened within the twenty, by the third, and was over before the end.
  expect([open[101], open[102], open[119], open[279]]).toEqual([false, true, true, false]);
  expect(rescored(chunks)).toEqual(scores);
});

test("a policy takes away the share of what it does not count, as it did live", () => {
  const down: HostPolicy = { rules: [], metric: () => ({ direction: "down", minAbsolute: 0, minRelative: 0 }) };
  const { scores, chunks } = lived(down);
  expect(rescored(chunks, down)).toEqual(scores);
  expect(Math.max(...rescored(chunks))).toBeGreaterThan(Math.max(...scores));
});

test("without a configuration, bands score a derived metric like any other", () => {
  const plain = bandsBaseline();
  const names = plain.schema.names;
  const derived = { ...plain, schema: { ...plain.schema, defined: { cpu_percent: "rate of total" } } };
  // Thursday noon behind the three days of the bands.
  const times = Array.from({ length: 10 }, (_, i) => MONDAY + (3 * 1_440 + 720 + i) * MINUTE);
  const far = arrived(part({ names, rows: times.map(() => [57]), times }));
  const chunks = chunksOf(fold(state(), plain, [far]).parts, undefined);
  const scoresBy = (known: Baseline) => {
    const score = createRescorer(known);
    return chunks.flatMap((chunk) => [...score({ ...chunk, schema: known.schema }).scores]);
  };
  expect(Math.max(...scoresBy(plain))).toBe(1.5); // (57 − 51) / 4
  expect(scoresBy(derived)).toEqual(scoresBy(plain));
});
