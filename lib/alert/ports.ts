import type { TimeLabel } from "../incident/time-label.ts";
import type { HostStore, IncidentStore } from "../watch/ports.ts";
import type { Allowance, Desk } from "./desk.ts";
import type { DeclaredEvent } from "./event.ts";
import type { NewsPublisher } from "./news.ts";
import type { QuietPattern } from "./quiet.ts";
import type { Refusal } from "./refusal.ts";
import type { Silence } from "./silence.ts";

/** The outside world as alerting uses it. */
export interface AlertPorts {
  readonly hosts: HostStore;
  readonly incidents: Pick<IncidentStore, "get" | "save" | "withId">;
  readonly alerting: AlertingStore;
  readonly publisher: NewsPublisher;
  readonly baselines: {
    /** Deletes all versions of an owner that is gone. */
    forget(owner: string): Promise<void>;
  };
}

/**
 * Alerting's memory beside hosts and incidents. Each `save` stores the next revision, or returns undefined if another
 * writer was faster.
 */
export interface AlertingStore {
  /** All silences that are stored, in no order; those that ended are kept for as long as history is. */
  silences(): Promise<readonly Silence[]>;
  saveSilence(silence: Silence): Promise<Silence | undefined>;
  /** All quiet patterns that are stored, in no order; one is deleted 30 days after its end. */
  quiets(): Promise<readonly QuietPattern[]>;
  saveQuiet(quiet: QuietPattern): Promise<QuietPattern | undefined>;
  /** A desk that was never stored is new: `newDesk`. */
  desk(group: string): Promise<Desk>;
  desks(): Promise<readonly Desk[]>;
  saveDesk(desk: Desk): Promise<Desk | undefined>;
  /** An allowance that was never stored is new: `{ times: [], held: { critical: 0, warning: 0 }, revision: 0 }`. */
  allowance(name: string): Promise<Allowance>;
  saveAllowance(allowance: Allowance): Promise<Allowance | undefined>;
  /** The epsilon last announced for an owner; undefined: none yet. */
  announced(owner: string): Promise<Announced | undefined>;
  /** Later writes win: a repeated announcement is the same. */
  saveAnnounced(owner: string, announced: Announced): Promise<void>;
  /** All owners whose last refits were refused, in no order; a refusal is kept for a week after the last refit. */
  refusals(): Promise<readonly Refusal[]>;
  /** Later writes win. */
  saveRefusal(refusal: Refusal): Promise<void>;
  endRefusal(owner: string): Promise<void>;
  /** Labels for times without an incident, in no order; each is kept for a year after its time. */
  timeLabels(): Promise<readonly TimeLabel[]>;
  /** Later writes win: the same host or group and beginning have the same id. */
  saveTimeLabel(label: TimeLabel): Promise<void>;
  removeTimeLabel(id: string): Promise<void>;
  /** The events from `from` inclusive to `to` exclusive, oldest first; each is kept for 30 days after its time. */
  events(from: number, to: number): Promise<readonly DeclaredEvent[]>;
  /** Later writes win: an event's id follows from all its fields. */
  saveEvent(event: DeclaredEvent): Promise<void>;
  removeEvent(event: Pick<DeclaredEvent, "id" | "at">): Promise<void>;
  audit(): Promise<Audit | undefined>;
  saveAudit(audit: Audit): Promise<void>;
}

export interface Announced {
  readonly version: number;
  readonly epsilon: number;
}

/** The subscriptions of the alerts topic, as last audited. */
export interface Audit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Confirmed ones, as `protocol endpoint`. */
  readonly confirmed: readonly string[];
  /** Unconfirmed ones, in the same form. */
  readonly unconfirmed: readonly string[];
}
