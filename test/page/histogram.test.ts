// How the scores of a host's samples lie, counted by hand: with mean 0 and sd 1 a score is the square of the value, halved.

import { type AnomalyIncident, type Incident, subjectOf } from "../../lib/incident/incident.ts";
import type { Verdict } from "../../lib/incident/label.ts";
import { histogramOf } from "../../lib/page/histogram.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { Flag } from "../../lib/watch/apply.ts";
import { NO_POLICY } from "../../lib/watch/policy.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { aChunk, anIncident, aSilentIncident, aState, keepChunk, NOON } from "../contract/examples.ts";
import { baseline, STEP, schemaOf } from "../factories.ts";

const DAY = 86_400_000;
const { anomaly, incident } = Flag;
const calm = (...values: readonly number[]) => values.map((value) => [value, 0] as const);

/** Samples from a place on, a step apart: value and flags. */
const at = (place: number, samples: readonly (readonly [value: number, flags: number])[]) =>
  aChunk("web-07", {
    schema: schemaOf("cpu"),
    times: Float64Array.from(samples, (_, i) => NOON + (place + i) * STEP),
    values: Float64Array.from(samples, ([value]) => value),
    flags: Uint8Array.from(samples, ([, flags]) => flags),
  });

/**
 * The same, each sample five times within its step and from two of these before it on: then what persists at those five
 * is the score of its value. The two before the first have the score of what was before them, and are in no incident.
 */
const steady = (place: number, samples: readonly (readonly [value: number, flags: number])[]) => {
  const fifths = samples.flatMap((sample) => Array.from({ length: 5 }, () => sample));
  const value = (i: number) => (fifths[Math.max(0, i)] ?? samples.at(-1)!)[0];
  return aChunk("web-07", {
    schema: schemaOf("cpu"),
    times: Float64Array.from({ length: fifths.length + 2 }, (_, i) => NOON + place * STEP + (i - 2) * (STEP / 5)),
    values: Float64Array.from({ length: fifths.length + 2 }, (_, i) => value(i)),
    flags: Uint8Array.from({ length: fifths.length + 2 }, (_, i) => fifths[i - 2]?.[1] ?? 0),
  });
};

/** From a place to that of its last anomaly, all five samples. */
const during = (from: number, to: number, verdict?: Verdict, fields: Partial<AnomalyIncident> = {}) =>
  anIncident("web-07", {
    opened: NOON + from * STEP,
    lastAnomaly: NOON + (to + 0.8) * STEP,
    ...(verdict ? { label: { verdict, at: NOON, by: "ann" } } : {}),
    ...fields,
  });

async function counted(
  chunks: readonly ReturnType<typeof aChunk>[],
  incidents: readonly Incident[] = [],
  state: HostState = aState("web-07"),
  now = NOON + DAY,
) {
  const stores = createMemoryStores(() => now);
  for (const chunk of chunks) await keepChunk(stores, chunk);
  for (const one of incidents) {
    await stores.incidents.save(one);
    if (one.label) await stores.incidents.label(subjectOf(one), one.opened, one.label);
  }
  return histogramOf(stores, { state, baseline: baseline({ epsilon: 8 }), policy: NO_POLICY }, now);
}

test("the histogram counts samples by the label of their incident", async () => {
  const inIncident = anomaly | incident;
  const { from, to, cut, keptOneIn, epsilon, kinds } = await counted(
    [
      steady(0, [...calm(1, 1, 2), [6, anomaly]]),
      // Opened with a sample that was not yet flagged; the last one is calm, and left out.
      steady(10, [
        [6, anomaly],
        [6, inIncident],
        [1, incident],
        [6, inIncident],
        [1, incident],
      ]),
      steady(20, [[6, inIncident]]),
      steady(30, [[6, inIncident]]),
      steady(40, [
        [6, inIncident],
        [6, inIncident],
      ]),
      steady(50, [[6, inIncident]]),
      steady(60, [[2, incident]]),
    ],
    [
      during(10, 13, "fault"),
      during(20, 20, "false"),
      during(30, 30, "new-normal"),
      during(40, 41, "expected"),
      during(50, 50),
      during(60, 60, "unknown"),
      aSilentIncident("web-07", { opened: NOON + STEP, label: { verdict: "fault", at: NOON, by: "ann" } }),
    ],
  );
  expect({ from, to, cut, keptOneIn, epsilon }).toEqual({
    ...{ from: NOON - 0.4 * STEP, to: NOON + 60.8 * STEP, cut: false, keptOneIn: 1, epsilon: 8 },
  });
  expect(kinds.map(({ kind, samples, above }) => [kind, samples, above])).toEqual([
    // Two before each of seven; before 10, 30, 40, 50 and 60 they are as high as what was before them.
    ["normal", 4 * 5 + 7 * 2, 5 + 5 * 2],
    ["fault", 20, 15],
    ["false", 10, 10],
    ["expected", 10, 10],
    ["unlabelled", 10, 5],
  ]);
});

test("a bin holds the scores between its edges, and two bins are one level of rises", async () => {
  // Scores 0.5, 0.5, 2, 2.42, 18 and 25,000, five times each, and twice 0 before them.
  const { edges, kinds } = await counted([steady(0, calm(1, -1, 2, 2.2, 6, 223.6068))]);
  const [normal] = kinds;
  const filled = [...(normal?.counts ?? []).entries()].filter(([, amount]) => amount > 0);
  const bins = filled.slice(1).map(([bin, amount]) => [edges[bin]?.toFixed(3), edges[bin + 1]?.toFixed(3), amount]);
  // python3 -c 'for k in (0, 11, 12, 29, 89): print("%.3f %.3f" % (.5*1.275**(k/2), .5*1.275**((k+1)/2)))'
  expect(bins).toEqual([
    ["0.500", "0.565", 10],
    ["1.902", "2.148", 5],
    ["2.148", "2.425", 5],
    ["16.938", "19.126", 5],
    ["24784.104", "27985.194", 5],
  ]);
  expect(edges).toHaveLength((normal?.counts.length ?? 0) + 1);
  expect([normal?.counts[0], normal?.counts.at(-1)]).toEqual([2, 5]);
});

test("scores beyond all bins are in the first and the last, and an unknown score is in none", async () => {
  // 1e6² / 2 is 5e11; without its metric a sample has no score.
  const { edges, kinds } = await counted([steady(0, calm(0, 1e6))]);
  expect(edges).toHaveLength(150 + 1);
  expect(kinds).toEqual([expect.objectContaining({ samples: 12, above: 5 })]);
  expect([kinds[0]?.counts[0], kinds[0]?.counts[149]]).toEqual([7, 5]);
});

test("a calm sample counts as the four from which it was kept, once the host was no longer young", async () => {
  // Ten days at 10 s: 8,640 samples a day, of which 2,160 are kept. It was young for the first day.
  const grown = aState("web-07", { seen: 10 * 8_640, since: NOON, newest: NOON + 10 * DAY });
  const days = (count: number) => (count * DAY) / STEP;
  const chunks = [
    steady(days(0.5), calm(1, 1)),
    steady(days(2), calm(1, 1, 1)),
    // What came in one record with an anomaly was kept for certain.
    steady(days(3), [...calm(1), [6, anomaly]]),
  ];
  const { keptOneIn, kinds } = await counted(chunks, [], grown, NOON + 5 * DAY);
  expect(keptOneIn).toBe(4);
  expect(kinds).toMatchObject([{ kind: "normal", samples: 12 + 17 * 4 + 12, above: 5 }]);
});

test("the histogram covers a week, and the first 100,000 samples at most", async () => {
  const week = await counted([at(-1, calm(1)), at(0, calm(1, 1))], [], aState("web-07"), NOON + 7 * DAY);
  expect(week).toMatchObject({ from: NOON, kinds: [{ samples: 2 }] });
  const many = (place: number) => at(place, calm(...new Array<number>(50_000).fill(1)));
  const all = [many(0), many(50_000)];
  const much = await counted(all, [], aState("web-07"), NOON + 6 * DAY);
  expect(much).toMatchObject({ cut: false, kinds: [{ samples: 100_000 }] });
  const tooMuch = await counted([...all, at(50_001, calm(1))], [], aState("web-07"), NOON + 6 * DAY);
  expect(tooMuch).toMatchObject({ cut: true, to: NOON + 99_999 * STEP, kinds: [{ samples: 100_000 }] });
});

test("without samples there is no histogram", async () => {
  expect(await counted([])).toMatchObject({ from: 0, to: 0, edges: [], kinds: [] });
});
