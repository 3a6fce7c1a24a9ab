import { METRICS_MAX } from "../wire/limits.ts";
import { isMeasure } from "../wire/presets/measures.ts";

/** The room of a list of names. So a host's item stays within DynamoDB's 400 KB, whatever senders send. */
export interface Room {
  measures: number;
  others: number;
  /** The bytes of the names in UTF-8. */
  bytes: number;
}

/** 64 CPUs have 512 measures; disks, mounts and network interfaces have a dozen each. */
const MEASURES_MAX = 1_024;
/** Names stand in the item up to seven times: once for the host, and six times as many new ones wait in open ticks. */
const BYTES_MAX = 32_768;

export function roomOf(names: Iterable<string>): Room {
  const room = { measures: 0, others: 0, bytes: 0 };
  for (const name of names) take(room, name);
  return room;
}

/**
 * Whether one more name has room in one list, or in several. The metrics of presets have room of their own, so that no
 * other name takes it.
 */
export function hasRoom({ measures, others, bytes }: Room, name: string, lists = 1): boolean {
  const isFree = isMeasure(name) ? measures < lists * MEASURES_MAX : others < lists * METRICS_MAX;
  return isFree && bytes + Buffer.byteLength(name) <= lists * BYTES_MAX;
}

export function take(room: Room, name: string): void {
  if (isMeasure(name)) room.measures++;
  else room.others++;
  room.bytes += Buffer.byteLength(name);
}
