import { afflicted, type Fault } from "./fault.ts";
import { characterOf, createMachine, rowOf } from "./machine.ts";
import type { PlacedFault, Timetable } from "./plan.ts";
import type { DemoHost } from "./scenario.ts";

/** Half of a fleet is its front. */
const GROUPS = ["web", "web", "api", "db"] as const;

/** So many hosts in three groups: web-01, web-02, api-01, db-01, web-03, … */
export function fleetOf(count: number): readonly DemoHost[] {
  const seen = new Map<string, number>();
  const digits = Math.max(2, String(count).length);
  return Array.from({ length: count }, (_, i) => {
    const group = GROUPS[i % GROUPS.length] ?? "web";
    const number = (seen.get(group) ?? 0) + 1;
    seen.set(group, number);
    return { name: `${group}-${String(number).padStart(digits, "0")}`, group };
  });
}

/** A sample of a made-up host; values in the order of `METRICS`. */
export interface FleetSample {
  readonly host: string;
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly values: readonly number[];
  /** Whether a fault is at work on the host. */
  readonly faulty: boolean;
}

/** No meter shows more digits. */
const DIGITS = 6;

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The samples of all hosts in order of time; the same seed gives the same. A silent host has none. */
export function* fleetSamples(
  hosts: readonly DemoHost[],
  { from, to, interval }: Timetable,
  faults: readonly PlacedFault[],
  seed: number,
): Generator<FleetSample> {
  const members = hosts.map(({ name, group }) => {
    const own = faults.filter(({ host }) => host === name);
    const changes = own.flatMap(({ change, ...span }): Fault[] => (change ? [{ ...span, hosts: [name], change }] : []));
    return { name, group, machine: createMachine(seed, name, characterOf(seed, name)), own, changes };
  });
  for (let time = from; time < to; time += interval) {
    for (const { name, group, machine, own, changes } of members) {
      const reading = machine(time);
      const active = own.filter((fault) => fault.from <= time && time < fault.to);
      if (active.some(({ change }) => change === undefined)) continue;
      const values = rowOf(afflicted(reading, name, time, changes)).map(rounded);
      yield { host: name, group, time, values, faulty: active.length > 0 };
    }
  }
}
