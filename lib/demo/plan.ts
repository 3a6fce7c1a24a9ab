import { HOUR_MS, MINUTE_MS } from "../time.ts";
import { busyCpu, type Change, flood, heavierRelease, leak, saturatedDisk, slowDependency } from "./fault.ts";
import { uniformOf } from "./machine.ts";
import type { DemoHost } from "./scenario.ts";

interface Kind {
  readonly name: string;
  /** Absent: the host sends nothing. */
  readonly change?: Change;
  /** How long, where there is room. */
  readonly lasts: number;
  /** Whether all hosts of a group have it at once. */
  readonly shared?: true;
}

/** Faults that can be put into a made-up fleet, in the words of the scenarios. */
export const FAULT_KINDS: readonly Kind[] = [
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
  /** No fault begins before, so that there is something to learn from. */
  readonly calmUntil: number;
  readonly to: number;
  readonly interval: number;
}

/** No fault is longer than this share of the time that is left for faults, so that several fit. */
const LENGTH_SHARE = 0.25;
const TRIES_MAX = 200;

/** Puts faults on hosts and times that the seed chooses, by time; one at a time per host. Throws without room. */
export function placeFaults(
  names: readonly string[],
  hosts: readonly DemoHost[],
  timetable: Timetable,
  seed: number,
): readonly PlacedFault[] {
  const { placed, left } = place(names, hosts, timetable, seed);
  const [first] = left;
  if (first !== undefined)
    throw new RangeError(`no room for the fault ${first}: name fewer, or take more hosts or a longer time`);
  return placed;
}

/** Each kind of fault once, as far as there is room. */
export function placeAll(hosts: readonly DemoHost[], timetable: Timetable, seed: number): readonly PlacedFault[] {
  return place(
    FAULT_KINDS.map(({ name }) => name),
    hosts,
    timetable,
    seed,
  ).placed;
}

function place(names: readonly string[], hosts: readonly DemoHost[], timetable: Timetable, seed: number) {
  const uniform = uniformOf(`faults ${seed}`);
  const placed: PlacedFault[] = [];
  const left: string[] = [];
  for (const name of names) {
    const kind = FAULT_KINDS.find((one) => one.name === name);
    if (!kind) throw new RangeError(`no fault ${name}: use ${FAULT_KINDS.map((one) => one.name).join(", ")}`);
    const found = placeOne(kind, hosts, timetable, placed, uniform);
    if (found) placed.push(...found);
    else left.push(name);
  }
  placed.sort((a, b) => a.from - b.from || (a.host < b.host ? -1 : 1));
  return { placed, left };
}

function placeOne(
  { name, change, lasts, shared }: Kind,
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
    // As long as a fault lasts it takes the host to be calm again.
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
