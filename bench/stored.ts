import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { baselineReader, itemsOfVersion, partsOf } from "../lib/store/baseline-item.ts";
import { accepted } from "../lib/store/formats.ts";
import { attributesOfModel } from "../lib/store/model-item.ts";
import type { Baseline } from "../lib/watch/baseline.ts";
import type { Benchmark } from "./benchmark.ts";
import { createHosts, gaussianBaseline } from "./fleet.ts";
import { here, ratioOf } from "./measure.ts";

const ROUNDS = 40;
const TIMES = 200;

/** Reads a full baseline from DynamoDB's answers, its numbers as a list or as we store them; all else is equal. */
export function storedBenchmark(): Benchmark {
  const baseline = createHosts(1).map(gaussianBaseline)[0]!;
  const { head, parts } = itemsOfVersion(reportOf(baseline), baseline);
  const binary = JSON.stringify({ head, parts: parts.map((part) => ({ ...part, bytes: base64(part.bytes) })) });
  const list = JSON.stringify({ ...head, packing: undefined, model: listOf(attributesOfModel(baseline.model).model) });
  const reading = (read: (answer: string) => Baseline, answer: string) => here(() => read(answer), TIMES);
  return {
    id: "B1",
    what: "full baseline read from a list of numbers",
    against: "from our deflated binary",
    target: { atLeast: 3 },
    required: true,
    run: () => ratioOf(reading(readList, list), reading(readBinary, binary), ROUNDS),
  };
}

function base64(value: AttributeValue | undefined) {
  return { B: Buffer.from(value!.B!).toString("base64") };
}

function listOf(value: AttributeValue | undefined) {
  const numbers = new Float64Array(value!.B!.slice().buffer);
  return { L: Array.from(numbers, (number) => ({ N: String(number) })) };
}

/** The SDK's work on an answer, without its copying. */
function readBinary(answer: string): Baseline {
  const { head, parts } = JSON.parse(answer);
  const items = parts.map((part: { readonly bytes: { readonly B: string } }) => {
    return { ...part, bytes: { B: Buffer.from(part.bytes.B, "base64") } };
  });
  return baselineOf(accepted(baselineReader(partsOf(items))(head)));
}

function readList(answer: string): Baseline {
  const item = JSON.parse(answer);
  const numbers = Float64Array.from(item.model.L, ({ N }) => Number(N));
  return baselineOf(accepted(baselineReader(new Map())({ ...item, model: { B: new Uint8Array(numbers.buffer) } })));
}

function baselineOf(read: Baseline | undefined): Baseline {
  if (read) return read;
  throw new Error("The store rejected a baseline that this version wrote.");
}

function reportOf({ owner, version, fitted, model, samples, epsilon }: Baseline) {
  const { detector } = model;
  const labels = { fault: [], false: [] };
  const gate = { source: "quantile", labels, flagRate: 0, excluded: 0 } as const;
  return { owner, version, at: fitted, detector, covariance: "full", samples, epsilon, ...gate } as const;
}
