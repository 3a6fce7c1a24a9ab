/** How many hosts of a group are in trouble together. */
export interface Extent {
  /** Hosts attached so far. */
  readonly affected: number;
  /** Hosts of the group that were reporting when it opened. */
  readonly total: number;
  /** How many of the affected are silent. */
  readonly silent: number;
  /** How many were still in trouble when it was over; `first` then names these. */
  readonly remaining?: number;
  /** The first of them, at most `EXTENT_HOSTS_MAX`, in the order in which they opened. */
  readonly first: readonly { readonly host: string; readonly id: string }[];
}

export const EXTENT_HOSTS_MAX = 5;
