import type { Verdict } from "../incident/label.ts";
import type { Likeness } from "../incident/likeness.ts";
import type { Fault } from "./fault.ts";

export interface DemoHost {
  readonly name: string;
  readonly group: string;
}

/** Faults of some hosts and the messages that follow. Times are in milliseconds since the scenario began. */
export interface Scenario {
  readonly name: string;
  /** One sentence. */
  readonly story: string;
  readonly hosts: readonly DemoHost[];
  readonly lasts: number;
  /** Time between samples; ten seconds if absent. */
  readonly sampleMs?: number;
  readonly faults: readonly Fault[];
  /** These hosts send nothing in that time. */
  readonly outages?: readonly Omit<Fault, "change">[];
  /** The configuration; absent: the defaults. */
  readonly config?: object;
  readonly silences?: readonly Maintenance[];
  readonly events?: readonly Happening[];
  readonly answers?: readonly Answer[];
  /** The hosts are servers with more metrics; web servers if absent. */
  readonly server?: true;
  /** Deliveries of each batch of records, because a stream may repeat them; 1 if absent. */
  readonly deliveries?: number;
  /** The name that the messages give the trouble; absent if none is certain. */
  readonly looksLike?: Likeness["name"];
  /** Notices in the order of sending, as `kind host or group: first cause`. */
  readonly told: readonly string[];
}

/** A label for the incident that the host had at `of`. */
interface Answer {
  readonly host: string;
  readonly of: number;
  readonly at: number;
  readonly verdict: Verdict;
}

/** A silence, created at its start. */
interface Maintenance {
  readonly host: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** An event that somebody declares. */
interface Happening {
  readonly group: string;
  readonly at: number;
  readonly text: string;
}
