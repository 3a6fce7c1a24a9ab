import { seededRandom } from "../model/random.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";

/** The metrics of a demo machine, named as the agent names them; the application reports the last one. */
export const METRICS = [
  "cpu_busy_percent",
  "load_1m",
  "memory_used_percent",
  "disk_busy_percent",
  "network_in_bytes_per_second",
  "latency_seconds",
] as const;

export type Reading = Record<(typeof METRICS)[number], number>;

/** Each call returns the next sample, at a time in milliseconds since the epoch. */
export type Machine<R extends Reading = Reading> = (time: number) => R;

/** The quietest hour, UTC. */
const QUIET_HOUR_MS = 4 * HOUR_MS;
const CORES = 4;
/** The share of a disturbance that remains at the next sample. */
const PERSISTENCE = 0.9;
const WORDS = 2 ** 32;

export interface Character {
  /** Times the usual demand. */
  readonly demand: number;
  /** Times the usual latency. */
  readonly latency: number;
  /** Percentage points of memory more than usual. */
  readonly memory: number;
}

const AVERAGE: Character = { demand: 1, latency: 1, memory: 0 };

/** 70 % to 130 % of the usual demand and latency, up to 15 percentage points more or less memory. */
export function characterOf(seed: number, name: string): Character {
  const uniform = uniformOf(`character ${seed} ${name}`);
  const around = (spread: number) => (2 * uniform() - 1) * spread;
  return { demand: 1 + around(0.3), latency: 1 + around(0.3), memory: around(15) };
}

/** Random numbers in (0, 1); the text is the seed. */
export function uniformOf(text: string): () => number {
  const words = seededRandom(hashOf(text));
  return () => (words() + 0.5) / WORDS;
}

/** Independent normal numbers with mean 0 and deviation 1 (Box and Muller 1958). */
export function normalOf(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * A web server. Its demand follows the time of day, with a disturbance that decays (an AR(1) process). Every metric
 * depends on the demand, so that metrics correlate, and has its own noise. Seed and name determine the machine.
 */
export function createMachine(seed: number, name: string, character = AVERAGE): Machine {
  const uniform = uniformOf(`${seed} ${name}`);
  const normal = normalOf(uniform);
  let disturbance = 0;
  let memory = 0;
  return (time) => {
    disturbance = PERSISTENCE * disturbance + 0.01 * normal();
    memory = PERSISTENCE * memory + 0.1 * normal();
    const daytime = 0.5 - 0.5 * Math.cos((2 * Math.PI * (time - QUIET_HOUR_MS)) / DAY_MS);
    const demand = Math.max((0.15 + 0.35 * daytime) * character.demand + disturbance, 0.05);
    return {
      cpu_busy_percent: percent(100 * demand + 1.5 * normal()),
      load_1m: Math.max(CORES * demand + 0.25 * normal(), 0),
      memory_used_percent: percent(52 + character.memory + 6 * demand + memory),
      disk_busy_percent: percent(6 + 20 * demand + 1.5 * normal()),
      network_in_bytes_per_second: Math.max(4e6 * demand * (1 + 0.06 * normal()), 0),
      latency_seconds: Math.max((0.03 + 0.04 * demand) * character.latency + 0.002 * normal(), 0.001),
    };
  };
}

/** The values of these metrics; NaN where the machine has none. */
export function rowOf(reading: Reading, metrics: readonly string[] = METRICS): number[] {
  const values: Readonly<Record<string, number>> = reading;
  return metrics.map((metric) => values[metric] ?? Number.NaN);
}

function percent(value: number): number {
  return Math.min(Math.max(value, 0), 100);
}

/** FNV-1a spreads names over seeds; it needs no protection against attackers. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
