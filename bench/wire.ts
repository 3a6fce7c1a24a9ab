import { decodeRecord } from "../lib/wire/decode.ts";
import { Schemas } from "../lib/wire/schemas.ts";
import type { Benchmark } from "./benchmark.ts";
import { agentRecords, type Payload, plainRecords, SAMPLES_PER_RECORD } from "./event.ts";
import { createHosts, SCHEMA, START } from "./fleet.ts";
import { here, ratioOf } from "./measure.ts";

const HOSTS = 100;
const ROUNDS = 40;

/** The same samples in the format of the agent and in the one that is easiest to send, before compression. */
export function wireBenchmarks(): Benchmark[] {
  const hosts = createHosts(HOSTS);
  const [rows, objects] = [agentRecords(hosts, 0), plainRecords(hosts, 0)];
  const what = `record v1, ${SAMPLES_PER_RECORD} rows`;
  const against = "one JSON object per sample";
  return [
    {
      id: "W1",
      what: `${what}: CPU of reading a sample`,
      against,
      target: { atMost: 0.55 },
      required: true,
      run: () => ratioOf(reading(rows), reading(objects), ROUNDS),
    },
    {
      id: "W2",
      what: `${what}: bytes per sample`,
      against,
      target: { atMost: 0.5 },
      required: true,
      run: () => ({ median: sizeOf(rows) / sizeOf(objects) }),
    },
  ];
}

function reading(payloads: readonly Payload[]) {
  const schemas = new Schemas();
  schemas.of(SCHEMA.names);
  return here(() => {
    for (const { bytes } of payloads) decodeRecord(bytes, START, schemas);
  });
}

function sizeOf(payloads: readonly Payload[]): number {
  return payloads.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
