/**
 * Samples and records that were duplicate, late or unreadable, since the host was first seen. Deliveries are counted: a
 * record that the stream delivers again, or a scorer folds again after a lost race, counts again.
 */
export interface IngestCounts {
  /** Samples whose time had been applied before. */
  readonly duplicates: number;
  /** Samples older than one before them, or than an hour on arrival: scored, but part of no incident. */
  readonly late: number;
  /** Records, or samples of a record of many, that could not be read, or had no number. */
  readonly rejected: number;
}

/** Values of a host, in samples with others, that were neither a number nor null, since the host was first seen. */
export interface OddCount {
  readonly count: number;
  /** The last of them, as `cpu is "n/a"`, and when it arrived (ms since the epoch). */
  readonly last: string;
  readonly at: number;
}

export function addOdd(known: OddCount | undefined, more: OddCount): OddCount {
  return { ...more, count: more.count + (known?.count ?? 0) };
}

export const NOTHING_COUNTED: IngestCounts = { duplicates: 0, late: 0, rejected: 0 };

export function addCounts(counts: IngestCounts, { duplicates = 0, late = 0, rejected = 0 }: Partial<IngestCounts>) {
  return {
    duplicates: counts.duplicates + duplicates,
    late: counts.late + late,
    rejected: counts.rejected + rejected,
  };
}
