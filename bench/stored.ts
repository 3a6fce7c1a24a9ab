import { ACTIVE, baselineOfItem, itemOfVersion } from "../lib/store/baseline-item.ts";
import { accepted } from "../lib/store/formats.ts";
import type { Item } from "../lib/store/item-table.ts";
import type { Baseline } from "../lib/watch/baseline.ts";
import type { Benchmark } from "./benchmark.ts";
import { createHosts, gaussianBaseline } from "./fleet.ts";
import { here, ratioOf } from "./measure.ts";

const ROUNDS = 40;
const TIMES = 200;

/** Reads a full baseline from DynamoDB's answer, its numbers as a list or as we store them; all else is equal. */
export function storedBenchmark(): Benchmark {
  const baseline = createHosts(1).map(gaussianBaseline)[0]!;
  const item = itemOfVersion(reportOf(baseline), baseline, ACTIVE);
  const [binary, list] = [withBase64(item), withList(item)].map((answer) => JSON.stringify(answer));
  const reading = (read: (answer: string) => Baseline, answer: string | undefined) => here(() => read(answer!), TIMES);
  return {
    id: "B1",
    what: "full baseline read from a list of numbers",
    against: "from our binary",
    target: { atLeast: 10 },
    required: true,
    run: () => ratioOf(reading(readList, list), reading(readBinary, binary), ROUNDS),
  };
}

function withBase64(item: Item) {
  return { ...item, model: { B: Buffer.from(item.model!.B!).toString("base64") } };
}

function withList(item: Item) {
  const numbers = new Float64Array(item.model!.B!.slice().buffer);
  return { ...item, model: { L: Array.from(numbers, (number) => ({ N: String(number) })) } };
}

/** What the SDK does to an answer, without its copying. */
function readBinary(answer: string): Baseline {
  const item = JSON.parse(answer);
  return accepted(baselineOfItem({ ...item, model: { B: Buffer.from(item.model.B, "base64") } }));
}

function readList(answer: string): Baseline {
  const item = JSON.parse(answer);
  const numbers = Float64Array.from(item.model.L, ({ N }) => Number(N));
  return accepted(baselineOfItem({ ...item, model: { B: new Uint8Array(numbers.buffer) } }));
}

function reportOf({ owner, version, fitted, model, samples, epsilon }: Baseline) {
  const { detector } = model;
  const labels = { fault: [], false: [] };
  const gate = { source: "quantile", labels, flagRate: 0, excluded: 0 } as const;
  return { owner, version, at: fitted, detector, covariance: "full", samples, epsilon, ...gate } as const;
}
