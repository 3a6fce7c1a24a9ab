/**
 * What of a host's records brought nothing new or nothing in time, since the host was first seen. Deliveries are
 * counted, not what was sent: what the stream delivers again, or a scorer folds again because its write was lost,
 * counts again.
 */
export interface IngestCounts {
  /** Samples whose time had been applied before. */
  readonly duplicates: number;
  /** Samples older than one before them, or than an hour on arrival: scored, but part of no incident. */
  readonly late: number;
  /** Records, or samples of a record of many, that could not be read. */
  readonly rejected: number;
}

export const NOTHING_COUNTED: IngestCounts = { duplicates: 0, late: 0, rejected: 0 };

export function addCounts(counts: IngestCounts, more: Partial<IngestCounts>): IngestCounts {
  const { duplicates = 0, late = 0, rejected = 0 } = more;
  return {
    duplicates: counts.duplicates + duplicates,
    late: counts.late + late,
    rejected: counts.rejected + rejected,
  };
}
