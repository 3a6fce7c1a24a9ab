import type { StreamEvent } from "../lib/handlers/contract.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import { createRows, FEATURES, GROUP, type Host, INTERVAL_MS, SCHEMA, START } from "./fleet.ts";

/** The payload of one stream record. */
export interface Payload {
  readonly host: string;
  readonly json: string;
}

/** One record per sample, `{"host","group","time","metrics"}`, all hosts taking turns. */
export function oneByOne(hosts: readonly Host[], samplesEach: number): Payload[] {
  const rows = hosts.map((host, i) => createRows(host, samplesEach, 100 + i, true));
  return Array.from({ length: samplesEach }, (_, sample) =>
    hosts.map(({ name }, i) => {
      const row = rows[i]!.subarray(sample * FEATURES, (sample + 1) * FEATURES);
      const metrics = Object.fromEntries(SCHEMA.names.map((metric, j) => [metric, row[j]]));
      return { host: name, json: JSON.stringify({ host: name, group: GROUP, time: timeOf(sample), metrics }) };
    }),
  ).flat();
}

/** Record v1 with the schema's id instead of the names, all samples of a host in one record. */
export function rowByRow(hosts: readonly Host[], samplesEach: number): Payload[] {
  return hosts.map(({ name }, i) => {
    const rows = createRows(hosts[i]!, samplesEach, 100 + i, true);
    const json = encodeJson({
      host: name,
      group: GROUP,
      boot: START / 1000,
      seq: 1,
      names: SCHEMA.names,
      withNames: false,
      times: Array.from({ length: samplesEach }, (_, sample) => timeOf(sample)),
      rows: Array.from({ length: samplesEach }, (_, k) => Array.from(rows.subarray(k * FEATURES, (k + 1) * FEATURES))),
    });
    return { host: name, json };
  });
}

/** After every sample made here, and no hour later: none of them counts as from the past. */
const ARRIVAL_SECONDS = START / 1000 + 1_200;

export function eventOf(payloads: readonly Payload[]): StreamEvent {
  const Records = payloads.map(({ host, json }, i) => ({
    eventID: `shardId-000000000000:${i}`,
    kinesis: {
      sequenceNumber: String(i),
      partitionKey: host,
      data: Buffer.from(json).toString("base64"),
      approximateArrivalTimestamp: ARRIVAL_SECONDS,
    },
  }));
  return { Records };
}

function timeOf(sample: number): number {
  return START + sample * INTERVAL_MS;
}
