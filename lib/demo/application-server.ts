import { createMachine, METRICS, type Reading, uniformOf } from "./machine.ts";

/** The metrics of a machine that also reports requests, errors, processes and the space on its disk. */
export const SERVER_METRICS = [
  ...METRICS,
  "requests_per_second",
  "errors_per_second",
  "processes",
  "disk_used_percent",
] as const;

export type ServerReading = Reading & Record<(typeof SERVER_METRICS)[number], number>;

/** Rare errors, and requests that follow the CPU. Seed and name determine the server. */
export function createServer(seed: number, name: string): (time: number) => ServerReading {
  const machine = createMachine(seed, name);
  const uniform = uniformOf(`server ${seed} ${name}`);
  const around = (spread: number) => (uniform() + uniform() + uniform() - 1.5) * spread;
  return (time) => {
    const reading = machine(time);
    const requests = Math.max(3 * reading.cpu_busy_percent * (1 + 0.1 * around(1)), 0);
    return {
      ...reading,
      requests_per_second: requests,
      errors_per_second: uniform() < 0.05 ? 0.2 : 0,
      processes: Math.round(180 + 0.3 * requests + around(4)),
      disk_used_percent: 55 + 0.05 * around(1),
    };
  };
}
