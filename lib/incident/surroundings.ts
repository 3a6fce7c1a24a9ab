/**
 * A host's well-known metrics at the worst sample of its incident, whether they are causes or not. The agent and the
 * presets use these names (docs/presets.md). Empty lists are absent.
 */
export interface Surroundings {
  /** Those far above their range. */
  readonly far?: readonly string[];
  /** Metrics of the network within their range. */
  readonly usual?: readonly string[];
  /** The nearest time (ms since the epoch) of the day before or after at which every cause would have been usual. */
  readonly usualAt?: number;
  /** The metrics that were out were as at a weekend, on another day. */
  readonly isDayOff?: true;
}

/** How far a metric must be above its range, and the least value at which that means anything. */
export interface FarFrom {
  /** Times the upper end of the range. */
  readonly times: number;
  /** In the metric's own unit. */
  readonly least: number;
}

/** Any busy time beyond the range; below these values a resource still has room. */
const BUSY = { times: 1, least: 80 };
/** Ten per cent of the time spent waiting is much, even if it is usual. */
const WAITING = { times: 1, least: 10 };
/** Traffic and connections of a busy minute are twice as many; a flood has more. */
const FLOODED = 3;

/** The metrics whose place says what kind of trouble it is. */
export const TELLING: Readonly<Record<string, FarFrom>> = {
  cpu_busy_percent: { times: 1, least: 50 },
  memory_used_percent: BUSY,
  memory_pressure_some_percent: WAITING,
  disk_busy_percent: BUSY,
  cpu_iowait_percent: WAITING,
  io_pressure_some_percent: WAITING,
  network_in_bytes_per_second: { times: FLOODED, least: 1e6 },
  network_drops_per_second: { times: FLOODED, least: 10 },
  tcp_connections: { times: FLOODED, least: 100 },
  conntrack_used_percent: { times: FLOODED, least: 50 },
};

/** Work for users moves one of these. */
export const TRAFFIC: readonly string[] = ["network_in_bytes_per_second", "network_out_bytes_per_second"];
