import type { AnomalyIncident } from "../incident/incident.ts";
import type { Verdict } from "../incident/label.ts";
import { EDGE_RATIO, FIRST_EDGE } from "../model/crossings.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import { Flag } from "../watch/apply.ts";
import type { Baseline } from "../watch/baseline.ts";
import { weigherOf } from "../watch/history.ts";
import type { HostPolicy } from "../watch/policy.ts";
import { createRescorer } from "../watch/rescore.ts";
import type { HostState } from "../watch/state.ts";
import { unhurried } from "./unhurried.ts";

/** Samples by incident: in none, or in one with such a label. */
const KINDS = ["normal", "fault", "false", "expected", "unlabelled"] as const;
type Kind = (typeof KINDS)[number];

export type Histogram = Awaited<ReturnType<typeof histogramOf>>;

const HISTOGRAM_DAYS = 7;
/** A host that samples every 10 s stores 60,480 a week when it is in trouble all the time. */
export const SAMPLES_MAX = 100_000;
/** A sample's incident may have opened before the span. */
const INCIDENT_DAYS = 30;

/** Each step between two levels at which rises are counted holds two bins. */
const BIN_RATIO = Math.sqrt(EDGE_RATIO);
/** From 0.013, below any chosen epsilon, to 1,070,000. */
const FIRST_BIN = -30;
const BINS = 150;

const KIND_OF: Readonly<Record<Verdict, Kind>> = {
  fault: "fault",
  false: "false",
  "new-normal": "false",
  expected: "expected",
  unknown: "unlabelled",
};

/**
 * Scores one host's samples of the last `HISTOGRAM_DAYS` days again, by the baseline in force. `from` and `to` are the
 * times of the first and the last sample read, in milliseconds since the epoch; both are 0 without any. `cut`: there
 * were more than `SAMPLES_MAX`, and the newest are missing. The history keeps one stretch of calm time in `keptOneIn`:
 * each of its samples counts as that many. An incident's samples lie between its opening and its last anomaly, as for
 * refits. Later samples until its end are calm, or only an echo, and are left out.
 */
export async function histogramOf(
  { history, incidents }: Pick<Stores, "history" | "incidents">,
  { state, baseline, policy }: { state: HostState; baseline: Baseline; policy: HostPolicy },
  now: number,
) {
  const { host } = state;
  const opened = await incidents.ofHost(host, now - INCIDENT_DAYS * DAY_MS, now + DAY_MS);
  const own = opened.filter((incident) => incident.kind === "anomaly");
  const [score, weigh] = [createRescorer(baseline, policy), weigherOf(state)];
  const tally = createTally(baseline.epsilon);
  let [from, to, read, keptOneIn] = [0, 0, 0, 1];
  let cut = false;
  for await (const chunk of unhurried(history.read(host, now - HISTOGRAM_DAYS * DAY_MS, now + DAY_MS))) {
    const { times, flags } = chunk;
    cut = read + times.length > SAMPLES_MAX;
    if (cut) break;
    const [scores, weight] = [score(chunk).scores, weigh(chunk)];
    for (const [i, time] of times.entries()) {
      const kind = kindOf(time, flags[i] ?? 0, own);
      if (kind) tally.add(kind, scores[i] ?? Number.NaN, weight);
      from = from === 0 ? time : Math.min(from, time);
      to = Math.max(to, time);
    }
    read += times.length;
    keptOneIn = Math.max(keptOneIn, weight);
  }
  return { from, to, cut, keptOneIn, epsilon: baseline.epsilon, ...tally.result() };
}

function kindOf(time: number, flags: number, incidents: readonly AnomalyIncident[]): Kind | undefined {
  const incident = incidents.find(({ opened, lastAnomaly }) => opened <= time && time <= lastAnomaly);
  if (incident) return KIND_OF[incident.label?.verdict ?? "unknown"];
  return flags & Flag.incident ? undefined : "normal";
}

/** Counts the samples of each kind: all, those above epsilon, and those in each bin. */
function createTally(epsilon: number) {
  const tallies = new Map(KINDS.map((kind) => [kind, { samples: 0, above: 0, counts: new Float64Array(BINS) }]));
  return {
    /** An unknown score counts nowhere. */
    add(kind: Kind, score: number, weight: number): void {
      const tally = tallies.get(kind);
      if (!tally || Number.isNaN(score)) return;
      tally.samples += weight;
      if (score > epsilon) tally.above += weight;
      const bin = binOf(score);
      tally.counts[bin] = (tally.counts[bin] ?? 0) + weight;
    },
    /**
     * The kinds that have samples, without the empty bins at both ends. Edges ascend, one more than bins; the first and
     * the last bin hold also the scores beyond them.
     */
    result() {
      const some = [...tallies].filter(([, { samples }]) => samples > 0);
      if (some.length === 0) return { edges: [], kinds: [] };
      const first = Math.min(...some.map(([, { counts }]) => counts.findIndex((count) => count > 0)));
      const last = Math.max(...some.map(([, { counts }]) => counts.findLastIndex((count) => count > 0)));
      return {
        edges: Array.from({ length: last - first + 2 }, (_, i) => edgeOf(first + i)),
        kinds: some.map(([kind, { counts, ...sums }]) => ({
          kind,
          ...sums,
          counts: [...counts.slice(first, last + 1)],
        })),
      };
    },
  };
}

function binOf(score: number): number {
  const place = Math.floor(Math.log(score / FIRST_EDGE) / Math.log(BIN_RATIO)) - FIRST_BIN;
  return Math.min(Math.max(place, 0), BINS - 1);
}

function edgeOf(bin: number): number {
  return FIRST_EDGE * BIN_RATIO ** (bin + FIRST_BIN);
}
