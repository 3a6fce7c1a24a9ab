import type { StreamEvent } from "../lib/handlers/contract.ts";
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
import { cpuOf, ratioOf, type Side } from "./measure.ts";
import { scoreHosts } from "./score.ts";

const HOSTS = 20;
const ROUNDS = 40;
/** Readings until the sender's interval is known. */
const LEARNING = 5;
/** A day and a half at one sample a minute. */
const FITTED_ROWS = 2_000;

const names = Object.keys(JUDGED).sort();
const schema = { id: schemaId(names), names };

/** The same host, a reading a minute: by its agent, and by senders of some 500 series. */
export function senderBenchmarks(): Benchmark[] {
  const target = { atMost: 2 };
  const against = `agent's record, ${names.length} metrics`;
  const of = (id: string, what: string, side: () => Side): Benchmark => ({
    ...{ id, what, against, target, required: false },
    run: () => ratioOf(side(), scoring(agent), ROUNDS),
  });
  const [exporter, inputs] = [lines(nodeExporter), lines(telegraf)];
  return [
    of("P1", "500 series of node_exporter, JSON lines of a bridge: CPU to saved state", () => scoring(exporter)),
    of("P2", "400 series of Telegraf, JSON: CPU to saved state", () => scoring(inputs)),
    of("P3", "JSON.parse alone of the lines of P1", () => parsing(exporter)),
  ];
}

/** The text of a host's n-th reading. */
type Reading = (n: number) => string;

function lines(read: (n: number) => readonly unknown[]): Reading {
  return (n) =>
    read(n)
      .map((document) => JSON.stringify(document))
      .join("\n");
}

const agent: Reading = (n) =>
  encodeJson({
    ...{ host: HOST, group: GROUP, boot: secondsAt(0), seq: n, names, withNames: false },
    times: [1000 * secondsAt(n)],
    rows: [names.map((name) => JUDGED[name]!)],
  });

function scoring(read: Reading): Side {
  const hosts = hostNames();
  const score = scoreHosts(hosts, hosts.map(baselineOf));
  let next = 0;
  return async () => {
    const event = eventOf(read(next), next++, hosts);
    let judged = 0;
    const seconds = await cpuOf(async () => {
      judged = await score(event);
    });
    if (next > LEARNING && judged !== HOSTS) throw new Error(`${judged} samples judged, of ${HOSTS}`);
    return seconds;
  };
}

/** The least work of a reader of all lines. */
function parsing(read: Reading): Side {
  const hosts = hostNames();
  let next = 0;
  return () => {
    const { Records } = eventOf(read(next), next++, hosts);
    return cpuOf(() => {
      for (const { kinesis } of Records)
        for (const line of Buffer.from(kinesis.data, "base64").toString().split("\n")) JSON.parse(line);
    });
  };
}

function hostNames(): readonly string[] {
  return Array.from({ length: HOSTS }, (_, i) => `web-${String(100 + i)}`);
}

function eventOf(text: string, n: number, hosts: readonly string[]): StreamEvent {
  const Records = hosts.map((host, i) => ({
    eventID: `shardId-000000000000:${i}`,
    kinesis: {
      sequenceNumber: String(i),
      partitionKey: host,
      data: Buffer.from(text.replaceAll(HOST, host)).toString("base64"),
      approximateArrivalTimestamp: secondsAt(n) + 1,
    },
  }));
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
