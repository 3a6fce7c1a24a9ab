import type { Sample } from "./collect.ts";
import type { METRICS, MOUNT_METRICS } from "./metric-names.ts";

/**
 * The metrics whose leaps are sent at once, each with the least width of its usual range, in its own unit: smaller
 * changes are everyday. Where a metric shows the same trouble as another, only one of them counts.
 */
const LEAST_WIDTHS: Partial<Record<(typeof METRICS | typeof MOUNT_METRICS)[number], number>> = {
  cpu_iowait_percent: 10,
  cpu_steal_percent: 10,
  cpu_busy_percent: 10,
  cpu_throttled_percent: 10,
  cpu_pressure_some_percent: 20,
  memory_used_percent: 5,
  memory_pressure_some_percent: 10,
  swap_used_percent: 5,
  oom_kills: 0.5,
  disk_read_bytes_per_second: 20_000_000,
  disk_write_bytes_per_second: 20_000_000,
  disk_busy_percent: 30,
  io_pressure_full_percent: 20,
  network_in_bytes_per_second: 5_000_000,
  network_out_bytes_per_second: 5_000_000,
  network_errors_per_second: 10,
  network_drops_per_second: 100,
  tcp_retransmits_per_second: 100,
  conntrack_used_percent: 10,
  file_descriptors_used_percent: 10,
  processes_blocked: 5,
  processes_zombie: 20,
  processes_total: 100,
  temperature_celsius: 15,
  disk_used_percent: 2,
  disk_inodes_used_percent: 2,
};

/** The values of a metric that make its usual range: an hour of values, ten seconds apart. */
const VALUES_MAX = 360;
/** Before that many values no range is known. */
const VALUES_MIN = 120;
/** So many of the largest and the smallest are not in the range: the fifth strange sample in a row is still strange. */
const OUTLIERS = 4;
/** The range is at least this wide in relation to its values. */
const LEAST_SHARE = 0.1;

/**
 * Remembers a host's samples. Says of each new one whether a metric has left its usual range by more than the width of
 * that range. The range lies between order statistics of the last values.
 */
export function createUsualRanges() {
  const known = new Map<string, Ring>();
  let names: readonly string[] = [];

  function forgetOthers(now: readonly string[]): void {
    names = now;
    const wanted = new Set(now);
    for (const name of known.keys()) if (!wanted.has(name)) known.delete(name);
  }

  return {
    /** A missing value is not strange. */
    isStrange(sample: Sample): boolean {
      if (sample.names !== names) forgetOthers(sample.names);
      let strange = false;
      for (const [i, name] of sample.names.entries()) {
        const value = sample.row[i];
        const least = leastWidthOf(name);
        if (least === undefined || value === null || value === undefined) continue;
        const ring = known.get(name) ?? { values: new Float64Array(VALUES_MAX), added: 0 };
        known.set(name, ring);
        if (isFarOut(ring, value, least)) strange = true;
        ring.values[ring.added++ % VALUES_MAX] = value;
      }
      return strange;
    },
  };
}

interface Ring {
  readonly values: Float64Array;
  /** How many were added so far; the oldest make room. */
  added: number;
}

/** A mount follows the name of its metric after a colon. */
function leastWidthOf(name: string): number | undefined {
  const [metric = name] = name.split(":", 1);
  return Object.hasOwn(LEAST_WIDTHS, metric) ? LEAST_WIDTHS[metric as keyof typeof LEAST_WIDTHS] : undefined;
}

function isFarOut({ values, added }: Ring, value: number, least: number): boolean {
  if (added < VALUES_MIN) return false;
  const sorted = values.slice(0, Math.min(added, VALUES_MAX)).sort();
  const low = sorted[OUTLIERS] ?? 0;
  const high = sorted[sorted.length - 1 - OUTLIERS] ?? 0;
  const width = Math.max(high - low, least, LEAST_SHARE * Math.max(Math.abs(low), Math.abs(high)));
  return value > high + width || value < low - width;
}

/** An incident takes three strange samples of five: that many go at once, one after the other. */
const IN_A_ROW = 5;
/** Then one more for each of so many flushes: a host that is strange for ever sends a fifth more records. */
const FLUSHES_EACH = 5;

/**
 * Limits the records that go before their flush: in any time at most five, and one more for every five flushes of that
 * time. More in a row would shorten the interval that the scorer learns (lib/watch/interval.ts). It would then call the
 * host silent before its next record.
 */
export function createEarlySends(flushMs: number) {
  let left = IN_A_ROW;
  let last: number | undefined;
  return {
    /** Says whether a record may go early now, and counts it. `now` is in ms since the epoch; a clock may go back. */
    take(now: number): boolean {
      if (last !== undefined) left = Math.min(IN_A_ROW, left + Math.max(0, now - last) / (FLUSHES_EACH * flushMs));
      last = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
