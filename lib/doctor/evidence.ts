import type { Audit } from "../alert/ports.ts";
import type { Refusal } from "../alert/refusal.ts";
import type { RejectedExample } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";

/** The facts of a deployment about itself. */
export interface Evidence {
  readonly hosts: readonly HostState[];
  /** Examples from the last day. */
  readonly rejected: readonly RejectedExample[];
  readonly refusals: readonly Refusal[];
  /** Absent before the first. */
  readonly audit?: Audit;
  /** How AWS throttles a stack; absent for the twin, and if CloudWatch does not answer. */
  readonly throttles?: readonly Throttle[];
}

/** A resource that AWS may limit. */
export interface Limited {
  readonly what: "table" | "writes" | "reads" | "function" | "behind";
  /** The table or the function, as this project calls it. */
  readonly name: string;
}

/** How often AWS rejected a call in the last hours; for `behind`, the age of the oldest record in milliseconds. */
export interface Throttle extends Limited {
  readonly amount: number;
}

/** A problem that keeps hosts from being judged, or messages from arriving, and its fix. */
export interface Finding {
  readonly cause: Cause;
  readonly what: string;
  readonly fix: string;
  /** The hosts with the problem; empty for one of the deployment. */
  readonly hosts: readonly string[];
}

/**
 * The most urgent first: problems that stop everything, then those that stop hosts, then those that weaken detection.
 */
export const CAUSES = [
  "nothing-arrives",
  "stopped",
  "throttled",
  "behind",
  "rejected",
  "unusable",
  "unjudged",
  "nobody-told",
  "unconfirmed",
  "silent",
  "clock",
  "refused",
  "learning",
  "two-names",
  "duplicates",
  "late",
  "odd",
  "left-out",
  "no-room",
  "unmade",
] as const;

export type Cause = (typeof CAUSES)[number];
