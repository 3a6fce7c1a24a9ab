import { createHash } from "node:crypto";
import { attribute } from "../model/attribution.ts";
import { scoreOf } from "../model/gaussian.ts";
import type { HostSamples } from "../wire/samples.ts";
import { type Baseline, project } from "./baseline.ts";
import type { BaselineReference, Cause, Incident, Notice, Worst } from "./incident.ts";
import type { HostState } from "./state.ts";

/** An incident opens when this many of the last `WINDOW` verdicts are anomalies, and closes after `CALM_TO_CLOSE` calm ones. */
const ANOMALIES_TO_OPEN = 3;
const WINDOW = 5;
const CALM_TO_CLOSE = 5;
const CAUSES_MAX = 3;

/** Times remembered to tell duplicates from late samples; a record of the default agent has 6. */
export const APPLIED_MAX = 64;

/** A clock further ahead than this is wrong: arrival time is used instead. */
const CLOCK_AHEAD_MS = 5 * 60_000;

/** Older than this on arrival, a sample is from the past: nobody is woken for it. */
export const PAST_AFTER_MS = 60 * 60_000;

/** What became of a sample. */
export const Flag = {
  /** Beyond epsilon. */
  anomaly: 1,
  /** Taken while an incident was open. */
  incident: 2,
  /** Older than one before it, or from the past: scored, but no part of any incident. */
  late: 4,
  /** Applied before: skipped. */
  duplicate: 8,
} as const;

/** The samples of one part with what the fold made of them. */
export interface FoldedPart {
  readonly part: HostSamples;
  /** Times as applied: those sent, or shifted to the arrival of a host whose clock is ahead. */
  readonly times: readonly number[];
  /** NaN while learning and for duplicates. */
  readonly scores: readonly number[];
  /** Bits of `Flag` for each sample. */
  readonly flags: readonly number[];
}

export interface Folded {
  readonly state: HostState;
  readonly parts: readonly FoldedPart[];
  /** Incidents opened, changed or resolved, in their last form, oldest first. */
  readonly incidents: readonly Incident[];
  readonly notices: readonly Notice[];
}

/** Samples of one host as they came off the stream, with their arrival there (ms). */
export interface Arrived {
  readonly part: HostSamples;
  readonly arrival: number;
}

/**
 * One host's samples folded into its state: the whole of scoring, without I/O and without a clock. Applying a sample
 * again changes nothing, so a batch may be delivered any number of times. Without a baseline the host is learning:
 * samples are counted and kept, not judged.
 */
export function fold(state: HostState, baseline: Baseline | undefined, arrived: readonly Arrived[]): Folded {
  const draft: Draft = {
    ...state,
    applied: [...state.applied],
    suspects: [...state.suspects],
    unsent: [...state.unsent],
  };
  const incidents = new Map<string, Incident>();
  const notices: Notice[] = [];
  const parts = arrived.map((one) => foldPart(draft, baseline, one, incidents, notices));
  if (draft.newest > state.newest) recallNewest(draft, parts, baseline);
  return { state: draft, parts, incidents: [...incidents.values()], notices };
}

type Draft = { -readonly [K in keyof HostState]: HostState[K] } & {
  applied: number[];
  suspects: Worst[];
  unsent: HostState["unsent"][number][];
};

function foldPart(
  draft: Draft,
  baseline: Baseline | undefined,
  { part, arrival }: Arrived,
  incidents: Map<string, Incident>,
  notices: Notice[],
): FoldedPart {
  const { schema } = part;
  const ahead = aheadOf(part.times, arrival);
  const times = ahead > 0 ? part.times.map((time) => time - ahead) : part.times;
  const scores = new Array<number>(times.length).fill(Number.NaN);
  const flags = new Array<number>(times.length).fill(0);
  const values = baseline ? project(part.values, schema, baseline.schema) : part.values;
  const width = baseline ? baseline.schema.names.length : 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i] ?? 0;
    const inOrder = time > draft.newest;
    if (!inOrder && draft.applied.includes(time)) {
      flags[i] = Flag.duplicate;
      continue;
    }
    remember(draft.applied, time);
    const score = baseline ? scoreOf(baseline.model, values, i * width) : Number.NaN;
    const anomaly = baseline !== undefined && score > baseline.epsilon;
    const late = !inOrder || arrival - time > PAST_AFTER_MS;
    if (inOrder) {
      draft.newest = time;
      draft.seen++;
      draft.group = part.group;
      draft.clockAhead = ahead > 0;
    }
    if (baseline && !late) {
      if (isQuiet(draft, anomaly)) draft.calm++;
      else judge(draft, { time, score, anomaly, baseline, values, offset: i * width }, incidents, notices);
    }
    scores[i] = score;
    flags[i] = (anomaly ? Flag.anomaly : 0) | (late ? Flag.late : draft.incident ? Flag.incident : 0);
  }
  draft.arrived = Math.max(draft.arrived, arrival);
  return { part, times, scores, flags };
}

/** Keeps the newest sample with its verdict, for those who look at the host. */
function recallNewest(draft: Draft, parts: readonly FoldedPart[], baseline: Baseline | undefined): void {
  for (const { part, times, scores, flags } of parts.toReversed()) {
    const row = times.indexOf(draft.newest);
    if (row < 0 || (flags[row] ?? 0) & Flag.duplicate) continue;
    const width = part.schema.names.length;
    draft.schema = part.schema.id;
    draft.vector = part.values.subarray(row * width, (row + 1) * width);
    const score = scores[row] ?? Number.NaN;
    if (baseline) draft.verdict = { score, epsilon: baseline.epsilon, baseline: referenceOf(baseline) };
    else delete draft.verdict;
    return;
  }
}

/** How far to move a part back (ms): one whose newest time lies too far ahead of its arrival shall end there. */
function aheadOf(times: readonly number[], arrival: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) if (time > newest) newest = time;
  const ahead = newest - arrival;
  return ahead > CLOCK_AHEAD_MS ? Math.round(ahead) : 0;
}

/** Keeps the newest times, ascending; almost always the new one goes last. */
function remember(applied: number[], time: number): void {
  let place = applied.length;
  while (place > 0 && (applied[place - 1] ?? 0) > time) place--;
  if (place === applied.length) applied.push(time);
  else applied.splice(place, 0, time);
  if (applied.length > APPLIED_MAX) applied.shift();
}

interface Judged {
  readonly time: number;
  readonly score: number;
  readonly anomaly: boolean;
  readonly baseline: Baseline;
  readonly values: Float64Array;
  readonly offset: number;
}

/** Nothing now and nothing lately: all that a verdict changes is the count of calm ones. Nearly every sample is so. */
function isQuiet(draft: Draft, anomaly: boolean): boolean {
  return !anomaly && draft.window === 0 && !draft.incident;
}

/** Moves the incident on by one verdict. */
function judge(draft: Draft, sample: Judged, incidents: Map<string, Incident>, notices: Notice[]): void {
  const { anomaly, time } = sample;
  const anomalyLeaves = (draft.window >> (WINDOW - 1)) & 1;
  draft.window = ((draft.window << 1) | (anomaly ? 1 : 0)) & ((1 << WINDOW) - 1);
  draft.calm = anomaly ? 0 : draft.calm + 1;
  if (draft.incident) {
    const incident = continued(draft.incident, sample);
    if (draft.calm < CALM_TO_CLOSE) {
      draft.incident = incident;
      incidents.set(incident.id, incident);
    } else {
      delete draft.incident;
      announce(draft, "resolved", { ...incident, revision: incident.revision + 1, resolved: time }, incidents, notices);
    }
    return;
  }
  if (anomalyLeaves) draft.suspects.shift();
  if (!anomaly) return;
  draft.suspects.push(worstOf(sample));
  if (draft.suspects.length < ANOMALIES_TO_OPEN) return;
  draft.incident = openedBy(draft, time);
  draft.suspects = [];
  announce(draft, "opened", draft.incident, incidents, notices);
}

function announce(
  draft: Draft,
  kind: Notice["kind"],
  incident: Incident,
  incidents: Map<string, Incident>,
  notices: Notice[],
): void {
  draft.unsent.push({ kind, id: incident.id, opened: incident.opened });
  incidents.set(incident.id, incident);
  notices.push({ kind, incident });
}

/** The incident that the suspects open: it begins with the first of them and has the worst as its peak. */
function openedBy({ host, group, suspects, window }: Draft, time: number): Incident {
  const opened = suspects[0]?.peak.time ?? time;
  const worst = suspects.reduce((a, b) => (b.peak.score > a.peak.score ? b : a));
  const samples = 32 - Math.clz32(window); // the oldest suspect is the highest bit
  const about = { id: incidentId(host, opened), host, group, revision: 1 };
  return { ...about, opened, lastAnomaly: time, samples, anomalies: suspects.length, ...worst };
}

function continued(incident: Incident, sample: Judged): Incident {
  return {
    ...incident,
    ...(sample.score > incident.peak.score ? worstOf(sample) : {}),
    lastAnomaly: sample.anomaly ? sample.time : incident.lastAnomaly,
    samples: incident.samples + 1,
    anomalies: incident.anomalies + (sample.anomaly ? 1 : 0),
  };
}

function worstOf({ time, score, baseline, values, offset }: Judged): Worst {
  const causes = causesOf(baseline, values, offset);
  return { peak: { time, score }, epsilon: baseline.epsilon, baseline: referenceOf(baseline), causes };
}

function referenceOf({ owner, version }: Baseline): BaselineReference {
  return { owner, version };
}

/** The band shown as normal holds about 95 % of a Gaussian. */
const BAND_SD = 2;

export function causesOf({ model, epsilon, schema }: Baseline, values: Float64Array, offset: number): Cause[] {
  return attribute(model, values, offset, epsilon, CAUSES_MAX).map(({ feature, share, normalAt }) => {
    const expected = model.mean[feature] ?? Number.NaN;
    const band = BAND_SD * (model.sd[feature] ?? Number.NaN);
    return {
      metric: schema.names[feature] ?? "",
      now: values[offset + feature] ?? Number.NaN,
      expected,
      low: expected - band,
      high: expected + band,
      share,
      ...(normalAt === undefined ? {} : { normalAt }),
    };
  });
}

/** Letters and digits that cannot be mistaken for one another. */
const ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 6;

/** The same host and time always give the same id, so that an incident decided twice is one incident. */
function incidentId(host: string, opened: number): string {
  const digest = createHash("sha256").update(`${opened} ${host}`).digest();
  return Array.from(digest.subarray(0, ID_LENGTH), (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join("");
}
