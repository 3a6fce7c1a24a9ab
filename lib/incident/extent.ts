/** How many hosts of a group are in trouble together. */
export interface Extent {
  /** Hosts attached so far. */
  readonly affected: number;
  /** Hosts of the group that reported when it opened. */
  readonly total: number;
  /** Affected hosts that are silent. */
  readonly silent: number;
  /** Hosts still in trouble at the end, or at the reminder; `first` then names these. */
  readonly remaining?: number;
  /** At most `EXTENT_HOSTS_MAX` of them: while it is open the worst first, then in the order of their openings. */
  readonly first: readonly { readonly host: string; readonly id: string }[];
}

export const EXTENT_HOSTS_MAX = 5;
