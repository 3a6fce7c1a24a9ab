import { type Clock, HOUR_MS } from "../time.ts";
import { parseLinux, readingBetween } from "./linux.ts";
import { openLinuxFiles } from "./linux-files.ts";
import { METRICS, type Metric, MOUNT_METRICS, type Reading } from "./metric-names.ts";
import { MOUNTS_MAX } from "./mounts.ts";

/** A sample's metrics and their values; null for an unknown value. Samples of the same metrics share one list. */
export interface Sample {
  readonly names: readonly string[];
  readonly row: readonly (number | null)[];
}

/** Takes a sample of a host. */
export type Collector = () => Promise<Sample>;

export interface CollectorOptions {
  /** A value of `process.platform`. */
  readonly platform: string;
  /** On Linux, the folder with proc and sys. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Throws when the machine shows no metric at all. */
export async function openCollector({ platform, root, clock, log }: CollectorOptions): Promise<Collector> {
  // Loaded only where it is used: the library is large, and a Linux host does not need it.
  const read = platform === "linux" ? linuxReader(root, log) : (await import("./portable.ts")).readPortable;
  const namesAfter = rememberNames(clock);
  let names = namesAfter(await read());
  if (names.length === 0) throw new Error("no metric can be read on this machine: on Linux, is /proc mounted?");
  return async () => {
    const reading = await read();
    const now = namesAfter(reading);
    if (now.join("\n") !== names.join("\n")) names = now;
    return { names, row: names.map((name) => reading.get(name) ?? null) };
  };
}

/**
 * The names of a mount that is gone stay for this long, without values. A mount that comes and goes then rarely changes
 * the list of names. If two lists alternate within an hour, the scorer sees two senders.
 */
const GONE_MOUNT_MS = 2 * HOUR_MS;

/** The names in the order of records: METRICS, each from when it was first read, and then those of each mount. */
function rememberNames(clock: Clock): (reading: Reading) => readonly Metric[] {
  const known = new Set<Metric>();
  /** The one that was seen last is the last. */
  const mounts = new Map<string, { readonly names: readonly Metric[]; readonly seen: number }>();
  return (reading) => {
    const now = clock();
    for (const name of METRICS) if (reading.has(name)) known.add(name);
    for (const mount of mountsIn(reading)) {
      mounts.delete(mount);
      const names = MOUNT_METRICS.map((name) => `${name}:${mount}` as const).filter((name) => reading.has(name));
      mounts.set(mount, { names, seen: now });
    }
    for (const [mount, { seen }] of mounts) {
      if (mounts.size > MOUNTS_MAX || now - seen > GONE_MOUNT_MS) mounts.delete(mount);
    }
    const perMount = [...mounts.keys()].sort().flatMap((mount) => mounts.get(mount)?.names ?? []);
    return [...METRICS.filter((name) => known.has(name)), ...perMount];
  };
}

function mountsIn(reading: Reading): ReadonlySet<string> {
  const names = [...reading.keys()].filter((name) => name.includes(":"));
  return new Set(names.map((name) => name.replace(/^[^:]*:/, "")));
}

function linuxReader(root: string, log: (line: string) => void): () => Promise<Reading> {
  const read = openLinuxFiles(root, log);
  let before = parseLinux(read());
  return async () => {
    const after = parseLinux(read());
    const reading = readingBetween(before, after);
    before = after;
    return reading;
  };
}
