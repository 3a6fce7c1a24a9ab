import { type Column, columns, type Row } from "../table/columns.ts";
import { characterOf, createMachine, METRICS, rowOf } from "./machine.ts";
import type { PlacedFault, Timetable } from "./plan.ts";
import type { DemoHost } from "./scenario.ts";

/** Half of the hosts are web servers. */
const GROUPS = ["web", "web", "api", "db"] as const;

/** Hosts in three groups: web-01, web-02, api-01, db-01, web-03, … */
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

/** A sample of a made-up host. */
export interface FleetSample {
  readonly host: string;
  readonly group: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly names: readonly string[];
  readonly row: readonly number[];
  /** Whether the host has a fault. */
  readonly faulty: boolean;
}

/** The columns of a file that `send` and `fit` read. */
export function sampleColumns(names: readonly string[]): readonly Column[] {
  return [...columns("text", "host", "group"), ...columns("time", "time"), ...columns("number", ...names, "label")];
}

export async function* sampleTable(samples: Iterable<FleetSample>): AsyncGenerator<Row> {
  for (const { host, group, time, row, faulty } of samples) yield [host, group, time, ...row, Number(faulty)];
}

/** The same as documents that `send` reads (docs/wire-format.md), each with its label. */
export async function* sampleDocuments(samples: Iterable<FleetSample>): AsyncGenerator<object> {
  for (const { host, group, time, names, row, faulty } of samples) {
    const metrics = Object.fromEntries(names.map((name, i) => [name, row[i]]));
    yield { host, group, time: new Date(time).toISOString(), metrics, label: Number(faulty) };
  }
}

/** A real meter shows no more digits than this. */
const DIGITS = 6;

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** The samples of all hosts in order of time; the same seed gives the same samples. A silent host has none. */
export function* fleetSamples(
  hosts: readonly DemoHost[],
  { from, to, interval }: Timetable,
  faults: readonly PlacedFault[],
  seed: number,
): Generator<FleetSample> {
  const members = hosts.map(({ name, group }) => {
    const own = faults.filter(({ host }) => host === name);
    return { name, group, machine: createMachine(seed, name, characterOf(seed, name)), own };
  });
  for (let time = from; time < to; time += interval) {
    for (const { name, group, machine, own } of members) {
      const reading = machine(time);
      const fault = own.find((one) => one.from <= time && time < one.to);
      if (fault && !fault.change) continue;
      const elapsed = time - (fault?.from ?? 0);
      const changed = fault?.change?.(reading, elapsed, elapsed / (fault.to - fault.from)) ?? reading;
      yield { host: name, group, time, names: METRICS, row: rowOf(changed).map(rounded), faulty: fault !== undefined };
    }
  }
}
