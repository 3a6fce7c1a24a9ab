import { type Config, DEFAULT_CONFIG } from "../lib/config/config.ts";
import type { BandsMemory } from "../lib/model/band-memory.ts";
import { fitBands } from "../lib/model/fit-bands.ts";
import { diagonalGaussian } from "../lib/model/gaussian.ts";
import type { Assembly } from "../lib/watch/assembly.ts";
import { type Baseline, hostOwner } from "../lib/watch/baseline.ts";
import type { Arrived } from "../lib/watch/fold.ts";
import { isOfBands } from "../lib/watch/host-memory.ts";
import { type HostState, newHost } from "../lib/watch/state.ts";
import { DEFAULT_GROUP, type HostSamples, type Schema } from "../lib/wire/samples.ts";
import { schemaId } from "../lib/wire/schemas.ts";
import { historyOf, ripple } from "./model/band-history.ts";

/** 2026-11-22T14:00:00Z, where every made-up story starts. */
export const START = 1_795_356_000_000;
/** The interval of made-up samples. */
export const STEP = 10_000;

/** Time of the n-th sample of a story. */
export function timeOf(n: number): number {
  return START + n * STEP;
}

export function schemaOf(...names: readonly string[]): Schema {
  return { id: schemaId(names), names };
}

/** One sample as plain JSON has it. */
export function sample(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { host: "web-07", time: START, metrics: { cpu: 1, load: 2 }, ...changes };
}

/**
 * Record v1 as parsed JSON. This gives the id:
 * python3 -c 'import hashlib;print(hashlib.sha256(b"[\"cpu\",\"load\"]").hexdigest()[:16])'
 */
export function recordV1(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    v: 1,
    host: "web-07",
    group: "web",
    boot: 1_795_355_000,
    seq: 1,
    names: ["cpu", "load"],
    schema: "b8c018eb0134ab12",
    t: [START, START + STEP],
    rows: [
      [1, 2],
      [3, 4],
    ],
    ...changes,
  };
}

interface PartChanges {
  readonly host?: string;
  readonly group?: string;
  readonly names?: readonly string[];
  readonly times?: readonly number[];
  readonly rows?: readonly (readonly number[])[];
}

/** Samples of one host, by default one of the single metric `cpu` at `START`. */
export function part({
  host = "web-07",
  group = DEFAULT_GROUP,
  names = ["cpu"],
  rows = [[0]],
  times = rows.map((_, i) => timeOf(i)),
}: PartChanges = {}): HostSamples {
  const values = Float64Array.from(rows.flat());
  if (rows.length !== times.length || values.length !== times.length * names.length)
    throw new Error(`${times.length} times, ${rows.length} rows, ${values.length} values for ${names.length} names`);
  return { host, group, schema: schemaOf(...names), times, values };
}

/** A part as it came off the stream, by default one second after its newest sample. */
export function arrived(samples: HostSamples, arrival = Math.max(...samples.times) + 1_000): Arrived {
  return { part: samples, arrival };
}

interface BaselineChanges {
  readonly owner?: string;
  readonly version?: number;
  readonly names?: readonly string[];
  readonly mean?: readonly number[];
  readonly sd?: readonly number[];
  readonly epsilon?: number;
}

/** A diagonal baseline, by default of one metric `cpu` with mean 0 and sd 1: |cpu| > 4 is beyond epsilon 8. */
export function baseline({
  owner = hostOwner("web-07"),
  version = 1,
  names = ["cpu"],
  mean = names.map(() => 0),
  sd = names.map(() => 1),
  epsilon = 8,
}: BaselineChanges = {}): Baseline {
  const model = diagonalGaussian(Float64Array.from(mean), Float64Array.from(sd));
  return { owner, version, schema: schemaOf(...names), model, epsilon, samples: 1_000, fitted: START - 86_400_000 };
}

/**
 * A baseline of calendar bands, learnt from days of 50 ± 1 from 5 October 2026 on: every metric has the
 * band 49 to 51 and, as a percentage, the threshold 4.
 */
export function bandsBaseline({
  names = ["cpu_percent"],
  days = 3,
  epsilon = 1,
  ...changes
}: Omit<BaselineChanges, "mean" | "sd"> & { readonly days?: number } = {}): Baseline {
  const history = historyOf({ days }, ...names.map(() => (_: number, minute: number) => 50 + ripple(minute)));
  return { ...baseline({ names, epsilon, ...changes }), model: fitBands(history, names, "UTC") };
}

/** Judges all hosts by the Gaussian, which opens an incident within half a minute of samples. */
export const GAUSSIAN_CONFIG: Config = {
  ...DEFAULT_CONFIG,
  settingsOf: (group) => ({ ...DEFAULT_CONFIG.settingsOf(group), detector: "gaussian" }),
};

/** A host's state, by default of one never seen. */
export function state(changes: Partial<HostState> = {}): HostState {
  return { ...newHost("web-07", DEFAULT_GROUP), ...changes };
}

/** The memory of calendar bands of a host. */
export function bandsMemoryOf({ memory }: HostState): BandsMemory {
  if (!isOfBands(memory)) throw new Error("the host has no memory of calendar bands");
  return memory;
}

export interface AssembledValue {
  readonly name: string;
  readonly at: number;
  readonly value: number;
  readonly isCounter: boolean;
  readonly every: number;
}

export interface AssembledTick {
  readonly time: number;
  readonly arrival: number;
  readonly readings: readonly AssembledValue[];
}

/** The assembly of these metrics, whose names differ, and of values that wait in ticks. */
export function assemblyOf(
  metrics: readonly (AssembledValue & { readonly rate: number })[],
  scattered: number,
  ticks: readonly AssembledTick[] = [],
): Assembly {
  const names = metrics.map(({ name }) => name);
  const waiting = ticks.flatMap(({ readings }) => readings.map(({ name }) => name));
  const others = [...new Set(waiting)].filter((name) => !names.includes(name));
  const columns = (values: readonly AssembledValue[]) => {
    const placed = [...names, ...others].map((name) => values.find((one) => one.name === name));
    return {
      at: placed.map((one) => one?.at ?? Number.NaN),
      value: placed.map((one) => one?.value ?? Number.NaN),
      isCounter: placed.map((one) => one?.isCounter ?? false),
      every: placed.map((one) => one?.every ?? 0),
    };
  };
  const rate = [...metrics.map((one) => one.rate), ...others.map(() => Number.NaN)];
  return {
    ...{ names, others, scattered },
    metrics: { ...columns(metrics), rate },
    ticks: ticks.map(({ time, arrival, readings }) => ({ time, arrival, ...columns(readings) })),
  };
}
