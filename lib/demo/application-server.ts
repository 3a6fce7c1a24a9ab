import { createMachine, METRICS, type Reading, uniformOf } from "./machine.ts";

/** The metrics of a machine that also reports more of its disk and network, requests, errors and processes. */
export const SERVER_METRICS = [
  ...METRICS,
  "requests_per_second",
  "errors_per_second",
  "processes",
  "disk_used_percent",
  "cpu_iowait_percent",
  "network_out_bytes_per_second",
  "tcp_connections",
] as const;

export type ServerReading = Reading & Record<(typeof SERVER_METRICS)[number], number>;

/** A reply is this many times as large as its request. */
const REPLY_TIMES = 8;

/** Rare errors, and requests that follow the CPU. Seed and name determine the server. */
export function createServer(seed: number, name: string): (time: number) => ServerReading {
  const machine = createMachine(seed, name);
  const uniform = uniformOf(`server ${seed} ${name}`);
  const noise = uniformOf(`disk and network ${seed} ${name}`);
  const aroundBy = (random: () => number) => (spread: number) => (random() + random() + random() - 1.5) * spread;
  const [around, near] = [aroundBy(uniform), aroundBy(noise)];
  return (time) => {
    const reading = machine(time);
    const requests = Math.max(3 * reading.cpu_busy_percent * (1 + 0.1 * around(1)), 0);
    return {
      ...reading,
      requests_per_second: requests,
      errors_per_second: uniform() < 0.05 ? 0.2 : 0,
      processes: Math.round(180 + 0.3 * requests + around(4)),
      disk_used_percent: 55 + 0.05 * around(1),
      cpu_iowait_percent: Math.max(0.1 * reading.disk_busy_percent * (1 + 0.2 * near(1)), 0),
      network_out_bytes_per_second: REPLY_TIMES * reading.network_in_bytes_per_second * (1 + 0.1 * near(1)),
      tcp_connections: Math.round(60 + 0.8 * requests + near(4)),
    };
  };
}
