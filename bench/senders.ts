import { gzipSync } from "node:zlib";
import { eventOf, type StreamEvent } from "../lib/handlers/contract.ts";
import { fitBands } from "../lib/model/fit-bands.ts";
import { DEFAULT_EPSILON } from "../lib/model/pooled-epsilon.ts";
import { MINUTE_MS } from "../lib/time.ts";
import { type Baseline, hostOwner } from "../lib/watch/baseline.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import { schemaId } from "../lib/wire/schemas.ts";
import { HOST, JUDGED, secondsAt } from "../test/watch/senders/machine.ts";
import { nodeExporter } from "../test/watch/senders/node-exporter.ts";
import { telegraf } from "../test/watch/senders/telegraf.ts";
import type { Benchmark } from "./benchmark.ts";
import { GROUP } from "./fleet.ts";
import { cpuWithGarbage, ratioOf, type Side } from "./measure.ts";
import { scoreHosts } from "./score.ts";

const HOSTS = 20;
const ROUNDS = 40;
/** Readings until the sender's interval is known. */
const LEARNING = 5;
/** The agent sends a record a minute, with a sample each ten seconds (docs/agent.md). */
const AGENT_SAMPLES = 6;
/** A day and a half at one sample a minute. */
const FITTED_ROWS = 2_000;

const names = Object.keys(JUDGED).sort();
const schema = { id: schemaId(names), names };

/** The same host, a reading a minute: by its agent, and by senders of some 500 series. */
export function senderBenchmarks(): Benchmark[] {
  const target = { atMost: 2 };
  const of = (id: string, what: string, side: () => Side, agent: Reading): Benchmark => ({
    ...{ id, what, against: `agent's record, ${agent.samples} × ${names.length} values`, target, required: false },
    run: () => ratioOf(side(), scoring(agent), ROUNDS),
  });
  const [exporter, inputs] = [lines(nodeExporter), lines(telegraf)];
  const [record, sample] = [agentOf(AGENT_SAMPLES, gzipSync), agentOf(1)];
  return [
    of(
      "P1",
      "500 series of node_exporter, JSON lines of a bridge: CPU to saved state",
      () => scoring(exporter),
      record,
    ),
    of("P2", "400 values of Telegraf, JSON lines: CPU to saved state", () => scoring(inputs), record),
    of("P3", "P1 against one sample", () => scoring(exporter), sample),
    of("P4", "P2 against one sample", () => scoring(inputs), sample),
    of("P5", "JSON.parse alone of the lines of P1, against one sample", () => parsing(exporter), sample),
  ];
}

/** A sender of one host. */
interface Reading {
  /** The samples in each record. */
  readonly samples: number;
  /** The host's n-th record. */
  readonly record: (host: string, n: number) => string | Buffer;
}

function lines(read: (n: number) => readonly unknown[]): Reading {
  const text = (n: number) => read(n).map((document) => JSON.stringify(document));
  return { samples: 1, record: (host, n) => text(n).join("\n").replaceAll(HOST, host) };
}

/** The last minute, in the agent's form. */
function agentOf(samples: number, packed: (text: string) => string | Buffer = (text) => text): Reading {
  const about = { group: GROUP, boot: secondsAt(0), names, withNames: false };
  const row = names.map((name) => JUDGED[name]!);
  const ages = Array.from({ length: samples }, (_, i) => (samples - 1 - i) * (MINUTE_MS / samples));
  const record = (host: string, n: number) => {
    const times = ages.map((age) => 1000 * secondsAt(n) - age);
    return packed(encodeJson({ ...about, host, seq: n, times, rows: times.map(() => row) }));
  };
  return { samples, record };
}

function scoring(reading: Reading): Side {
  const hosts = hostNames();
  const score = scoreHosts(hosts, hosts.map(baselineOf));
  const wanted = HOSTS * reading.samples;
  let next = 0;
  return async () => {
    const event = batchOf(reading, next++, hosts);
    let judged = 0;
    const seconds = await cpuWithGarbage(async () => {
      judged = await score(event);
    });
    if (next > LEARNING && judged !== wanted) throw new Error(`${judged} samples judged, of ${wanted}`);
    return seconds;
  };
}

/** The least work of a reader of all lines. */
function parsing(reading: Reading): Side {
  const hosts = hostNames();
  let next = 0;
  return () => {
    const { Records } = batchOf(reading, next++, hosts);
    return cpuWithGarbage(() => {
      for (const { kinesis } of Records)
        for (const line of Buffer.from(kinesis.data, "base64").toString().split("\n")) JSON.parse(line);
    });
  };
}

function hostNames(): readonly string[] {
  return Array.from({ length: HOSTS }, (_, i) => `web-${String(100 + i)}`);
}

function batchOf({ record }: Reading, n: number, hosts: readonly string[]): StreamEvent {
  const arrival = (secondsAt(n) + 1) * 1_000;
  const Records = hosts.map((host, i) => {
    const data = Buffer.from(record(host, n)).toString("base64");
    return eventOf({ sequenceNumber: String(i), partitionKey: host, arrival, data });
  });
  return { Records };
}

/** Learnt from a host as calm as the measured one, so that no incident is open. */
function baselineOf(host: string): Baseline {
  const values = Float64Array.from({ length: FITTED_ROWS * names.length }, (_, i) => JUDGED[names[i % names.length]!]!);
  const start = 1000 * secondsAt(0);
  const times = Float64Array.from({ length: FITTED_ROWS }, (_, i) => start - (FITTED_ROWS - i) * MINUTE_MS);
  const model = fitBands({ metrics: names.length, values, times }, names, "UTC");
  const about = { owner: hostOwner(host), version: 1, schema, samples: FITTED_ROWS, fitted: start };
  return { ...about, model, epsilon: DEFAULT_EPSILON };
}
