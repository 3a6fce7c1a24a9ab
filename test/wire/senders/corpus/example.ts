// The examples of every sender share this type, one host and one time.
import { START } from "../../../factories.ts";
import type { Sample } from "../reading.ts";

export interface Example {
  readonly shape: string;
  readonly record: unknown;
  /** The partition key; random where absent. */
  readonly key?: string;
  readonly samples: readonly Sample[];
  readonly problems?: readonly string[];
  readonly replaced?: number;
}

export const host = "web-07";
export const time = START;
export const SECONDS = START / 1000;
export const NANOSECONDS = "1795356000000000000";
export const ISO = "2026-11-22T14:00:00Z";
