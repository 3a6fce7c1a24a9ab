import type { Incident } from "../incident/incident.ts";
import type { Acknowledgement, Label } from "../incident/label.ts";
import type { Schema } from "../wire/samples.ts";
import type { Baseline, PackedBaseline } from "./baseline.ts";
import type { HistoryChunk } from "./history.ts";
import type { HostState } from "./state.ts";

/** The stores that the logic needs. lib/store implements them in DynamoDB, and in memory for the simulation. */

export interface HostStore {
  /** The states of those hosts that are known. */
  load(hosts: readonly string[]): Promise<ReadonlyMap<string, HostState>>;
  /**
   * Stores the state as the revision after `state.revision`, if that is still the stored revision (0: none stored).
   * Returns the state with its new revision; undefined when another writer was faster.
   */
  save(state: HostState): Promise<HostState | undefined>;
  /** Names of hosts with pending notices. */
  withPending(): Promise<readonly string[]>;
  /** Every host, in no order. */
  all(): AsyncIterable<HostState>;
  /** Forgets the host, unless somebody wrote its state since it was read. */
  remove(state: HostState): Promise<void>;
}

export interface BaselineStore {
  /** The active baselines of those owners that have one. */
  active(owners: readonly string[]): Promise<ReadonlyMap<string, Baseline>>;
  /**
   * The same, packed. A `known` one whose version and epsilon are still the active ones is returned as it is: its model
   * is not read again.
   */
  packed(
    owners: readonly string[],
    known?: ReadonlyMap<string, PackedBaseline>,
  ): Promise<ReadonlyMap<string, PackedBaseline>>;
}

export interface SchemaStore {
  /** The schemas stored under these ids, with every one that was remembered before. */
  names(ids: readonly string[]): Promise<readonly Schema[]>;
  /**
   * Stores the names unless others are stored under their id already: then it returns these as `taken`. Names that
   * nobody remembers again for two months are deleted.
   */
  remember(schema: Schema): Promise<"created" | "known" | "taken">;
}

/** Days from writing until history is deleted, not from the sample: a recording of last year is useful too. */
export const HISTORY_DAYS = 30;

export interface HistoryStore {
  /** Keeps a chunk unless one with its host and first time is there already. */
  keep(chunk: HistoryChunk): Promise<void>;
  /** The host's chunks whose first time is in [from, to), oldest first; expired ones are left out. */
  read(host: string, from: number, to: number): AsyncIterable<HistoryChunk>;
}

/** Days of incidents that each run of the refit searches for hosts whose level has moved for good. */
export const MOVED_DAYS = 14;

export interface IncidentStore {
  /**
   * Stores the fold's part of the incident, unless a later form is stored; leaves people's labels and acknowledgements
   * untouched.
   */
  save(incident: Incident): Promise<void>;
  get(host: string, opened: number): Promise<Incident | undefined>;
  /** One incident; more when ids collide, which is rare. */
  withId(id: string): Promise<readonly Incident[]>;
  /** The host's incidents opened in [from, to), oldest first. */
  ofHost(host: string, from: number, to: number): Promise<readonly Incident[]>;
  /** The newest incidents of all hosts opened in [from, to), newest first, at most `limit`. */
  feed(from: number, to: number, limit: number): Promise<readonly Incident[]>;
  /**
   * Sets the label and keeps the last 20 before it. Does nothing when the same person has already given the same label.
   * Throws when there is no such incident.
   */
  label(host: string, opened: number, label: Label): Promise<void>;
  /**
   * Notes who takes care of the incident, unless somebody already does; returns the acknowledgement that holds. Throws
   * when there is no such incident.
   */
  acknowledge(host: string, opened: number, acknowledgement: Acknowledgement): Promise<Acknowledgement>;
}

/** A record, or a part of one, that can never be read. */
export interface RejectedRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Milliseconds since the epoch. */
  readonly arrival: number;
  readonly problems: readonly string[];
  readonly bytes: Buffer;
  /** How many records of its batch were rejected for the same reason from the same sender, itself included. */
  readonly alike: number;
}

export interface RejectedStore {
  /** Keeps the record with its reason; the same record again overwrites itself. */
  keep(rejected: RejectedRecord): Promise<void>;
  /** Kept records that arrived in [from, to): at most 200, the newest of each day. */
  recent(from: number, to: number): Promise<readonly RejectedExample[]>;
}

/** The facts that people read about a rejected record. */
export type RejectedExample = Pick<RejectedRecord, "partitionKey" | "arrival" | "problems" | "alike">;
