import { newBandsMemory } from "../../lib/model/band-memory.ts";
import { bandsOf } from "../../lib/model/detector.ts";
import { type Span, seriesOf, usualIn } from "../../lib/page/chart-series.ts";
import { Flag } from "../../lib/watch/apply.ts";
import type { Baseline } from "../../lib/watch/baseline.ts";
import type { HistoryChunk } from "../../lib/watch/history.ts";
import type { HostMemory } from "../../lib/watch/host-memory.ts";
import type { Schema } from "../../lib/wire/samples.ts";
import { bandsBaseline, baseline, START, STEP, schemaOf, timeOf } from "../factories.ts";

const CPU = schemaOf("cpu");

async function* chunks(...values: readonly (readonly (readonly [n: number, value: number, flag?: number])[])[]) {
  for (const rows of values) {
    const chunk: HistoryChunk = {
      host: "web-07",
      schema: CPU,
      times: Float64Array.from(rows, ([n]) => timeOf(n)),
      values: Float64Array.from(rows, ([, value]) => value),
      flags: Uint8Array.from(rows, ([, , flag = 0]) => flag),
    };
    yield chunk;
  }
}

function draw(
  history: AsyncIterable<HistoryChunk>,
  schema: Schema,
  judge: Baseline | undefined,
  span: Span,
  memory?: HostMemory,
) {
  return seriesOf(history, schema, usualIn(schema, judge, memory), span);
}

/** Mean 10, standard deviation 2: the band is 6 to 14. */
const TEN = baseline({ names: ["cpu"], mean: [10], sd: [2] });

test("a chart draws a value within the band of its baseline", async () => {
  const series = await draw(chunks([[0, 11]]), CPU, TEN, { from: START, to: timeOf(1), gap: 0 });
  expect(series).toEqual({
    times: [START],
    metrics: [{ metric: "cpu", values: [11], low: [6], high: [14], marks: [] }],
  });
});

test("a stretch of many samples keeps their mean, smallest and largest value, so that no spike is lost", async () => {
  const samples = Array.from({ length: 4_800 }, (_, n) => [n, n === 1_234 ? -20 : 10] as const);
  const span = { from: START, to: timeOf(samples.length), gap: 0 };
  const { times, metrics } = await draw(chunks(samples), CPU, TEN, span);
  expect(times).toHaveLength(480);
  // Ten samples a stretch: sample 1,234 is in the one at place 123, whose mean is (9 × 10 − 20) / 10.
  const [before, at] = [122, 123].map((place) =>
    [metrics[0]?.values, metrics[0]?.min, metrics[0]?.max].map((of) => of?.[place]),
  );
  expect([before, at]).toEqual([
    [10, 10, 10],
    [7, -20, 10],
  ]);
});

test("stretches divide the time that has samples, not the window: an hour of a week keeps every sample", async () => {
  const samples = Array.from({ length: 360 }, (_, n) => [n, n] as const);
  const span = { from: timeOf(360) - 7 * 8_640 * STEP, to: timeOf(360), gap: 0 };
  const { times, metrics } = await draw(chunks(samples), CPU, TEN, span);
  expect(times).toHaveLength(360);
  expect(metrics[0]).not.toHaveProperty("min");
});

test("the mark of a stretch is its anomalous value that is farthest from usual", async () => {
  const samples = Array.from({ length: 4_800 }, (_, n) => {
    const value = n === 11 ? 99 : n === 12 ? 50 : n === 13 ? 60 : 10;
    return [n, value, n === 12 || n === 13 ? Flag.anomaly : 0] as const;
  });
  const span = { from: START, to: timeOf(samples.length), gap: 0 };
  expect((await draw(chunks(samples), CPU, TEN, span)).metrics[0]?.marks).toEqual([[1, 60]]);
});

test("an anomaly marks the metrics outside their bands, and all of them if none is outside", async () => {
  const schema = schemaOf("cpu", "load");
  const both = baseline({ names: ["cpu", "load"], mean: [10, 1], sd: [2, 0.5] });
  const chunk = (n: number, cpu: number, load: number, flag: number): HistoryChunk => ({
    host: "web-07",
    schema,
    times: Float64Array.of(timeOf(n)),
    values: Float64Array.of(cpu, load),
    flags: Uint8Array.of(flag),
  });
  async function* three() {
    yield chunk(0, 20, 1, Flag.anomaly);
    yield chunk(1, 20, 1, 0);
    yield chunk(2, 11, 1, Flag.anomaly);
  }
  const { metrics } = await draw(three(), schema, both, { from: START, to: timeOf(3), gap: 0 });
  expect(metrics.map(({ marks }) => marks)).toEqual([
    [
      [0, 20],
      [2, 11],
    ],
    [[2, 1]],
  ]);
});

test("a chart draws a feature while its definition is the present one, without the band of another", async () => {
  const span = { from: START, to: timeOf(2), gap: 0 };
  const defined = (definition: string) => ({ ...CPU, defined: { cpu: definition } });
  async function* changed() {
    for await (const chunk of chunks([[0, 500]])) yield { ...chunk, schema: defined("aaaaaaaa") };
    for await (const chunk of chunks([[1, 11]])) yield { ...chunk, schema: defined("bbbbbbbb") };
  }
  const [old, own] = [
    { ...TEN, schema: defined("aaaaaaaa") },
    { ...TEN, schema: defined("bbbbbbbb") },
  ];
  const [cpu] = (await draw(changed(), own.schema, old, span)).metrics;
  expect(cpu).toEqual({ metric: "cpu", values: [null, 11], low: [null, null], high: [null, null], marks: [] });
  const [refitted] = (await draw(changed(), own.schema, own, span)).metrics;
  expect(refitted).toMatchObject({ values: [null, 11], low: [6, 6], high: [14, 14] });
});

test("a newcomer's band is the one that judges it: its group's, widened to where the host lies", async () => {
  const group = bandsBaseline({ owner: "group#web", names: ["cpu"] });
  const model = bandsOf(group.model)!;
  // Half as much again as its group, whose band is 49 to 51: up to 51 × 75 / 50.
  const own = { level: Float64Array.of(Math.log(1.5)), deviation: new Float64Array(1), seen: Float64Array.of(60) };
  const memory = { ...newBandsMemory(model, true), own };
  const span = { from: START, to: timeOf(1), gap: 0 };
  const bandOf = async (judge: Baseline, remembered: HostMemory) => {
    const [cpu] = (await draw(chunks([[0, 75]]), CPU, judge, span, remembered)).metrics;
    return [cpu?.low[0], cpu?.high[0]];
  };
  expect(await bandOf(group, memory)).toEqual([expect.closeTo(49, 0), expect.closeTo(76.5, 0)]);
  expect(await bandOf(group, { members: [memory] })).toEqual(await bandOf(group, memory));
  expect(await bandOf({ ...group, owner: "host#web-07" }, memory)).toEqual([49, 51].map((of) => expect.closeTo(of, 0)));
});

test("a chart draws nothing across a gap", async () => {
  const samples = [0, 1, 2, 3, 60, 61, 62].map((n) => [n, 10] as const);
  const span = { from: START, to: timeOf(63), gap: 0 };
  const [cpu] = (await draw(chunks(samples), CPU, TEN, span)).metrics;
  expect(cpu?.values).toEqual([10, 10, 10, 10, null, 10, 10, 10]);
  const [thinned] = (await draw(chunks(samples), CPU, TEN, { ...span, gap: 60 * STEP })).metrics;
  expect(thinned?.values).toEqual([10, 10, 10, 10, 10, 10, 10]);
});

test("the last samples are the newest ones, and those outside the span are left out", async () => {
  const samples = Array.from({ length: 50 }, (_, n) => [n, n] as const);
  const span = { from: START, to: timeOf(40), gap: 0, last: 3 };
  expect((await draw(chunks(samples), CPU, undefined, span)).metrics).toEqual([
    { metric: "cpu", values: [37, 38, 39], low: [null, null, null], high: [null, null, null], marks: [] },
  ]);
});
