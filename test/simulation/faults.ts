import { MINUTE_MS } from "../../lib/time.ts";
import { between, chance, pick, type Random } from "./random.ts";

/** The faults; each world draws some of them. */
export const FAULTS = [
  "copies soon",
  "copies later",
  "reordering",
  "late samples",
  "poison",
  "resharding",
  "throttle",
  "answer lost",
  "own echo",
  "crash after history",
  "crash after save",
  "crash after publish",
  "crash anywhere",
  "publisher down",
  "publisher down for an hour",
  "slow stores",
  "host doomed",
  "outage",
  "overlap",
  "left behind",
  "poller restart",
  "parallel batches",
  "frozen",
  "thawed",
  "sandboxes in turns",
  "two sweeps at once",
  "eventual reads",
  "unprocessed keys",
  "bucket away",
  "unreadable items",
  "large items",
  "expiry",
  "answers",
  "refits",
  "configurations",
] as const;

export type Fault = (typeof FAULTS)[number];
/** Calls after which a process may crash. */
export type CrashPoint = Extract<Fault, `crash after ${string}`>;

/** The consequences of faults, and the events that the stories exist for. */
export const CONSEQUENCES = [
  "malformed record",
  "unknown schema",
  "broken gzip",
  "record broken in part",
  "split",
  "merge",
  "bisect",
  "partial failure",
  "out of time",
  "killed",
  "race lost",
  "copy saved",
  "copy out of date",
  "attempts exhausted",
  "age exceeded",
  "notice sent again",
  "notice sent by sweep",
  "incident opened",
  "incident resolved",
  "host silent",
  "silence ended",
  "host silent in trouble",
  "fleet in trouble",
  "fleet well again",
  "everybody silent",
  "digest",
  "texts held",
  "notice dropped for a fleet",
  "notice dropped for a silence",
  "item set aside",
  "host in pieces",
  "pieces in time",
  "host with features",
  "value too late",
  "sample judged by sweep",
] as const;

export type Happening = Exclude<Fault, "poison" | "resharding"> | (typeof CONSEQUENCES)[number];

/** How often each thing really happened. */
export type Tally = Map<Happening, number>;

export function happened(tally: Tally, what: Happening): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

/** The faults of one world and when they strike. */
export interface Weather {
  readonly faults: ReadonlySet<Fault>;
  /** Whether this fault strikes now. */
  strikes(fault: Fault, now: number): boolean;
  /** The host whose items cannot be written during the fault "host doomed". */
  readonly doomed: string;
  /** No fault strikes after this time (ms since the epoch). */
  readonly end: number;
}

const PROBABILITY: Partial<Record<Fault, readonly number[]>> = {
  throttle: [0.01, 0.05, 0.15],
  "answer lost": [0.01, 0.05],
  "own echo": [0.02, 0.1],
  "crash after history": [0.01, 0.05],
  "crash after save": [0.02, 0.1],
  "crash after publish": [0.2, 0.6],
  "crash anywhere": [0.005, 0.02],
  "publisher down": [0.3, 1],
  "publisher down for an hour": [1],
  "slow stores": [0.2, 0.6],
  "host doomed": [1],
  outage: [1],
  overlap: [0.1, 0.5],
  "left behind": [0.05, 0.2],
  "poller restart": [0.1, 0.5],
  frozen: [0.0005, 0.002],
  thawed: [0.1, 0.5],
  "sandboxes in turns": [0.5, 1],
  "two sweeps at once": [0.2, 0.6],
  "eventual reads": [0.1, 0.5],
  "unprocessed keys": [0.02, 0.1],
  "bucket away": [0.5, 1],
  "unreadable items": [0.5, 1],
  expiry: [1],
  answers: [0.5, 1],
  refits: [0.5, 1],
  configurations: [0.2, 0.5],
};

/** Some worlds have few faults, some nearly all. */
export function drawFaults(random: Random): ReadonlySet<Fault> {
  const share = pick(random, [0.1, 0.25, 0.25, 0.5]);
  return new Set(FAULTS.filter((fault) => chance(random, share * (SELDOM[fault] ?? 1))));
}

/** Late samples make more of a world differ from the clean run, and an extra hour of sweeps costs time. */
const SELDOM: Partial<Record<Fault, number>> = {
  "late samples": 1 / 2,
  "publisher down for an hour": 1 / 4,
  "unreadable items": 1 / 2,
  "large items": 1 / 4,
};

/** The length of faults with a realistic length (ms); the others last for any time. */
function lengthOf(random: Random, fault: Fault): number | undefined {
  if (fault === "outage") return between(random, 2, 8) * MINUTE_MS;
  return fault === "publisher down for an hour" ? 60 * MINUTE_MS : undefined;
}

/** Faults strike in windows between `start` and a while after `end` (ms since the epoch). */
export function drawWeather(
  random: Random,
  faults: ReadonlySet<Fault>,
  hosts: readonly string[],
  start: number,
  end: number,
): Weather {
  const windows = new Map<Fault, { from: number; to: number; probability: number }>();
  const last = end + (faults.has("publisher down for an hour") ? 65 : 5) * MINUTE_MS;
  for (const fault of faults) {
    const from = start + between(random, 0, 5) * MINUTE_MS;
    const always = fault === "host doomed" || chance(random, 0.5);
    const length = lengthOf(random, fault) ?? (always ? last - from : random() * (last - from));
    const to = Math.min(from + length, last);
    windows.set(fault, { from, to, probability: pick(random, PROBABILITY[fault] ?? [0]) });
  }
  return {
    faults,
    doomed: pick(random, hosts),
    end: last,
    strikes(fault, now) {
      const window = windows.get(fault);
      return window !== undefined && window.from <= now && now < window.to && chance(random, window.probability);
    },
  };
}
