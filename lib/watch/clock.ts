import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** A clock further ahead than this is wrong: nobody can sample the future. */
const AHEAD_MS = 5 * MINUTE_MS;
/** Samples older than this on arrival are from the past and open no incident; so is every sample of a clock behind. */
export const PAST_AFTER_MS = HOUR_MS;

/**
 * Whether a host's newest sample was from the past when it came; false while the first one still waits for its rest.
 */
export function isFromPast({ arrived, newest }: { readonly arrived: number; readonly newest: number }): boolean {
  return newest > 0 && arrived - newest > PAST_AFTER_MS;
}

/** This many records, over this time, show a wrong clock and not a backlog, whose delay shrinks while it is sent. */
const RECORDS_MIN = 5;
const SPAN_MIN_MS = 5 * MINUTE_MS;
/**
 * The delays of live records differ by less, and so do the delays of a backlog sent at nearly the pace of its samples.
 */
const JITTER_MS = MINUTE_MS;

/** A host's clock that is or was wrong, by its records. Offsets in milliseconds, arrivals since the epoch. */
export interface HostClock {
  /** The evidence of the last records, while they show that the clock is wrong but not by how much. */
  readonly run?: Run;
  /** The last ones, oldest first; only the last may be in force. */
  readonly corrections: readonly Correction[];
  /** People have had the message about it. */
  readonly told?: true;
}

/** Records in a row with similar delays from sample to arrival. */
interface Run {
  /** The arrival of the first. */
  readonly since: number;
  readonly records: number;
  readonly least: number;
  readonly most: number;
}

export interface Correction {
  /**
   * The offset to add to the host's times: the smallest delay among the records that showed it. Negative: the clock is
   * ahead.
   */
  readonly offset: number;
  /** It holds for records that arrive later than this. */
  readonly after: number;
  /** The arrival at which the clock changed: earlier records that come again are still corrected. */
  readonly until?: number;
}

/** Corrections remembered: a record comes again within minutes or not at all, and each of these took five to learn. */
const CORRECTIONS_MAX = 3;

/** The correction in force. */
export function correctionOf(clock: HostClock | undefined): Correction | undefined {
  const last = clock?.corrections.at(-1);
  return last?.until === undefined ? last : undefined;
}

/** All zones differ from UTC by quarters of an hour, and by 14 h at most (https://www.iana.org/time-zones). */
const ZONE_STEP_MS = 15 * MINUTE_MS;
const ZONE_MAX_MS = 14 * HOUR_MS;

/** The offset of the zone, if a sender seems to write local time without it, which is read as UTC. */
export function zoneIn(offset: number): number | undefined {
  const zone = Math.round(offset / ZONE_STEP_MS) * ZONE_STEP_MS;
  return zone !== 0 && Math.abs(zone) <= ZONE_MAX_MS && isNear(offset, zone) ? zone : undefined;
}

/**
 * The offset to add to the times of a record with this delay (ms, from its newest sample to its arrival). A record
 * ahead ends on arrival. One of a clock known to be behind is corrected if it comes live: not if it was spooled, late
 * or imported.
 */
export function shiftOf(clock: HostClock | undefined, delay: number, arrival: number): number {
  if (delay < -AHEAD_MS) return Math.round(delay);
  const isMeant = ({ offset, after, until = Number.POSITIVE_INFINITY }: Correction) =>
    offset > 0 && after < arrival && arrival < until && isNear(delay, offset);
  return clock?.corrections.find(isMeant)?.offset ?? 0;
}

/** The state of the clock after one more record, which arrived later than all before it. */
export function withRecord(
  clock: HostClock = { corrections: [] },
  delay: number,
  arrival: number,
): HostClock | undefined {
  const { run, ...kept } = clock;
  if (delay >= -AHEAD_MS && delay <= PAST_AFTER_MS) {
    return kept.corrections.length > 0 ? { corrections: ended(kept.corrections, arrival) } : undefined;
  }
  const known = correctionOf(clock);
  if (known && isNear(delay, known.offset)) return kept;
  const next = joined(run, Math.round(delay), arrival);
  const isLong = next.records >= RECORDS_MIN && arrival - next.since >= SPAN_MIN_MS;
  if (!isLong) return { ...kept, run: next };
  const learnt = { offset: next.least, after: arrival };
  return { ...kept, corrections: [...ended(kept.corrections, arrival), learnt].slice(-CORRECTIONS_MAX) };
}

function ended(corrections: readonly Correction[], arrival: number): readonly Correction[] {
  return corrections.map((one) => ({ until: arrival, ...one }));
}

function isNear(delay: number, offset: number): boolean {
  return Math.abs(delay - offset) <= JITTER_MS;
}

/** The delays of a backlog shrink while it is sent; those of a live host stay within the jitter. */
function joined(run: Run | undefined, delay: number, arrival: number): Run {
  if (run) {
    const [least, most] = [Math.min(run.least, delay), Math.max(run.most, delay)];
    if (most - least <= JITTER_MS) return { since: run.since, records: run.records + 1, least, most };
  }
  return { since: arrival, records: 1, least: delay, most: delay };
}
