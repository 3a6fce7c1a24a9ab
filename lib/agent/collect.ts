import { parseLinux, readingBetween } from "./linux.ts";
import { openLinuxFiles } from "./linux-files.ts";
import { METRICS, type Metric, MOUNT_METRICS, type Reading } from "./metric-names.ts";

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
  readonly log: (line: string) => void;
}

/** Throws when the machine shows no metric at all. */
export async function openCollector({ platform, root, log }: CollectorOptions): Promise<Collector> {
  // Loaded only where it is used: the library is large, and a Linux host does not need it.
  const read = platform === "linux" ? linuxReader(root, log) : (await import("./portable.ts")).readPortable;
  let names = namesOf(await read(), []);
  if (names.length === 0) throw new Error("no metric can be read on this machine: on Linux, is /proc mounted?");
  return async () => {
    const reading = await read();
    const now = namesOf(reading, names);
    if (now.join("\n") !== names.join("\n")) names = now;
    return { names, row: names.map((name) => reading.get(name) ?? null) };
  };
}

/**
 * The names of a reading in the order of records: METRICS, and then those of each mount. A metric of the machine stays
 * when it cannot be read for a while; those of a mount go with it.
 */
function namesOf(reading: Reading, before: readonly Metric[]): readonly Metric[] {
  const mounts = [...reading.keys()].filter((name) => name.includes(":")).map((name) => name.replace(/^[^:]*:/, ""));
  const perMount = [...new Set(mounts)]
    .sort()
    .flatMap((mount) => MOUNT_METRICS.map((name) => `${name}:${mount}` as const));
  return [
    ...METRICS.filter((name) => reading.has(name) || before.includes(name)),
    ...perMount.filter((name) => reading.has(name)),
  ];
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
