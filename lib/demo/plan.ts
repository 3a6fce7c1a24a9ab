import { type Column, columns, type Row } from "../table/columns.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";
import { busyCpu, type Change, flood, heavierRelease, leak, saturatedDisk, slowDependency } from "./fault.ts";
import { uniformOf } from "./machine.ts";
import type { DemoHost } from "./scenario.ts";

export interface FaultKind {
  readonly name: string;
  /** Absent: the host sends nothing. */
  readonly change?: Change;
  /** In milliseconds, if there is room. */
  readonly lasts: number;
  /** All hosts of a group have it at once. */
  readonly shared?: true;
}

/** Faults for a made-up fleet, named as in the scenarios. */
export const FAULT_KINDS: readonly FaultKind[] = [
  { name: "spike", change: busyCpu, lasts: 2 * MINUTE_MS },
  { name: "slow-leak", change: leak, lasts: HOUR_MS },
  { name: "disk-saturation", change: saturatedDisk, lasts: 10 * MINUTE_MS },
  { name: "network-flood", change: flood, lasts: 5 * MINUTE_MS },
  { name: "slow-dependency", change: slowDependency, lasts: 10 * MINUTE_MS, shared: true },
  { name: "heavier-release", change: heavierRelease, lasts: HOUR_MS },
  { name: "silent-host", lasts: 15 * MINUTE_MS },
];

/** A fault of one host; from inclusive, to exclusive, in milliseconds since the epoch. */
export interface PlacedFault {
  readonly kind: string;
  readonly host: string;
  readonly from: number;
  readonly to: number;
  readonly change?: Change;
}

/** Samples of a fleet, at `from`, `from + interval`, … before `to`, in milliseconds since the epoch. */
export interface Timetable {
  readonly from: number;
  /** No fault begins earlier, so that the calm samples before can train a baseline. */
  readonly calmUntil: number;
  readonly to: number;
  readonly interval: number;
}

/** The longest fault, as a share of the time after `calmUntil`, so that several fit. */
const LENGTH_SHARE = 0.25;
const TRIES_MAX = 200;

/**
 * Puts faults on hosts and times that the seed chooses, in order of time; no host has two at once. Throws when there is
 * no room. Without `wanted`, each kind once, as far as there is room.
 */
export function placeFaults(
  hosts: readonly DemoHost[],
  timetable: Timetable,
  seed: number,
  wanted?: readonly FaultKind[],
): readonly PlacedFault[] {
  const uniform = uniformOf(`faults ${seed}`);
  const placed: PlacedFault[] = [];
  for (const kind of wanted ?? FAULT_KINDS) {
    const found = placeOne(kind, hosts, timetable, placed, uniform);
    if (!found && wanted)
      throw new RangeError(`no room for the fault ${kind.name}: name fewer, or take more hosts or a longer time`);
    placed.push(...(found ?? []));
  }
  return placed.sort((a, b) => a.from - b.from || (a.host < b.host ? -1 : 1));
}

/** The columns of a file that `labels import` reads. */
export const FAULT_COLUMNS: readonly Column[] = [
  ...columns("text", "host"),
  ...columns("time", "from", "to"),
  ...columns("text", "verdict", "note"),
];

/** From the first sample of each fault to its last. */
export async function* faultTable(faults: readonly PlacedFault[], { interval }: Timetable): AsyncGenerator<Row> {
  for (const { host, kind, from, to } of faults) yield [host, from, to - interval, "fault", kind];
}

function placeOne(
  { name, change, lasts, shared }: FaultKind,
  hosts: readonly DemoHost[],
  { from, calmUntil, to, interval }: Timetable,
  placed: readonly PlacedFault[],
  uniform: () => number,
): PlacedFault[] | undefined {
  const steps = Math.floor((to - from) / interval);
  const first = Math.ceil((calmUntil - from) / interval);
  const length = Math.max(1, Math.min(Math.round(lasts / interval), Math.floor((steps - first) * LENGTH_SHARE)));
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const step = first + Math.floor(uniform() * (steps - first - length + 1));
    const chosen = hosts[Math.floor(uniform() * hosts.length)];
    const struck = hosts.filter((host) => (shared ? host.group === chosen?.group : host === chosen));
    const span = { from: from + step * interval, to: from + (step + length) * interval };
    // A host needs as long as the fault lasted to become calm again.
    const isFree = ({ name: host }: DemoHost) =>
      placed.every(
        (one) =>
          one.host !== host || one.to + length * interval <= span.from || span.to + length * interval <= one.from,
      );
    if (step + length > steps || struck.length === 0 || !struck.every(isFree)) continue;
    return struck.map(({ name: host }) => ({ kind: name, host, ...span, ...(change ? { change } : {}) }));
  }
  return undefined;
}
