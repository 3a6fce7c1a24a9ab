import type { HostIncident } from "../incident/incident.ts";
import { isProvisional } from "../incident/judgement.ts";
import type { Notice } from "../incident/notice.ts";
import { cross } from "../model/crossings.ts";
import type { HostSamples } from "../wire/samples.ts";
import { withUnits } from "../wire/schemas.ts";
import { type Units, unitOf, unitsOf } from "../wire/unit-text.ts";
import { type Baseline, project } from "./baseline.ts";
import type { Explanation } from "./causes.ts";
import { PAST_AFTER_MS } from "./clock.ts";
import { derive } from "./derive.ts";
import { addCounts, type IngestCounts } from "./ingest.ts";
import { type Draft, endSilence, isByRules, isQuiet, judge } from "./judge.ts";
import type { Assessment, Judge } from "./judged.ts";
import { calmAfter, clearBelow, HOVER_MAX_MS } from "./life.ts";
import type { HostPolicy } from "./policy.ts";
import { type Checked, checkRules, rulesFor } from "./rules.ts";
import type { Scored } from "./scored.ts";
import { scorePart } from "./scoring.ts";

/** Times remembered to tell duplicates from late samples; a record of the default agent has 6. */
const APPLIED_MAX = 64;
export const Flag = {
  /** The score is above epsilon. */
  anomaly: 1,
  /** Taken while an incident was open. */
  incident: 2,
  /** Older than a sample before it, and thus without a score, or from the past: part of no incident. */
  late: 4,
  /** Applied before: skipped. */
  duplicate: 8,
} as const;

export interface FoldedPart {
  readonly part: HostSamples;
  /** Times as applied: as sent, or corrected by the arrival if the host's clock is wrong. */
  readonly times: readonly number[];
  /** NaN while learning, for duplicates, and for samples older than one before them. */
  readonly scores: readonly number[];
  /** All metrics together, as in `Scored`. */
  readonly together?: readonly number[];
  /** Bits of `Flag` for each sample. */
  readonly flags: readonly number[];
  /** The version that judged them; absent while learning. */
  readonly judge?: Judge;
}

/** A host's state while samples are applied to it. */
export interface Applying {
  readonly draft: Draft;
  readonly baseline: Baseline | undefined;
  readonly policy: HostPolicy;
  /** Whether the definitions of features differ from the samples' before. */
  readonly isRedefined: boolean;
  readonly incidents: Map<string, HostIncident>;
  readonly notices: Notice[];
  /** The newest sample, once one was applied. */
  newest?: Newest;
}

export interface Newest {
  readonly part: HostSamples;
  readonly row: number;
  readonly score: number;
}

/** Applies samples of one host to its draft: places them in time, scores them, checks the rules, and judges. */
export function applyPart(
  applying: Applying,
  sent: HostSamples,
  times: readonly number[],
  arrival: number,
): FoldedPart {
  const { draft, baseline } = applying;
  const before = draft.newest;
  const { flags, inOrder } = place(draft, times, arrival);
  const part = withFeatures(applying, sent, { times, inOrder, before });
  draft.ingest = countFlags(draft.ingest, flags);
  const scored = baseline ? score(applying, baseline, part, { times, inOrder, before }) : undefined;
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (first !== undefined && last !== undefined) {
    if (draft.since === 0) draft.since = Math.max(Math.round(times[first] ?? 0), 1);
    draft.seen += inOrder.length;
    draft.group = part.group;
    draft.retired = false;
    endSilence(draft, arrival, applying);
  }
  const followed = { part, times, inOrder, before, interval: draft.interval };
  const { held, hits } = checkRules(rulesFor(applying.policy.rules, draft.attributes), draft.rules, followed);
  draft.rules = held;
  if (scored) draft.memory = scored.memory;
  judgeAll(applying, { baseline, scored, units: part.schema.units }, times, flags, hits);
  draft.flagged += flags.filter((flag) => flag & Flag.anomaly).length;
  const scores = scored?.scores ?? times.map(() => Number.NaN);
  if (baseline) countAlerts(draft, baseline, scores, { times, inOrder, before });
  if (last !== undefined) applying.newest = { part, row: last, score: scores[last] ?? Number.NaN };
  const { together } = scored ?? {};
  const more = { ...(together && { together }), ...(baseline && { judge: judgeOf(baseline) }) };
  return { part, times, scores, flags, ...more };
}

function judgeOf({ owner, version }: Baseline): Judge {
  return { version, isGroups: isProvisional({ owner }) };
}

/** Sorts out which samples are new, and which new samples follow the newest one. Marks them as applied. */
function place(draft: Draft, times: readonly number[], arrival: number) {
  const flags = new Array<number>(times.length).fill(0);
  const inOrder: number[] = [];
  for (let row = 0; row < times.length; row++) {
    const time = times[row] ?? 0;
    if (draft.applied.includes(time)) {
      flags[row] = Flag.duplicate;
      continue;
    }
    if (time > draft.newest) {
      draft.newest = time;
      inOrder.push(row);
    }
    const isOld = time < draft.newest || arrival - time > PAST_AFTER_MS;
    if (isOld) flags[row] = Flag.late;
    draft.applied.push(time);
  }
  draft.applied = draft.applied.sort((a, b) => a - b).slice(-APPLIED_MAX);
  return { flags, inOrder };
}

function countFlags(counts: IngestCounts, flags: readonly number[]): IngestCounts {
  const duplicates = flags.filter((flag) => flag & Flag.duplicate).length;
  return addCounts(counts, { duplicates, late: flags.filter((flag) => flag & Flag.late).length });
}

interface Placed {
  readonly times: readonly number[];
  readonly inOrder: readonly number[];
  /** Time of the newest sample before these; 0 = none. */
  readonly before: number;
}

/** The samples with their features. The draft keeps the memory that features need of samples in order. */
function withFeatures({ draft, policy }: Applying, sent: HostSamples, placed: Placed): HostSamples {
  const { features } = policy;
  const derived = features && derive(features, draft.features, sent, placed);
  if (placed.inOrder.length > 0) {
    if (derived) draft.features = derived.memory;
    else delete draft.features;
  }
  return inUnits(derived?.part ?? sent, policy.unitOf);
}

/** The samples with the units that people gave their metrics. */
function inUnits(part: HostSamples, given: HostPolicy["unitOf"]): HostSamples {
  if (!given) return part;
  const { units, names } = part.schema;
  return {
    ...part,
    schema: withUnits(
      part.schema,
      unitsOf(names, (name) => given(name) ?? unitOf(units, name)),
    ),
  };
}

function score(applying: Applying, baseline: Baseline, part: HostSamples, { before, ...placed }: Placed): Scored {
  const values = project(part.values, part.schema, baseline.schema);
  const newest = before > 0 ? { before: { values: newestRow(applying, part, baseline), time: before } } : {};
  return scorePart(baseline, applying.draft.memory, { values, ...placed, ...newest }, applying.policy);
}

/** The newest sample before a part, in the baseline's order; NaN with another schema, whose names are unknown. */
function newestRow(applying: Applying, { schema }: HostSamples, baseline: Baseline): Float64Array {
  const { draft, newest, isRedefined } = applying;
  const [id, values] = newest ? [newest.part.schema.id, rowOf(newest)] : [draft.schema, draft.vector];
  if (id === schema.id && (newest || !isRedefined)) return project(values, schema, baseline.schema);
  return new Float64Array(baseline.schema.names.length).fill(Number.NaN);
}

export function rowOf({ part, row }: Newest): Float64Array {
  const width = part.schema.names.length;
  return part.values.subarray(row * width, (row + 1) * width);
}

/** Counts the alerts that the samples in order would have raised at each level of epsilon. */
function countAlerts(draft: Draft, { model }: Baseline, scores: readonly number[], placed: Placed): void {
  const clear = (epsilon: number) => clearBelow({ model, epsilon });
  const ending = { clear, calm: calmAfter, hover: HOVER_MAX_MS };
  let { before } = placed;
  for (const row of placed.inOrder) {
    const time = Math.round(placed.times[row] ?? 0);
    draft.crossings = cross(draft.crossings, { score: scores[row] ?? Number.NaN, time, before }, ending);
    before = time;
  }
}

/** The baseline's results for some samples. */
interface Found {
  readonly baseline: Baseline | undefined;
  readonly scored: Scored | undefined;
  /** The units of the samples' metrics. */
  readonly units: Units | undefined;
}

/** Turns scores and held rules into incidents, and flags the samples. */
function judgeAll(
  applying: Applying,
  { baseline, scored, units }: Found,
  times: readonly number[],
  flags: number[],
  hits: Checked["hits"],
): void {
  const { draft } = applying;
  for (let row = 0; row < times.length; row++) {
    const flag = flags[row] ?? 0;
    if (flag & Flag.duplicate) continue;
    const anomaly = isAnomaly(baseline, scored, row);
    const inTime = !(flag & Flag.late);
    const held = hits.get(row);
    if (inTime && !isQuiet(draft, anomaly || held !== undefined, !baseline)) {
      const assessment = baseline && scored ? { assessment: assessmentOf(baseline, scored, row, units) } : {};
      judge(draft, { time: times[row] ?? 0, ...assessment, hits: held ?? [] }, applying);
    }
    const isPart = inTime && draft.incident && (baseline || isByRules(draft.incident));
    flags[row] = flag | (anomaly ? Flag.anomaly : 0) | (isPart ? Flag.incident : 0);
  }
}

function isAnomaly(baseline: Baseline | undefined, scored: Scored | undefined, row: number): boolean {
  return baseline !== undefined && (scored?.scores[row] ?? Number.NaN) > baseline.epsilon;
}

function assessmentOf(baseline: Baseline, scored: Scored, row: number, units: Units | undefined): Assessment {
  const score = scored.scores[row] ?? Number.NaN;
  const leans = (metric: string) => scored.leans(row, metric);
  let explanation: Explanation | undefined;
  const explain = () => {
    explanation ??= units ? { ...scored.explain(row), units } : scored.explain(row);
    return explanation;
  };
  const standing = () => scored.standing(row);
  const members = scored.members ? { members: () => scored.members?.(row) ?? [] } : {};
  return { score, anomaly: score > baseline.epsilon, baseline, explain, standing, leans, ...members };
}
