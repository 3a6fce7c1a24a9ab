import { seededRandom } from "../model/random.ts";

/** What a machine of the demo shows, in the agent's words; the last one is the application's own. */
export const METRICS = [
  "cpu_busy_percent",
  "load_1m",
  "memory_used_percent",
  "disk_busy_percent",
  "network_in_bytes_per_second",
  "latency_seconds",
] as const;

export type Reading = Record<(typeof METRICS)[number], number>;

/** A machine that lives by itself: each call is the next sample, at a time in milliseconds since the epoch. */
export type Machine = (time: number) => Reading;

const DAY_MS = 24 * 3_600_000;
/** The quietest hour, UTC. */
const QUIET_HOUR_MS = 4 * 3_600_000;
const CORES = 4;
/** What is left of a disturbance of the demand at the next sample. */
const PERSISTENCE = 0.9;
const WORDS = 2 ** 32;

/**
 * A web server whose demand follows the day, with a disturbance of its own that dies away (an AR(1) process). Every metric
 * hangs on the demand, so that they are correlated, and has noise of its own. The same seed and name give the same machine.
 */
export function createMachine(seed: number, name: string): Machine {
  const words = seededRandom(hashOf(`${seed} ${name}`));
  const uniform = () => (words() + 0.5) / WORDS;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let disturbance = 0;
  let memory = 0;
  return (time) => {
    disturbance = PERSISTENCE * disturbance + 0.01 * normal();
    memory = PERSISTENCE * memory + 0.1 * normal();
    const daytime = 0.5 - 0.5 * Math.cos((2 * Math.PI * (time - QUIET_HOUR_MS)) / DAY_MS);
    const demand = Math.max(0.15 + 0.35 * daytime + disturbance, 0.05);
    return {
      cpu_busy_percent: percent(100 * demand + 1.5 * normal()),
      load_1m: Math.max(CORES * demand + 0.25 * normal(), 0),
      memory_used_percent: percent(52 + 6 * demand + memory),
      disk_busy_percent: percent(6 + 20 * demand + 1.5 * normal()),
      network_in_bytes_per_second: Math.max(4e6 * demand * (1 + 0.06 * normal()), 0),
      latency_seconds: Math.max(0.03 + 0.04 * demand + 0.002 * normal(), 0.001),
    };
  };
}

export function rowOf(reading: Reading): number[] {
  return METRICS.map((metric) => reading[metric]);
}

function percent(value: number): number {
  return Math.min(Math.max(value, 0), 100);
}

/** FNV-1a: it spreads names over seeds, and need not withstand anybody. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
