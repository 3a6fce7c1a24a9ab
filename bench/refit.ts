import { DEFAULT_SETTINGS } from "../lib/learn/fit-settings.ts";
import { refitFleet } from "../lib/learn/fleet-refit.ts";
import { createMemoryStores } from "../lib/store/memory.ts";
import type { HistoryChunk } from "../lib/watch/history.ts";
import { newHost } from "../lib/watch/state.ts";
import { createHosts, createRows, FEATURES, GROUP, INTERVAL_MS, SCHEMA, START } from "./fleet.ts";

const HOSTS = 1_000;
/** The history of a day at 10 s. */
const ROWS_PER_DAY = 2_160;
const BLOCK_ROWS = 60;
/** Blocks are this far apart: one in four is kept. */
const BLOCK_MS = 4 * BLOCK_ROWS * INTERVAL_MS;
const DAYS = 30;
/** Hosts whose whole month is fitted. The first few pay for compiling, as in a warm function. */
const HOSTS_OF_A_MONTH = 20;

interface RefitFigure {
  /** CPU per host. */
  readonly seconds: number;
  /** Not a ratio, so it is printed and not required. */
  readonly line: string;
}

/** A refit of a fleet with a day of history, on one core. */
export async function refitOfDay(): Promise<RefitFigure> {
  const { seconds, megabytes } = await refit(HOSTS, 1);
  const what = `refit of ${HOSTS} hosts × ${FEATURES} metrics, a day of history each (${ROWS_PER_DAY} samples)`;
  return { seconds: seconds / HOSTS, line: `${what}: ${seconds.toFixed(0)} s of CPU, ${megabytes} MB at most` };
}

/** A refit of hosts with a month of history, on one core. */
export async function refitOfMonth(): Promise<RefitFigure> {
  const { seconds, megabytes } = await refit(HOSTS_OF_A_MONTH, DAYS);
  const each = seconds / HOSTS_OF_A_MONTH;
  const what = `refit of a host with ${DAYS} days of history (${DAYS * ROWS_PER_DAY} samples)`;
  return { seconds: each, line: `${what}: ${(1000 * each).toFixed(0)} ms of CPU, ${megabytes} MB at most` };
}

async function refit(count: number, days: number) {
  const now = START;
  const stores = createMemoryStores(() => now);
  const [host] = createHosts(1);
  if (!host) throw new Error("there is one");
  const rows = createRows(host, ROWS_PER_DAY, 7, false);
  const names = Array.from({ length: count }, (_, i) => `web-${String(i).padStart(4, "0")}`);
  for (const name of names) await stores.hosts.save({ ...newHost(name, GROUP), newest: now, since: now - 1, seen: 1 });
  // Made on demand: the history of a fleet would not fit into memory.
  const history = { read: (name: string) => historyOf(name, rows, days, now) };
  let megabytes = 0;
  const outOfTime = () => {
    megabytes = Math.max(megabytes, Math.round(process.memoryUsage().rss / 1e6));
    return false;
  };
  const before = process.cpuUsage();
  const { reports } = await refitFleet({ ...stores, history }, () => DEFAULT_SETTINGS, { now, outOfTime });
  const { user, system } = process.cpuUsage(before);
  const refused = reports.find((report) => report.refused !== undefined);
  if (refused) throw new Error(`${refused.owner}: ${refused.refused}`);
  return { seconds: (user + system) / 1e6, megabytes };
}

async function* historyOf(host: string, rows: Float64Array, days: number, now: number): AsyncGenerator<HistoryChunk> {
  const width = SCHEMA.names.length;
  const blocks = ROWS_PER_DAY / BLOCK_ROWS;
  for (let block = 0; block < days * blocks; block++) {
    const first = now - (days * blocks - block) * BLOCK_MS;
    const from = (block % blocks) * BLOCK_ROWS;
    yield {
      host,
      schema: SCHEMA,
      times: Float64Array.from({ length: BLOCK_ROWS }, (_, i) => first + i * INTERVAL_MS),
      values: rows.subarray(from * width, (from + BLOCK_ROWS) * width),
      flags: new Uint8Array(BLOCK_ROWS),
    };
  }
}
