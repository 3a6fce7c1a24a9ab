import { type Cause, SIGNS } from "../incident/cause.ts";
import type { BaselineReference, JudgedSample, MemberRatio, Worst } from "../incident/judgement.ts";
import { rounded } from "../watch/causes.ts";
import { aList, aNumber, aNumberOrNaN, anInteger, aText, oneOf } from "./documents.ts";

export function listOfWorst({ peak, causes }: Worst): readonly unknown[] {
  return [listOfSample(peak), causes.map(documentOfCause)];
}

export function worstOfList(document: unknown): Worst {
  const [sample, causes] = aList(document);
  return { peak: sampleOfList(sample), causes: aList(causes).map(causeOfDocument) };
}

export function listOfSample({ time, judgement }: JudgedSample): readonly unknown[] {
  if (!judgement) return [time];
  const { score, epsilon, baseline, members } = judgement;
  const ratios = members ? [members.map(({ detector, ratio }) => [detector, ratio])] : [];
  return [time, score, epsilon, baseline.owner, baseline.version, ...ratios];
}

export function sampleOfList(document: unknown): JudgedSample {
  const [time, score, epsilon, owner, version, members] = aList(document);
  if (score === undefined) return { time: anInteger(time) };
  const judgement = { score: aNumber(score), epsilon: aNumber(epsilon), baseline: referenceOf(owner, version) };
  const ratios = members === undefined ? {} : { members: aList(members).map(memberOf) };
  return { time: anInteger(time), judgement: { ...judgement, ...ratios } };
}

function memberOf(document: unknown): MemberRatio {
  const [detector, ratio] = aList(document);
  return { detector: aText(detector), ratio: aNumber(ratio) };
}

function referenceOf(owner: unknown, version: unknown): BaselineReference {
  return { owner: aText(owner), version: anInteger(version) };
}

function documentOfCause(cause: Cause): unknown {
  const { metric, unit, now, expected, low, high, share, normalAt, contribution, sign, predicted } = cause;
  const numbers = [expected, low, high, share].map(rounded);
  const rare = [sign ?? null, unit ?? null, predicted ? 1 : null];
  return [
    metric,
    numberOrNull(rounded(now)),
    ...numbers,
    normalAt === undefined ? null : rounded(normalAt),
    rounded(contribution),
    ...rare.slice(0, rare.findLastIndex((one) => one !== null) + 1),
  ];
}

function causeOfDocument(document: unknown): Cause {
  const [metric, now, expected, low, high, share, normalAt, contribution, sign, unit, predicted] = aList(document);
  return {
    metric: aText(metric),
    ...(unit === undefined || unit === null ? {} : { unit: aText(unit) }),
    now: aNumberOrNaN(now),
    expected: aNumber(expected),
    ...(predicted === undefined ? {} : { predicted: true }),
    low: aNumber(low),
    high: aNumber(high),
    contribution: aNumber(contribution),
    share: aNumber(share),
    ...(normalAt === null ? {} : { normalAt: aNumber(normalAt) }),
    ...(sign === undefined || sign === null ? {} : { sign: oneOf(SIGNS, sign) }),
  };
}

/** JSON has no NaN, which stands for a missing value. */
export function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
