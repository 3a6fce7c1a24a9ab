import type { StreamEvent } from "../lib/handlers/contract.ts";
import type { Covariance } from "../lib/model/gaussian.ts";
import type { Benchmark } from "./benchmark.ts";
import { eventOf, oneByOne, type Payload, rowByRow } from "./event.ts";
import { createHosts, type Host, type Kind } from "./fleet.ts";
import { here, ratioOf } from "./measure.ts";
import { createScore } from "./score.ts";
import { createTextbook } from "./textbook.ts";

const HOSTS = 100;
/** What the 6 MB of an event hold in records of one sample, with envelopes of ordinary length. */
const RECORDS = 3_894;
const ROUNDS = 40;
const TEXTBOOK_ROUNDS = 15;

/** The score function from the parsed event on, against the least that any function must do and against the usual one. */
export function handlerBenchmarks(): Benchmark[] {
  const hosts = createHosts(HOSTS);
  const event = eventOf(oneByOne(hosts, Math.ceil(RECORDS / HOSTS)).slice(0, RECORDS));
  const ours = { diagonal: createScore(hosts, "diagonal"), full: createScore(hosts, "full") };
  const floor = here(() => parseOnly(event));
  const toFloor = (covariance: Covariance) => () =>
    ratioOf(
      here(() => ours[covariance](event)),
      floor,
      ROUNDS,
    );
  const textbook = (covariance: Covariance) => () => {
    const other = createTextbook(hosts, covariance);
    return ratioOf(
      here(() => other(event)),
      here(() => ours[covariance](event)),
      TEXTBOOK_ROUNDS,
    );
  };
  const against = "JSON.parse of the records";
  const usual = "score as a textbook has it (zod, ml-matrix)";
  return [
    { id: "H1", what: "score, diagonal", against, target: { atMost: 1.2 }, required: true, run: toFloor("diagonal") },
    { id: "H2", what: "score, full", against, target: { atMost: 1.5 }, required: true, run: toFloor("full") },
    {
      id: "H5",
      what: `${usual}, diagonal`,
      against: "ours",
      target: { atLeast: 2 },
      required: false,
      run: textbook("diagonal"),
    },
    {
      id: "H6",
      what: `${usual}, full`,
      against: "ours",
      target: { atLeast: 3 },
      required: false,
      run: textbook("full"),
    },
  ];
}

function parseOnly({ Records }: StreamEvent): void {
  for (const { kinesis } of Records) JSON.parse(Buffer.from(kinesis.data, "base64").toString());
}

/** Samples of a host in one record of the row format. */
const ROWS = 100;

/** Its rounds are short, and there is more for the compiler to do: a second or so of either. */
const FUSED_WARM_UP = 100;
const FUSED_ROUNDS = 100;

/**
 * The default detector on the format of the agent. Before all others: a process that has scored by other detectors as well runs
 * this one a tenth slower, and a deployed function has mostly one.
 */
export function fusedBenchmark(): Benchmark {
  const hosts = createHosts(Math.floor(RECORDS / ROWS));
  const rows = rowByRow(hosts, ROWS);
  const event = eventOf(rows);
  const run = () =>
    ratioOf(
      scoring(hosts, rows, "fused"),
      here(() => parseOnly(event)),
      FUSED_ROUNDS,
      FUSED_WARM_UP,
    );
  const what = `score, fused, record v1, ${ROWS} rows`;
  return { id: "F1", what, against: "JSON.parse of the records", target: { atMost: 1.6 }, required: true, run };
}

/** The same samples in the format of the agent and in the one that is easiest to send. */
export function wireBenchmarks(): Benchmark[] {
  const hosts = createHosts(HOSTS);
  const few = hosts.slice(0, Math.floor(RECORDS / ROWS));
  const [rows, objects] = [rowByRow(few, ROWS), oneByOne(few, ROWS)];
  const what = `record v1, ${ROWS} rows`;
  const against = "one JSON object per record";
  const time = () => ratioOf(scoring(few, rows, "diagonal"), scoring(few, objects, "diagonal"), ROUNDS);
  return [
    { id: "W1", what: `${what}: CPU per sample`, against, target: { atMost: 0.55 }, required: true, run: time },
    {
      id: "W2",
      what: `${what}: bytes per sample`,
      against,
      target: { atMost: 0.5 },
      required: true,
      run: () => ({ median: bytesOf(rows) / bytesOf(objects) }),
    },
  ];
}

function scoring(hosts: readonly Host[], payloads: readonly Payload[], kind: Kind) {
  const score = createScore(hosts, kind);
  const event = eventOf(payloads);
  return here(() => score(event));
}

function bytesOf(payloads: readonly Payload[]): number {
  return payloads.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
}
