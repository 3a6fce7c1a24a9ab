import type { Discard } from "../../lib/local/mapping.ts";
import type { Notice } from "../../lib/watch/incident.ts";
import type { ScoreOutcome } from "../../lib/watch/score.ts";
import type { HostState, UnsentNotice } from "../../lib/watch/state.ts";
import type { Put } from "./stream.ts";

/** One run of a function. */
export interface Run {
  readonly name: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  /** When the platform ends it, done or not. */
  readonly killedAt: number;
  endedAt: number;
  /** What every call takes in addition, in milliseconds. */
  readonly lag: number;
  crashed: boolean;
  /** Whether a call failed that it needs for noting what it published. */
  hindered: boolean;
  /** Keys of the notices it published, and of those it then took off the state. */
  readonly published: Set<string>;
  readonly marked: Set<string>;
}

export interface Publication {
  readonly key: string;
  readonly notice: Notice;
  readonly run: Run;
}

/** What an onlooker who sees everything writes down; nothing in it is known to the code under test. */
export interface Ledger {
  readonly runs: Run[];
  readonly publications: Publication[];
  /** Hosts by the keys of notices that some stored state owed. */
  readonly decided: Map<string, string>;
  /** Sequence numbers of records whose host was saved by a run that lived to say so. */
  readonly processed: Set<string>;
  readonly discarded: Map<string, Put>;
  /** Sequence numbers of records that were given up before they were processed; a run left behind may still do so. */
  readonly lost: Set<string>;
  readonly violations: string[];
  /** Whether the state has samples that no stored state of its host had. */
  isNews(state: HostState): boolean;
  saved(run: Run, state: HostState): void;
  published(run: Run, notice: Notice): void;
  finished(records: readonly Put[], outcome: ScoreOutcome): void;
  gaveUp(discard: Discard<Put>): void;
}

function noticeKey({ kind, id }: Pick<UnsentNotice, "kind" | "id">): string {
  return `${kind} ${id}`;
}

export function createLedger(): Ledger {
  const newest = new Map<string, number>();
  const publications: Publication[] = [];
  const decided = new Map<string, string>();
  const processed = new Set<string>();
  const discarded = new Map<string, Put>();
  const lost = new Set<string>();
  const violations: string[] = [];
  return {
    runs: [],
    publications,
    decided,
    processed,
    discarded,
    lost,
    violations,
    isNews: ({ host, newest: time }) => time > (newest.get(host) ?? 0),
    saved(run, { host, newest: time, unsent }) {
      newest.set(host, time);
      const owed = new Set(unsent.map(noticeKey));
      for (const key of owed) decided.set(key, host);
      for (const key of run.published) if (decided.get(key) === host && !owed.has(key)) run.marked.add(key);
    },
    published(run, notice) {
      const { kind, incident } = notice;
      const key = noticeKey({ kind, id: incident.id });
      if (!decided.has(key)) violations.push(`published before it was decided: ${key}`);
      if (run.published.has(key)) violations.push(`published twice by one run: ${key} by ${run.name}`);
      run.published.add(key);
      publications.push({ key, notice, run });
    },
    finished(records, { folded }) {
      const hosts = new Set(folded.map(({ state }) => state.host));
      for (const { sent, sequenceNumber } of records) {
        if (sent && hosts.has(sent.host.name)) processed.add(sequenceNumber);
      }
    },
    gaveUp({ records }) {
      for (const record of records) {
        discarded.set(record.sequenceNumber, record);
        if (!processed.has(record.sequenceNumber)) lost.add(record.sequenceNumber);
      }
    },
  };
}
