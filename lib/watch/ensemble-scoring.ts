import type { MemberRatio } from "../incident/judgement.ts";
import { type Attribution, attribute } from "../model/attribution.ts";
import type { Ensemble } from "../model/detector.ts";
import { combine } from "../model/ensemble.ts";
import type { Baseline } from "./baseline.ts";
import { ALONE_MAX, beyond, CAUSES_MAX, type Explanation, rounded, tellerOf } from "./causes.ts";
import { scoreByDetector } from "./detector-scoring.ts";
import type { DetectorMemory, MembersMemory } from "./host-memory.ts";
import type { HostPolicy } from "./policy.ts";
import type { Scored, Unscored } from "./scored.ts";

/** Scores a part by each member of an ensemble, and combines the ratios of the scores to the members' epsilons. */
export function scoreByMembers(
  baseline: Baseline,
  model: Ensemble,
  known: MembersMemory | undefined,
  unscored: Unscored,
  policy: HostPolicy,
): Scored<MembersMemory> {
  const members = model.members.map((member, k): ScoredMember => {
    const own = { ...baseline, model: member.model, epsilon: member.epsilon * baseline.epsilon };
    // Also what a member thinks of a calm sample counts in the whole.
    const calm = Number.NEGATIVE_INFINITY;
    const scored = scoreByDetector(own, member.model, known?.members[k], unscored, policy, calm);
    return { ...member, scored };
  });
  const combined = (scoreOf: (scored: Scored<DetectorMemory>) => number) =>
    combine(
      model.by,
      members.map(({ scored, epsilon }) => scoreOf(scored) / epsilon),
    );
  const scores = unscored.times.map((_, row) => combined((scored) => scored.scores[row] ?? Number.NaN));
  return {
    scores,
    memory: { members: members.map(({ scored }) => scored.memory) },
    explain: (row) => explained(baseline, model, members, row, scores[row] ?? Number.NaN),
    standing: (row) => combined((scored) => scored.standing(row)),
    leans: (row, metric) => members.some(({ scored }) => scored.leans(row, metric)),
    members: (row) => ratiosOf(members, row),
  };
}

type ScoredMember = Ensemble["members"][number] & { readonly scored: Scored<DetectorMemory> };

/** Rounded, so that storing changes nothing; without the members that have nothing to say. */
function ratiosOf(members: readonly ScoredMember[], row: number): readonly MemberRatio[] {
  return members.flatMap(({ model, epsilon, scored }) => {
    const ratio = (scored.scores[row] ?? Number.NaN) / epsilon;
    return Number.isFinite(ratio) ? [{ detector: model.detector, ratio: rounded(ratio) }] : [];
  });
}

/**
 * Each member's causes count as far as the member is beyond its epsilon. A metric would notify by itself if what the
 * members say of it alone would. Its value is normal where no member would notify, and is told by one of them.
 */
function explained(
  { epsilon: limit, schema }: Baseline,
  model: Ensemble,
  members: readonly ScoredMember[],
  row: number,
  score: number,
): Explanation {
  const said = members.map((member): Said => {
    const ratio = (member.scored.scores[row] ?? Number.NaN) / member.epsilon;
    return { ...member, ratio: Math.max(ratio || 0, 0), explanation: member.scored.explain(row) };
  });
  const teller = tellerOf(model);
  const telling = said.find((one) => one.model === teller)?.explanation;
  if (!telling) throw new Error("the member that tells what is usual is none of the ensemble");
  const metrics = schema.names.length;
  const alone = said.map(({ explanation, epsilon }) => {
    const ratios = new Float64Array(metrics);
    for (const { metric, contribution } of explanation.alone) ratios[metric] = contribution / epsilon;
    return ratios;
  });
  const together = Float64Array.from({ length: metrics }, (_, metric) =>
    combine(
      model.by,
      alone.map((ratios) => ratios[metric] ?? 0),
    ),
  );
  const strange = said.filter(({ ratio }) => ratio > limit).map(({ explanation }) => explanation);
  return {
    ...telling,
    attributions: causing(said, metrics, score),
    alone: beyond(attribute(together, ALONE_MAX), limit),
    normalAt: (metric) => normalForAll(strange, metric, telling.values[metric] ?? Number.NaN),
    signOf: (metric) => said.map(({ explanation }) => explanation.signOf?.(metric)).find((sign) => sign !== undefined),
  };
}

interface Said extends ScoredMember {
  readonly ratio: number;
  readonly explanation: Explanation;
}

/**
 * The causes of the members, weighted by their ratios. The largest cause of a member contributes as much as that member
 * does. So a cause compares with the limit as it does under one detector.
 */
function causing(said: readonly Said[], metrics: number, score: number): readonly Attribution[] {
  const together = said.reduce((sum, { ratio }) => sum + ratio, 0);
  const [parts, shares] = [new Float64Array(metrics), new Float64Array(metrics)];
  for (const { ratio, explanation } of said) {
    const weight = ratio / together;
    const most = explanation.attributions[0]?.contribution ?? 1;
    for (const { metric, contribution, share } of explanation.attributions) {
      parts[metric] = (parts[metric] ?? 0) + (score * weight * contribution) / most;
      shares[metric] = (shares[metric] ?? 0) + weight * share;
    }
  }
  return attribute(parts, CAUSES_MAX).map((one) => ({ ...one, share: shares[one.metric] ?? 0 }));
}

/** The value furthest from `now` that one of them calls normal; undefined where one has none, or saw another value. */
function normalForAll(strange: readonly Explanation[], metric: number, now: number): number | undefined {
  const values = strange.map((one) => (one.values[metric] === now ? one.normalAt(metric) : undefined));
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return undefined;
  const furthest = known.reduce((far, value) => (Math.abs(value - now) > Math.abs(far - now) ? value : far));
  return known.every((value) => value > now === furthest > now) ? furthest : undefined;
}
