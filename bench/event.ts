import { eventOf, type StreamEvent } from "../lib/handlers/contract.ts";
import { encodeJson } from "../lib/wire/encode.ts";
import { createRows, FEATURES, GROUP, type Host, INTERVAL_MS, SCHEMA, START } from "./fleet.ts";

/** The payload of one stream record. */
export interface Payload {
  readonly host: string;
  readonly bytes: Buffer;
}

/** The agent sends once a minute. */
export const SAMPLES_PER_RECORD = 6;

/** Record v1 with the schema's id instead of the names: the agent's record for a minute, not yet gzipped. */
export function agentRecords(hosts: readonly Host[], minute: number, anomalies = true): Payload[] {
  return hosts.map((host, i) => {
    const json = encodeJson({
      host: host.name,
      group: GROUP,
      boot: START / 1000,
      seq: minute * SAMPLES_PER_RECORD,
      names: SCHEMA.names,
      withNames: false,
      times: Array.from({ length: SAMPLES_PER_RECORD }, (_, k) => timeOf(minute, k)),
      rows: rowsOf(host, i, minute, anomalies),
    });
    return { host: host.name, bytes: Buffer.from(json) };
  });
}

/** The same samples, one record `{"host","group","time","metrics"}` for each, all hosts taking turns. */
export function plainRecords(hosts: readonly Host[], minute: number): Payload[] {
  const rows = hosts.map((host, i) => rowsOf(host, i, minute, true));
  return Array.from({ length: SAMPLES_PER_RECORD }, (_, k) =>
    hosts.map(({ name }, i) => {
      const metrics = Object.fromEntries(SCHEMA.names.map((metric, j) => [metric, rows[i]![k]![j]]));
      const json = JSON.stringify({ host: name, group: GROUP, time: timeOf(minute, k), metrics });
      return { host: name, bytes: Buffer.from(json) };
    }),
  ).flat();
}

function rowsOf(host: Host, i: number, minute: number, anomalies: boolean): number[][] {
  const rows = createRows(host, SAMPLES_PER_RECORD, 1_000 * minute + i, anomalies);
  return Array.from({ length: SAMPLES_PER_RECORD }, (_, k) => [...rows.subarray(k * FEATURES, (k + 1) * FEATURES)]);
}

/** As Lambda gets it from Kinesis, a second after the newest sample of that minute. */
export function batchOf(payloads: readonly Payload[], minute: number): StreamEvent {
  const arrival = timeOf(minute, SAMPLES_PER_RECORD - 1) + 1_000;
  const Records = payloads.map(({ host, bytes }, i) =>
    eventOf({ sequenceNumber: String(i), partitionKey: host, arrival, data: bytes.toString("base64") }),
  );
  return { Records };
}

function timeOf(minute: number, sample: number): number {
  return START + (minute * SAMPLES_PER_RECORD + sample) * INTERVAL_MS;
}
