import { isDeepStrictEqual } from "node:util";
import type { HostIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { usuallyBackBy } from "../model/bands.ts";
import { bandsOf } from "../model/detector.ts";
import { HOUR_MS } from "../time.ts";
import { DEFAULT_GROUP, type HostSamples } from "../wire/samples.ts";
import { type Applying, applyPart, type FoldedPart, rowOf } from "./apply.ts";
import { type Assembling, newAssembly, resume, suspend } from "./assembly.ts";
import { type Baseline, project } from "./baseline.ts";
import { correctionOf, shiftOf, withRecord } from "./clock.ts";
import { type ClosedTick, closeComplete, closeOverdue, closeWaiting } from "./closing.ts";
import { addCounts } from "./ingest.ts";
import { learnedInterval } from "./interval.ts";
import { type Draft, leave } from "./judge.ts";
import { NO_POLICY } from "./policy.ts";
import type { HostState } from "./state.ts";
import { takeIn } from "./take-in.ts";
import { withTotals } from "./totals.ts";

/** Two senders of one host take turns within this time; a list of names that was given up does not come back. */
const TURNS_MAX_MS = HOUR_MS;

export interface Folded {
  readonly state: HostState;
  readonly parts: readonly FoldedPart[];
  /** Incidents opened, changed or resolved, in their last form, oldest first. */
  readonly incidents: readonly HostIncident[];
  readonly notices: readonly Notice[];
}

/** Samples of one host as they came off the stream, with their arrival there (ms). */
export interface Arrived {
  readonly part: HostSamples;
  readonly arrival: number;
}

/**
 * Folds one host's samples into its state: the whole of scoring, without I/O or a clock. A repeated sample changes only
 * the count of duplicates, so a batch may be delivered any number of times. Without a baseline the host is learning:
 * samples are counted and kept, and only rules judge them. Samples that come in pieces wait for their other records;
 * `now` (ms), if given, ends the waiting of those that have waited too long.
 */
export function fold(
  state: HostState,
  baseline: Baseline | undefined,
  arrived: readonly Arrived[],
  policy = NO_POLICY,
  now?: number,
): Folded {
  const draft: Draft = {
    ...state,
    applied: [...state.applied],
    pending: [...state.pending],
  };
  const isRedefined = !isDeepStrictEqual(state.features?.defined, policy.features?.defined);
  if (!baseline || isAnother(baseline, state) || isRedefined) delete draft.memory;
  const folding: Folding = { draft, baseline, policy, isRedefined, incidents: new Map(), notices: [] };
  const parts = arrived.flatMap((one) => foldRecord(folding, one));
  parts.push(...foldWaiting(folding, now));
  if (folding.newest) recall(draft, folding.newest, baseline);
  return { state: draft, parts, incidents: [...folding.incidents.values()], notices: folding.notices };
}

interface Folding extends Applying {
  /** Present for a host whose samples come in pieces. */
  assembling?: Assembling;
}

function foldRecord(folding: Folding, { part: sent, arrival }: Arrived): readonly FoldedPart[] {
  const { draft, policy } = folding;
  const part = withTotals(sent, policy);
  const times = timesOf(draft, part, arrival);
  // An old record that comes again does not bring back what was known of the machine before.
  const isNewest = Math.max(...times) >= draft.newest;
  if (part.attributes && isNewest) draft.attributes = part.attributes;
  const folded = comesInPieces(folding, part, times, arrival)
    ? foldPieces(folding, part, times, arrival)
    : [foldWhole(folding, part, times, arrival)];
  draft.arrived = Math.max(draft.arrived, arrival);
  if (part.bye && Math.max(...times) >= draft.newest) leave(draft, arrival, folding);
  return folded;
}

/**
 * Whether other records bring more of these samples. That is so if the sender says it, another list of names came for
 * one of these times, or two lists take turns. A record that comes again, perhaps from before a change of names, shows
 * none of that.
 */
function comesInPieces(
  folding: Folding,
  { schema, isPart, counters }: HostSamples,
  times: readonly number[],
  arrival: number,
): boolean {
  const { draft, assembling } = folding;
  if (assembling || draft.assembly || isPart || counters) return true;
  const current = schemaNow(folding);
  if (current === "" || current === schema.id || arrival < draft.arrived) return false;
  return schema.id === draft.former?.schema
    ? times.some((time) => time > draft.newest)
    : times.some((time) => draft.applied.includes(time));
}

/** Id of the names that were sent with the newest sample. */
function schemaNow({ draft, newest }: Folding): string {
  return draft.features?.sent ?? newest?.part.schema.id ?? draft.schema;
}

/** A record with whole samples. */
function foldWhole(folding: Folding, part: HostSamples, times: readonly number[], arrival: number): FoldedPart {
  const { draft } = folding;
  const before = { schema: schemaNow(folding), time: draft.newest };
  const isNews = times.some((time) => time > draft.newest && !draft.applied.includes(time));
  const newest = Math.max(...times);
  if (isNews) draft.interval = learnedInterval(draft.interval, draft, { arrived: arrival, newest });
  const folded = applyPart(folding, part, times, arrival);
  if (draft.former && draft.newest - draft.former.time > TURNS_MAX_MS) delete draft.former;
  if (before.schema !== "" && before.schema !== schemaNow(folding)) draft.former = before;
  return folded;
}

/** A record with pieces of samples: folds the complete samples, oldest first. */
function foldPieces(
  folding: Folding,
  part: HostSamples,
  times: readonly number[],
  arrival: number,
): readonly FoldedPart[] {
  const { draft } = folding;
  const newest = Math.max(...times);
  const assembling = resumed(folding, newest);
  const before = { arrived: draft.arrived, newest: Math.max(draft.newest, ...assembling.ticks.keys()) };
  const { duplicates, late, begins } = takeIn(assembling, part, times, { arrival, closed: draft.newest });
  draft.ingest = addCounts(draft.ingest, { duplicates, late });
  // The other pieces do not show when the next sample is due.
  if (begins) draft.interval = learnedInterval(draft.interval, before, { arrived: arrival, newest });
  // An application beside an agent need not know which group its host belongs to.
  if (part.group !== DEFAULT_GROUP) draft.group = part.group;
  delete draft.former;
  return foldClosed(folding, () => (part.bye ? closeWaiting(assembling) : closeOverdue(assembling)));
}

/** The samples that are complete by now, and those that have waited long enough. */
function foldWaiting(folding: Folding, now = Number.NEGATIVE_INFINITY): readonly FoldedPart[] {
  const { draft } = folding;
  if (!draft.assembly && !folding.assembling) return [];
  const assembling = resumed(folding, draft.newest);
  const folded = foldClosed(folding, () => closeComplete(assembling, draft.newest) ?? closeWaiting(assembling, now));
  const assembly = suspend(assembling, draft.newest);
  if (assembly) draft.assembly = assembly;
  else delete draft.assembly;
  return folded;
}

function resumed(folding: Folding, scattered: number): Assembling {
  folding.assembling ??= resume(folding.draft.assembly ?? newAssembly(scattered));
  return folding.assembling;
}

function foldClosed(folding: Folding, close: () => ClosedTick | undefined): readonly FoldedPart[] {
  const { host, group } = folding.draft;
  const folded: FoldedPart[] = [];
  for (let tick = close(); tick; tick = close()) {
    const { time, arrival, schema, values } = tick;
    // The measures so far make no metric yet.
    if (schema.names.length === 0) continue;
    folded.push(applyPart(folding, { host, group, schema, times: [time], values }, [time], arrival));
  }
  return folded;
}

/** Keeps the newest sample with its verdict, for people who look at the host. */
function recall(draft: Draft, newest: NonNullable<Folding["newest"]>, baseline: Baseline | undefined): void {
  draft.schema = newest.part.schema.id;
  draft.vector = rowOf(newest);
  const bands = baseline && bandsOf(baseline.model);
  const backBy = bands && usuallyBackBy(bands, draft.newest);
  if (backBy === undefined) delete draft.backBy;
  else draft.backBy = backBy;
  const { unjudged } = draft;
  delete draft.verdict;
  delete draft.unjudged;
  if (!baseline) return;
  const { epsilon, owner, version, schema } = baseline;
  draft.verdict = { score: newest.score, epsilon, baseline: { owner, version } };
  const isJudged = project(draft.vector, newest.part.schema, schema).some((value) => !Number.isNaN(value));
  if (!isJudged) draft.unjudged = unjudged ?? {};
}

/**
 * A detector's memory is relative to a baseline's model: it outlives its versions, but neither a change of owner nor
 * one of the features.
 */
function isAnother(baseline: Baseline, { verdict }: HostState): boolean {
  return verdict?.baseline.owner !== baseline.owner;
}

/**
 * The times of a part as they are applied, and the evidence of its arrival about the host's clock. A record that comes
 * again arrives no later than those before it: it is no evidence, and is corrected as it was the first time.
 */
function timesOf(draft: Draft, { times }: HostSamples, arrival: number): readonly number[] {
  const delay = arrival - Math.max(...times);
  const shift = shiftOf(draft.clock, delay, arrival);
  const shifted = shift === 0 ? times : times.map((time) => time + shift);
  const isCopy = shifted.every((time) => draft.applied.includes(time));
  if (arrival > draft.arrived && !isCopy) {
    const before = correctionOf(draft.clock);
    const clock = withRecord(draft.clock, delay, Math.round(arrival));
    if (clock) draft.clock = clock;
    else delete draft.clock;
    const now = correctionOf(clock);
    // Times corrected until now may lie after times of the clock as it is now: the latter still come next.
    if (before && before !== now) draft.newest = Math.min(draft.newest, Math.min(...times) + (now?.offset ?? 0) - 1);
  }
  return shifted;
}
