import { createHash } from "node:crypto";
import type { Baseline } from "./baseline.ts";
import { type Explanation, joinCauses, largestCauses } from "./causes.ts";
import type { Incident, Notice, Worst } from "./incident.ts";
import type { HostState } from "./state.ts";

/** An incident opens when this many of the last `WINDOW` verdicts are anomalies, and closes after `CALM_TO_CLOSE` calm ones. */
const ANOMALIES_TO_OPEN = 3;
const WINDOW = 5;
const CALM_TO_CLOSE = 5;

/** A host's state while it is being moved on. */
export type Draft = { -readonly [K in keyof HostState]: HostState[K] } & {
  applied: number[];
  suspects: Worst[];
  unsent: HostState["unsent"][number][];
};

/** A sample with its verdict. */
export interface Judged {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly score: number;
  readonly anomaly: boolean;
  readonly baseline: Baseline;
  explain(): Explanation;
}

/** Where incidents and notices go, in the order in which they come about. */
export interface Outcome {
  readonly incidents: Map<string, Incident>;
  readonly notices: Notice[];
}

/** Nothing now and nothing lately: all that a verdict changes is the count of calm ones. Nearly every sample is so. */
export function isQuiet(draft: Draft, anomaly: boolean): boolean {
  return !anomaly && draft.window === 0 && !draft.incident;
}

/** Moves the incident on by one verdict. */
export function judge(draft: Draft, sample: Judged, outcome: Outcome): void {
  const { anomaly, time } = sample;
  const anomalyLeaves = (draft.window >> (WINDOW - 1)) & 1;
  draft.window = ((draft.window << 1) | (anomaly ? 1 : 0)) & ((1 << WINDOW) - 1);
  draft.calm = anomaly ? 0 : draft.calm + 1;
  if (draft.incident) {
    const incident = continued(draft.incident, sample);
    if (draft.calm < CALM_TO_CLOSE) {
      draft.incident = incident;
      outcome.incidents.set(incident.id, incident);
    } else {
      delete draft.incident;
      announce(draft, "resolved", { ...incident, revision: incident.revision + 1, resolved: time }, outcome);
    }
    return;
  }
  if (anomalyLeaves) draft.suspects.shift();
  if (!anomaly) return;
  draft.suspects.push(worstOf(sample));
  if (draft.suspects.length < ANOMALIES_TO_OPEN) return;
  draft.incident = openedBy(draft, time);
  draft.suspects = [];
  announce(draft, "opened", draft.incident, outcome);
}

/**
 * A host that sends again is no longer silent. It may have sampled all the while, so its silence ends with the arrival
 * (ms) of what it sends, not with the time of a sample.
 */
export function endSilence(draft: Draft, arrival: number, outcome: Outcome): void {
  const { incident } = draft;
  if (incident?.kind !== "silent") return;
  delete draft.incident;
  const resolved = Math.max(Math.round(arrival), incident.opened);
  announce(draft, "resolved", { ...incident, revision: incident.revision + 1, samples: 1, resolved }, outcome);
}

function announce(draft: Draft, kind: Notice["kind"], incident: Incident, { incidents, notices }: Outcome): void {
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
  const causes = largestCauses(suspects.flatMap((suspect) => suspect.causes));
  return { ...about, opened, lastAnomaly: time, samples, anomalies: suspects.length, ...worst, causes };
}

function continued(incident: Incident, sample: Judged): Incident {
  return {
    ...incident,
    ...(sample.score > incident.peak.score ? peakOf(sample) : {}),
    causes: sample.anomaly ? joinCauses(incident.causes, sample.baseline, sample.explain()) : incident.causes,
    lastAnomaly: sample.anomaly ? sample.time : incident.lastAnomaly,
    samples: incident.samples + 1,
    anomalies: incident.anomalies + (sample.anomaly ? 1 : 0),
  };
}

function worstOf(sample: Judged): Worst {
  return { ...peakOf(sample), causes: joinCauses([], sample.baseline, sample.explain()) };
}

function peakOf({ time, score, baseline }: Judged): Omit<Worst, "causes"> {
  const { owner, version, epsilon } = baseline;
  return { peak: { time, score }, epsilon, baseline: { owner, version } };
}

/** Letters and digits that cannot be mistaken for one another. */
const ID_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 6;

/** The same host and time always give the same id, so that an incident decided twice is one incident. */
export function incidentId(host: string, opened: number): string {
  const digest = createHash("sha256").update(`${opened} ${host}`).digest();
  return Array.from(digest.subarray(0, ID_LENGTH), (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join("");
}
