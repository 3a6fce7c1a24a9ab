import { RUNS_ENDED, RUNS_ENDED_FIX } from "../learn/refit-progress.ts";
import { SAMPLES_MIN } from "../learn/training-fit.ts";
import { listed } from "../listed.ts";
import { clockError, LOCAL_TIME_FIX } from "../notify/clock-error.ts";
import { moment } from "../notify/time.ts";
import { HOUR_MS } from "../time.ts";
import { hostOwner } from "../watch/baseline.ts";
import { correctionOf } from "../watch/clock.ts";
import type { HostState } from "../watch/state.ts";
import { whyUnjudged } from "../watch/unjudged.ts";
import { METRICS_MAX } from "../wire/limits.ts";
import type { Cause, Evidence, Finding } from "./evidence.ts";

/** A check of one host: its problem, in words that all hosts with the same problem share. */
interface Check {
  readonly cause: Cause;
  /** Undefined without a problem. */
  readonly of: (state: HostState, evidence: Evidence, now: number) => string | undefined;
  readonly fix: string;
}

/** A share of duplicate or late samples that no healthy sender has. */
const SHARE_MAX = 0.1;
/** Fewer samples prove nothing. */
const ENOUGH = 60;
/** A host that has learnt for longer gets too few samples. */
const LEARNING_MAX_MS = 3 * HOUR_MS;

export const REFUSED_FIX =
  "Label what was a fault in these days, so that the next refit leaves it out (`fleetwarden labels add`).";

const CHECKS: readonly Check[] = [
  {
    cause: "unusable",
    of: ({ unread }) =>
      unread && `records arrive, but none can be used since ${moment(unread.since)}: ${unread.reason}`,
    fix: "Change what the sender writes, as the reason says.",
  },
  {
    cause: "unjudged",
    of: (state) => (state.unread ? undefined : whyUnjudged(state)),
    fix: "If the metric names have changed for good, run `fleetwarden refit`; else send the old names again.",
  },
  {
    cause: "silent",
    of: ({ incident, arrived }) => (incident?.kind === "silent" ? `silent since ${moment(arrived)}` : undefined),
    fix: "Start the sender again. For a host that is gone for good: `fleetwarden hosts retire HOST`.",
  },
  {
    cause: "clock",
    of: ({ clock }) => clockProblem(clock, true),
    fix: `${LOCAL_TIME_FIX} Until then the scorer corrects the times.`,
  },
  {
    cause: "clock",
    of: ({ clock }) => clockProblem(clock, false),
    fix: "Set the clock, and let NTP keep it. Until then the scorer corrects the times.",
  },
  {
    cause: "refused",
    of: ({ host }, evidence) => refusalProblem(host, evidence, true),
    fix: RUNS_ENDED_FIX,
  },
  {
    cause: "refused",
    of: ({ host }, evidence) => refusalProblem(host, evidence, false),
    fix: REFUSED_FIX,
  },
  {
    cause: "learning",
    of({ verdict, unread, seen, since }, _, now) {
      if (verdict || unread || since === 0 || now - since < LEARNING_MAX_MS) return undefined;
      return seen < SAMPLES_MIN
        ? `still learning: ${seen} of ${SAMPLES_MIN} samples`
        : `its first ${SAMPLES_MIN} samples are there, and the next one is judged`;
    },
    fix: "Send more often, or wait. `fleetwarden hosts` shows how many samples come twice, late, or cannot be used.",
  },
  {
    cause: "duplicates",
    of: ({ seen, ingest: { duplicates } }) =>
      duplicates > ENOUGH && duplicates > SHARE_MAX * (seen + duplicates) ? "many samples come twice" : undefined,
    fix: "Look for two machines or two senders with one host name and the same metrics, as after cloning.",
  },
  {
    cause: "late",
    of: ({ seen, ingest: { late } }) =>
      late > ENOUGH && late > SHARE_MAX * seen ? "many samples come late" : undefined,
    fix: "Let the sender flush at least once a minute, in the order of time, and keep its clock right.",
  },
  {
    cause: "odd",
    of: ({ odd, unread }) => (odd && !unread ? `some values are no numbers, as ${odd.last}` : undefined),
    fix: "Let the sender write numbers, or leave the metric out.",
  },
  {
    cause: "left-out",
    of: ({ assembly }) =>
      assembly?.leftOut
        ? `more than ${METRICS_MAX} metrics: ${assembly.leftOut} found no room and are not judged`
        : undefined,
    fix: "Let the sender leave out what nobody would act on, such as the values of single cores.",
  },
  {
    cause: "no-room",
    of: ({ features }) =>
      features?.leftOut
        ? `more than ${METRICS_MAX} metrics with its features: ${features.leftOut} are not judged, those that were sent last`
        : undefined,
    fix: "Drop in `features` of the configuration what nobody would act on.",
  },
];

/** Only of refits that memory or time ended, or only of those that the fit or the gate refused. */
function refusalProblem(host: string, { refusals }: Evidence, ofEnded: boolean): string | undefined {
  const refusal = refusals.find(({ owner }) => owner === hostOwner(host));
  if (!refusal || (refusal.refused === RUNS_ENDED) !== ofEnded) return undefined;
  return `refits are refused since ${moment(refusal.since)}: ${refusal.refused}`;
}

/** Only of a clock whose error looks like local time, or only of one whose error does not. */
function clockProblem(clock: HostState["clock"], ofLocalTime: boolean): string | undefined {
  const correction = correctionOf(clock);
  if (!correction) return undefined;
  const { words, isLocalTime } = clockError(correction.offset);
  return isLocalTime === ofLocalTime ? `the clock is ${words}` : undefined;
}

/** The problems of single hosts; hosts with the same problem share a finding. */
export function hostFindings(evidence: Evidence, now: number): readonly Finding[] {
  const watched = evidence.hosts.filter(({ retired }) => !retired);
  return CHECKS.flatMap(({ cause, of, fix }) => {
    const alike = new Map<string, string[]>();
    for (const state of watched) {
      const trouble = of(state, evidence, now);
      if (trouble !== undefined) alike.set(trouble, [...(alike.get(trouble) ?? []), state.host]);
    }
    return [...alike].map(([trouble, hosts]) => ({ cause, what: `${listed(hosts)}: ${trouble}.`, fix, hosts }));
  });
}

/** Features that the configuration defines and no host has: a name in it is wrong. */
export function unmadeFeatures({ hosts }: Evidence): readonly Finding[] {
  const watched = hosts.flatMap(({ host, features, retired }) => (features && !retired ? [{ host, features }] : []));
  const made = new Set<string>();
  const lacking = new Map<string, string[]>();
  for (const { host, features } of watched) {
    for (const name of Object.keys(features.defined)) {
      if (features.unmade.includes(name)) lacking.set(name, [...(lacking.get(name) ?? []), host]);
      else made.add(name);
    }
  }
  return [...lacking]
    .filter(([name]) => !made.has(name))
    .map(([name, hosts]) => ({
      cause: "unmade",
      what: `Feature ${name}: no host sends what it is made of.`,
      fix: "Compare its entry under `features` of the configuration with the names that hosts send.",
      hosts,
    }));
}
