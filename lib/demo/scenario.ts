import type { Fault } from "./fault.ts";

export interface DemoHost {
  readonly name: string;
  readonly group: string;
}

/** A story with its end: which faults hit which hosts, and which notices follow, in order. Times: ms since it began. */
export interface Scenario {
  readonly name: string;
  /** One sentence: what happens. */
  readonly story: string;
  readonly hosts: readonly DemoHost[];
  readonly lasts: number;
  readonly faults: readonly Fault[];
  /** When which hosts send nothing. */
  readonly outages?: readonly Omit<Fault, "change">[];
  readonly silences?: readonly Maintenance[];
  /** How often each batch of records is delivered, as the stream may; 1 if absent. */
  readonly deliveries?: number;
  /** When somebody answers the newest question with "new normal", and a refit learns from it. */
  readonly newNormalAt?: number;
  /** Notices as `kind host or group: first cause`, in the order in which they are sent. */
  readonly told: readonly string[];
}

/** A silence, from when it was made. */
interface Maintenance {
  readonly host: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}
