import { eventOf, type StreamEventRecord } from "../handlers/contract.ts";
import { SECOND_MS } from "../time.ts";
import { encodeJson } from "../wire/encode.ts";
import { SAMPLES_MAX } from "../wire/limits.ts";
import type { HostRecording } from "./recording.ts";

/**
 * Sends a host's samples as its agent would: each record has the samples up to a time, and the names when they change.
 */
export function createSender({ host, group, times, metrics, labels }: HostRecording) {
  const boot = Math.floor((times[0] ?? 0) / SECOND_MS);
  let row = 0;
  let known = 0;
  let names: readonly string[] = [];

  function next(end: number): StreamEventRecord {
    const start = row;
    while (row < end && row - start < SAMPLES_MAX) row++;
    while ((metrics[known]?.first ?? Number.POSITIVE_INFINITY) < row) known++;
    const withNames = known !== names.length;
    if (withNames) names = metrics.slice(0, known).map(({ name }) => name);
    const own = Array.from(times.subarray(start, row));
    const rows = own.map((_, i) => names.map((_, metric) => valueAt(metric, start + i)));
    const json = encodeJson({ host, group, boot, seq: start, names, withNames, times: own, rows });
    return eventRecord(host, start, json, own.at(-1) ?? 0);
  }

  function valueAt(metric: number, at: number): number | null {
    const value = metrics[metric]?.values[at] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  return {
    host,
    labels,
    /** The records with the samples before `time` (ms since the epoch) that are not sent yet. */
    sendUntil(time: number): StreamEventRecord[] {
      let end = row;
      while (end < times.length && (times[end] ?? 0) < time) end++;
      const records: StreamEventRecord[] = [];
      while (row < end) records.push(next(end));
      return records;
    },
  };
}

/** A record in JSON as the stream delivers it; `arrival` is in milliseconds since the epoch. */
export function eventRecord(host: string, seq: number, json: string, arrival: number): StreamEventRecord {
  const data = Buffer.from(json).toString("base64");
  return eventOf({ sequenceNumber: `${host}-${seq}`, partitionKey: host, arrival, data });
}
