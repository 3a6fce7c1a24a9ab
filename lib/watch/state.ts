import type { HostIncident, Incident, Unread } from "../incident/incident.ts";
import type { Judgement } from "../incident/judgement.ts";
import { isOpening, type NoticeKind } from "../incident/notice.ts";
import { type Crossings, emptyCrossings } from "../model/crossings.ts";
import type { HostAttributes } from "../wire/samples.ts";
import type { Assembly } from "./assembly.ts";
import type { HostClock } from "./clock.ts";
import type { FeatureMemory } from "./derive.ts";
import type { HostMemory } from "./host-memory.ts";
import { type IngestCounts, NOTHING_COUNTED, type OddCount } from "./ingest.ts";
import type { Lapsed } from "./life.ts";
import type { HeldRule } from "./rules.ts";

/**
 * The host has no judged samples: when a sweep saw that first (ms since the epoch), and whether people were notified.
 */
interface Unjudged {
  readonly since?: number;
  readonly told?: true;
}

/** The memory of scoring about one host between batches. Times are in milliseconds since the epoch. */
export interface HostState {
  readonly host: string;
  readonly group: string;
  /** Counts the writes of this item; 0 = never stored. */
  readonly revision: number;
  /** Samples applied in order of time since the host was first seen. */
  readonly seen: number;
  /** Samples whose score was above epsilon when they were applied, since the host was first seen. */
  readonly flagged: number;
  /** Counts of its duplicate, late and unreadable records. */
  readonly ingest: IngestCounts;
  /** Since when none of its records can be used, and why; absent otherwise. */
  readonly unread?: Unread;
  /** Values that were no number; absent without any. */
  readonly odd?: OddCount;
  /** The machine's attributes, from the newest record that has any; absent without. */
  readonly attributes?: HostAttributes;
  /** Time of the first sample; 0 = none yet. */
  readonly since: number;
  /** Time of the newest sample applied; 0 = none yet. */
  readonly newest: number;
  /** When the last record arrived at the stream. */
  readonly arrived: number;
  /** How often records arrive, in milliseconds, but whole seconds; 0 = not known yet. */
  readonly interval: number;
  /** Whether its silence is expected, until it sends again: it said goodbye, or a person retired it. */
  readonly retired: boolean;
  /**
   * The sweep notifies nobody of the host's silence before this time. Absent unless the host is usually off at the time
   * of its newest sample, or soon after it.
   */
  readonly backBy?: number;
  /** Times of the samples applied last, ascending: a sample whose time is among them is a duplicate. */
  readonly applied: readonly number[];
  /** Id of the feature names of `vector`. */
  readonly schema: string;
  /** The newest sample. */
  readonly vector: Float64Array;
  /** The list of names before `schema`: for an hour, two senders may be taking turns. */
  readonly former?: FormerSchema;
  /** The memory of its samples' features; absent without any. */
  readonly features?: FeatureMemory;
  /** Only for a host whose samples come in pieces. */
  readonly assembly?: Assembly;
  /** The newest verdict; absent while learning. */
  readonly verdict?: Judgement;
  /** There is no real verdict: the baseline has no metric of which the newest sample has a value. */
  readonly unjudged?: Unjudged;
  /** The detector's memory; absent while learning. */
  readonly memory?: HostMemory;
  /** The alerts that other epsilons would have raised. */
  readonly crossings: Crossings;
  /** The rules whose condition holds at the newest sample, whether for long enough or not. */
  readonly rules: readonly HeldRule[];
  /** The open incident. */
  readonly incident?: HostIncident;
  /** Incidents that resolved within the last hour, silences apart, oldest first. */
  readonly lapsed: readonly Lapsed[];
  /** The host's clock, if it is or was wrong. */
  readonly clock?: HostClock;
  /** Oldest first. The incidents table has the incidents. */
  readonly pending: readonly PendingNotice[];
}

interface FormerSchema {
  readonly schema: string;
  /** Time of its last sample. */
  readonly time: number;
}

/** A notice that was decided and neither published nor dropped yet. */
export interface PendingNotice {
  readonly kind: NoticeKind;
  readonly id: string;
  /** Sort key of the incident. */
  readonly opened: number;
  /** The incident's revision that this notice announces. */
  readonly revision: number;
  /** When a scorer first saved it (ms since the epoch); absent when the sweep or a person decided it. */
  readonly since?: number;
}

export function pendingOf(kind: NoticeKind, { id, opened, revision }: Incident): PendingNotice {
  return { kind, id, opened, revision };
}

/** Whether the opening of the incident with this id waits for being sent. */
export function isUntold(id: string, pending: readonly PendingNotice[]): boolean {
  return pending.some((notice) => isOpening(notice.kind) && notice.id === id);
}

export function newHost(host: string, group: string): HostState {
  return {
    host,
    group,
    revision: 0,
    seen: 0,
    flagged: 0,
    ingest: NOTHING_COUNTED,
    since: 0,
    newest: 0,
    arrived: 0,
    interval: 0,
    retired: false,
    applied: [],
    schema: "",
    vector: new Float64Array(0),
    crossings: emptyCrossings(),
    rules: [],
    lapsed: [],
    pending: [],
  };
}
