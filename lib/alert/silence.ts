/** Holds back the notices of some hosts for a while. Training leaves silenced samples out, too. */
export interface Silence {
  /** Six letters and digits, as of incidents. */
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  readonly by: string;
  /** Milliseconds since the epoch: from inclusive, until exclusive. Every silence ends. */
  readonly from: number;
  readonly until: number;
  /** Within from and until it holds only in these windows; absent: all the time. */
  readonly recurrence?: Recurrence;
  /** When it last held a notice back; absent: never yet. */
  readonly matched?: number;
  /** Whether people were notified that it never held anything back. */
  readonly reported?: true;
  /** Counts its writes; 0 = never stored. */
  readonly revision: number;
}

/** Patterns of names in which `*` stands for any characters; at least one of the two is given. */
export interface SilenceMatcher {
  readonly host?: string;
  readonly group?: string;
}

/** `Tue,Thu 02:00 2h Europe/Paris`: the zone's own clock counts, so that the silence follows summer time. */
export interface Recurrence {
  /** 0 = Sunday; empty = every day. */
  readonly days: readonly number[];
  /** Minutes since midnight. */
  readonly start: number;
  readonly durationMs: number;
  /** IANA name, like `Europe/Paris`. */
  readonly zone: string;
}
