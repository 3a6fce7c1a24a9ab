import { isOpening, type Notice } from "../incident/notice.ts";
import { DEFAULT_GROUP } from "../wire/samples.ts";
import { Flag, type FoldedPart } from "./apply.ts";
import { type Baseline, groupOwner, hostOwner } from "./baseline.ts";
import { isOnlySaved, type KnownStates, keepCopy, statesOf } from "./copies.ts";
import type { Failure, Run, StreamRecord, Time } from "./delivery.ts";
import { type Folded, fold } from "./fold.ts";
import { chunksOf, thinningOf } from "./history.ts";
import { addCounts, addOdd } from "./ingest.ts";
import { mayJoin, NEW_HOSTS_MAX } from "./newcomers.ts";
import { AT_ONCE, inParallel } from "./parallel.ts";
import { NO_POLICY, type PolicyOf } from "./policy.ts";
import type { HistoryStore, HostStore, IncidentStore, RejectedStore } from "./ports.ts";
import { type HostWork, type ReadPorts, readBatch } from "./read-batch.ts";
import { keepExamples, type Rejection } from "./rejections.ts";
import { saveNext } from "./save-next.ts";
import { remember, type ScoreMemory } from "./schema-names.ts";
import { type HostState, newHost } from "./state.ts";
import { dated } from "./worsening.ts";

export interface ScorePorts extends ReadPorts {
  readonly hosts: HostStore;
  readonly baselines: {
    active(owners: readonly string[]): Promise<Pick<ReadonlyMap<string, Baseline>, "get">>;
  };
  readonly history: HistoryStore;
  readonly incidents: IncidentStore;
  readonly rejected: Pick<RejectedStore, "keep">;
  /**
   * Sends a saved state's pending notices and returns the state after that. `fresh` are those of this batch, in which
   * incidents of `opening` hosts of its group opened. The sweep sends those that this leaves or fails to send.
   */
  readonly announce: (state: HostState, fresh: readonly Notice[], opening: number) => Promise<HostState>;
  readonly policyOf?: PolicyOf;
}

export interface ScoreOutcome {
  /** Position of the first record that must be delivered again; absent when all are done. */
  readonly retryFrom?: number;
  /** The reasons, one line per host or record. */
  readonly failures: readonly Failure[];
  readonly folded: readonly Folded[];
  readonly rejections: readonly Rejection[];
  readonly counts: ScoreCounts;
}

interface ScoreCounts {
  readonly records: number;
  readonly samples: number;
  readonly anomalies: number;
  readonly duplicates: number;
  readonly late: number;
  /** Values that were no finite number. */
  readonly replaced: number;
  readonly incidentsOpened: number;
}

/** History and incidents of one host written at once. */
const WRITES_AT_ONCE = 8;
/** Hosts without readable records that are looked up per batch: as many as a batch has records. */
const UNREADABLE_HOSTS_MAX = 2_000;

/**
 * Scores one batch: decode, group by host in the order of the stream, fold, save, announce, keep examples of rejected
 * records. Records that fail, or that would begin after the deadline, are delivered again; samples that were saved are
 * then duplicates.
 */
export async function scoreBatch(
  ports: ScorePorts,
  memory: ScoreMemory,
  records: readonly StreamRecord[],
  time: Time,
): Promise<ScoreOutcome> {
  const run: Run = { ...time, failed: [] };
  const { works, rejections, ...read } = await readBatch(ports, memory, records, run);
  const readable = works.filter(({ arrived }) => arrived.length > 0);
  const unreadable = works
    .filter((work) => work.arrived.length === 0 && work.rejected > 0)
    .slice(0, UNREADABLE_HOSTS_MAX);
  const known = await statesOf(ports.hosts, memory.copies, [...readable, ...unreadable]);
  const { states } = known;
  const surplus = new Set(readable.filter(({ host }) => !states.has(host) && !mayJoin(memory.newcomers, run.clock())));
  const admitted = readable.filter((work) => !surplus.has(work));
  // An unreadable record creates no host.
  const queue = [...admitted, ...unreadable.filter(({ host }) => states.has(host))];
  const folded = await scoreAll(ports, memory, queue, known, run);
  for (const { state } of folded) keepCopy(memory.copies, state);
  const rejected = [...rejections, ...[...surplus].flatMap((work) => rejectionOf(work, records))];
  // Sound records come first: they do not wait for the bucket.
  await keepExamples(ports.rejected, memory.examples, rejected, run);
  const positions = run.failed.map(({ position }) => position).filter(Number.isFinite);
  return {
    ...(positions.length > 0 ? { retryFrom: Math.min(...positions) } : {}),
    failures: run.failed.map(({ failure }) => failure),
    folded,
    rejections: rejected,
    counts: { ...read, ...countFolded(folded) },
  };
}

/** Hosts whose waiting samples one sweep scores; the next one finds the others. */
const WAITING_MAX = 500;

/** Scores the samples of these hosts that have waited long enough for the rest of their records. */
export async function scoreWaiting(
  ports: ScorePorts,
  memory: ScoreMemory,
  states: readonly HostState[],
  time: Time,
): Promise<Pick<ScoreOutcome, "failures" | "folded">> {
  const run: Run = { ...time, failed: [] };
  const works = states
    .slice(0, WAITING_MAX)
    .map(({ host }): HostWork => ({ host, position: 0, arrived: [], rejected: 0, isHeld: false }));
  const known = { states: new Map(states.map((state) => [state.host, state])), copied: new Set<string>() };
  const folded = await scoreAll(ports, memory, works, known, run);
  return { failures: run.failed.map(({ failure }) => failure), folded };
}

/** Each host by itself: one that fails does not affect the others. Once all are saved, their notices are sent. */
async function scoreAll(
  ports: ScorePorts,
  memory: ScoreMemory,
  works: readonly HostWork[],
  { states, copied }: KnownStates,
  { clock, deadline, failed }: Run,
): Promise<readonly Folded[]> {
  // A host without readable records has sent nothing: only the count changes.
  const isUnreadable = ({ arrived, rejected }: HostWork) => arrived.length === 0 && rejected > 0;
  const heard = works.filter((work) => !isUnreadable(work));
  const groupFor = (work: HostWork) => groupOf(work, states.get(work.host));
  const owners = heard.flatMap((work) => [hostOwner(work.host), groupOwner(groupFor(work))]);
  const baselines = await ports.baselines.active([...new Set(owners)]);
  const folded: Folded[] = [];
  await inParallel(AT_ONCE, works, async (work) => {
    try {
      if (clock() > deadline) throw new Error("out of time: delivered again");
      const state = states.get(work.host);
      const baseline = baselines.get(hostOwner(work.host)) ?? baselines.get(groupOwner(groupFor(work)));
      if (state && isUnreadable(work)) {
        await saveNext(ports.hosts, state, async (stored) => ({ state: withRejected(stored, work) }));
      } else
        folded.push(await scoreHost(ports, memory, work, state, { baseline, clock, isCopy: copied.has(work.host) }));
    } catch (error) {
      failed.push({ position: work.position, failure: { what: `host ${work.host}`, error } });
    }
  });
  return announceAll(ports, folded, failed);
}

function rejectionOf({ host, position }: HostWork, records: readonly StreamRecord[]): Rejection[] {
  const record = records[position];
  const reason = `${NEW_HOSTS_MAX} new hosts today already: check who makes up names, or wait until tomorrow (UTC)`;
  return record ? [{ record, problems: [{ reason, host }] }] : [];
}

/** Perhaps only one of several senders for one host knows the group. */
function groupOf({ arrived }: HostWork, state: HostState | undefined): string {
  const named = arrived.find(({ part }) => part.group !== DEFAULT_GROUP)?.part.group;
  return named ?? (state?.assembly ? state.group : DEFAULT_GROUP);
}

interface Surroundings {
  readonly baseline: Baseline | undefined;
  readonly clock: () => number;
  /** Whether the state may be out of date. */
  readonly isCopy: boolean;
}

/**
 * Writes history and ended incidents before the state, which marks their samples as applied and forgets the incidents.
 * After a crash in between they are written again under the same keys. The open incident follows the state, which
 * contains it: a scorer that loses the race must not reopen an incident that the other has ended. Notices are part of
 * the state, too. Before the state is saved, nothing is written that follows from a copy.
 */
async function scoreHost(
  ports: ScorePorts,
  memory: ScoreMemory,
  work: HostWork,
  stored: HostState | undefined,
  { baseline, clock, isCopy }: Surroundings,
): Promise<Folded> {
  const group = groupOf(work, stored);
  const policy = ports.policyOf?.(work.host, group) ?? NO_POLICY;
  const folded = await saveNext(ports.hosts, stored ?? newHost(work.host, group), async (state) => {
    // Only the sweep looks for samples that have waited too long: records of the stream are folded without a clock.
    const waitedUntil = work.arrived.length === 0 ? clock() : undefined;
    const next = fold(withRejected(state, work), baseline, work.arrived, policy, waitedUntil);
    if (isCopy && state === stored && !isOnlySaved(next, state)) return undefined;
    const chunks = chunksOf(await withStoredNames(ports, memory, next.parts, clock()), thinningOf(state));
    await inParallel(WRITES_AT_ONCE, chunks, (chunk) => ports.history.keep(chunk));
    const ended = next.incidents.filter(({ resolved }) => resolved !== undefined);
    await inParallel(WRITES_AT_ONCE, ended, (incident) => ports.incidents.save(incident));
    return { ...next, state: dated(next.state, state, clock()) };
  });
  // Also for samples that were applied before: this write may have failed then.
  if (folded.state.incident) await ports.incidents.save(folded.state.incident);
  return folded;
}

/** Stores the names of samples put together here. History leaves out those whose names can never be stored. */
async function withStoredNames(
  { schemas }: ScorePorts,
  memory: ScoreMemory,
  parts: readonly FoldedPart[],
  now: number,
): Promise<readonly FoldedPart[]> {
  const own = parts.map((one) => {
    const known = memory.schemas.of(one.part.schema.names, one.part.schema.id);
    return { one, schema: "problem" in known ? one.part.schema : known };
  });
  const named = own.map(({ one, schema }) => ({ host: one.part.host, schema }));
  const { refused, troubles } = await remember(schemas, memory, named, now);
  for (const error of troubles.values()) throw error;
  return own.filter(({ schema }) => !refused.has(schema)).map(({ one }) => one);
}

/** A host without readable records keeps since when and why; one that is readable again forgets it. */
function withRejected(state: HostState, { rejected, arrived, unread, odd }: HostWork): HostState {
  const { unread: known, ...rest } = state;
  // A record that comes again says nothing about later ones.
  const isLast = unread !== undefined && unread.since > state.arrived;
  const kept = arrived.length === 0 ? (known ?? (isLast ? unread : undefined)) : undefined;
  const next = { ...rest, ...(kept ? { unread: kept } : {}), ...(odd ? { odd: addOdd(state.odd, odd) } : {}) };
  return rejected === 0 ? next : { ...next, ingest: addCounts(state.ingest, { rejected }) };
}

/** The sweep sends notices that cannot be published now: the record need not be delivered again. */
async function announceAll(
  { announce }: ScorePorts,
  folded: readonly Folded[],
  failed: Run["failed"],
): Promise<readonly Folded[]> {
  const opening = new Map<string, number>();
  for (const { state, notices } of folded)
    if (notices.some(({ kind }) => isOpening(kind))) opening.set(state.group, (opening.get(state.group) ?? 0) + 1);
  const announced: Folded[] = [];
  await inParallel(AT_ONCE, folded, async (one) => {
    const { state, notices } = one;
    try {
      const isDone = state.pending.length === 0;
      const next = isDone ? state : await announce(state, notices, opening.get(state.group) ?? 0);
      announced.push({ ...one, state: next });
    } catch (error) {
      const failure = { what: `notices of ${state.host}, left to the sweep`, error };
      failed.push({ position: Number.POSITIVE_INFINITY, failure });
      announced.push(one);
    }
  });
  return announced;
}

function countFolded(folded: readonly Folded[]) {
  let [samples, anomalies, duplicates, late, incidentsOpened] = [0, 0, 0, 0, 0];
  for (const { parts, notices } of folded) {
    for (const { flags } of parts) {
      for (const flag of flags) {
        if (flag & Flag.duplicate) duplicates++;
        else samples++;
        if (flag & Flag.anomaly) anomalies++;
        if (flag & Flag.late) late++;
      }
    }
    incidentsOpened += notices.filter(({ kind }) => kind === "opened" || kind === "unstable").length;
  }
  return { samples, anomalies, duplicates, late, incidentsOpened };
}
