import type { Stores } from "../../lib/store/stores.ts";

/** Stores in which the tests of a contract share the tables, as the functions do. */
export interface ContractWorld {
  readonly stores: Stores;
  /** The stores' clock, in milliseconds since the epoch. */
  now: number;
  /** A name that no other test uses. */
  fresh(prefix: string): string;
  /** How often each round trip is tried. */
  readonly numRuns: number;
}
