import { METRICS_MAX } from "../wire/limits.ts";
import { isMeasure } from "../wire/presets/measures.ts";

/** How much a list of names takes, so that a host's item stays within DynamoDB's 400 KB whatever is sent. */
export interface Room {
  measures: number;
  others: number;
  /** What the names take in UTF-8. */
  bytes: number;
}

/** 64 CPUs have 512 measures; disks, mounts and network interfaces have a dozen each. */
const MEASURES_MAX = 1_024;
/** Names stand in the item up to seven times: once for the host, and in its three open ticks with as many new ones. */
const BYTES_MAX = 32_768;

export function roomOf(names: Iterable<string>): Room {
  const room = { measures: 0, others: 0, bytes: 0 };
  for (const name of names) take(room, name);
  return room;
}

/** Whether there is room for one more name. What presets choose has room of its own, so that nothing else takes it. */
export function hasRoom({ measures, others, bytes }: Room, name: string, othersMax = METRICS_MAX): boolean {
  const isFree = isMeasure(name) ? measures < MEASURES_MAX : others < othersMax;
  return isFree && bytes + Buffer.byteLength(name) <= BYTES_MAX;
}

export function take(room: Room, name: string, times = 1): void {
  if (isMeasure(name)) room.measures += times;
  else room.others += times;
  room.bytes += times * Buffer.byteLength(name);
}
