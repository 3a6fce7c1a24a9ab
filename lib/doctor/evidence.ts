import type { Audit } from "../alert/ports.ts";
import type { Refusal } from "../alert/refusal.ts";
import type { RejectedExample } from "../watch/ports.ts";
import type { HostState } from "../watch/state.ts";

/** What a deployment knows about itself. */
export interface Evidence {
  readonly hosts: readonly HostState[];
  /** Examples from the last day. */
  readonly rejected: readonly RejectedExample[];
  readonly refusals: readonly Refusal[];
  /** Absent before the first. */
  readonly audit?: Audit;
}

/** Something that keeps hosts from being judged, or people from hearing of it, and what to do. */
export interface Finding {
  readonly cause: Cause;
  readonly what: string;
  readonly fix: string;
  /** Those that it is about; empty for one about the deployment. */
  readonly hosts: readonly string[];
}

/** The most urgent first: what stops everything, what stops hosts, what weakens. */
export const CAUSES = [
  "nothing-arrives",
  "stopped",
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
