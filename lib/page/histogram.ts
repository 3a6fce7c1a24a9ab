import { setImmediate } from "node:timers/promises";
import type { AnomalyIncident } from "../incident/incident.ts";
import type { Verdict } from "../incident/label.ts";
import { EDGE_RATIO, FIRST_EDGE } from "../model/crossings.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS } from "../time.ts";
import type { Baseline } from "../watch/baseline.ts";
import { Flag } from "../watch/fold.ts";
import { type HistoryChunk, weigherOf } from "../watch/history.ts";
import type { HostPolicy } from "../watch/policy.ts";
import { createRescorer } from "../watch/rescore.ts";
import type { HostState } from "../watch/state.ts";

/** What a sample is to an epsilon: of no incident, or of one with such a label. */
type Kind = "normal" | "fault" | "false" | "expected" | "unlabelled";

export type Histogram = Awaited<ReturnType<typeof histogramOf>>;

/** What is judged, and by what. */
interface Judged {
  readonly state: HostState;
  readonly baseline: Baseline;
  readonly policy: HostPolicy;
}

const HISTOGRAM_DAYS = 7;
/** A host that samples every 10 s and was in trouble all the time has 60,480 in a week. */
const SAMPLES_MAX = 100_000;
/** Scored without a pause: few enough for others not to notice. */
const SAMPLES_AT_ONCE = 500;
/** An incident that a sample lies in may have opened before the span. */
const INCIDENT_DAYS = 30;

/** Two bins lie between two levels at which rises are counted. */
const BIN_RATIO = Math.sqrt(EDGE_RATIO);
/** From 0.13, below any epsilon that is chosen, to 112,000. */
const FIRST_BIN = -30;
const BINS = 150;

const KINDS: readonly Kind[] = ["normal", "fault", "false", "expected", "unlabelled"];
const KIND_OF: Readonly<Record<Verdict, Kind>> = {
  fault: "fault",
  false: "false",
  "new-normal": "false",
  expected: "expected",
  unknown: "unlabelled",
};

/**
 * How the scores of one host's samples lie: scores those of the last `HISTOGRAM_DAYS` days again, by the baseline in
 * force. `from` and `to` are the times of the first and the last sample that was read, in milliseconds since the epoch;
 * both are 0 without any. `cut`: there were more than `SAMPLES_MAX`, and the newest are not among these. Of calm time
 * one stretch in `keptOneIn` is kept: each of its samples counts as so many. A sample is of an incident from its
 * opening to its last anomaly, as refits have it; what follows until it was over is calm, or but an echo, and left out.
 */
export async function histogramOf(
  { history, incidents }: Pick<Stores, "history" | "incidents">,
  { state, baseline, policy }: Judged,
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
    const [scores, weight] = [score(chunk), weigh(chunk)];
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

/** Others are served in between. */
async function* unhurried(chunks: AsyncIterable<HistoryChunk>): AsyncGenerator<HistoryChunk> {
  let samples = 0;
  for await (const chunk of chunks) {
    yield chunk;
    samples += chunk.times.length;
    if (samples < SAMPLES_AT_ONCE) continue;
    samples = 0;
    await setImmediate();
  }
}

function kindOf(time: number, flags: number, incidents: readonly AnomalyIncident[]): Kind | undefined {
  const incident = incidents.find(({ opened, lastAnomaly }) => opened <= time && time <= lastAnomaly);
  if (incident) return KIND_OF[incident.label?.verdict ?? "unknown"];
  return flags & Flag.incident ? undefined : "normal";
}

function createTally(epsilon: number) {
  const tallies = new Map(KINDS.map((kind) => [kind, { samples: 0, above: 0, counts: new Float64Array(BINS) }]));
  return {
    /** A score that is not known counts nowhere. */
    add(kind: Kind, score: number, weight: number): void {
      const tally = tallies.get(kind);
      if (!tally || Number.isNaN(score)) return;
      tally.samples += weight;
      if (score > epsilon) tally.above += weight;
      const bin = binOf(score);
      tally.counts[bin] = (tally.counts[bin] ?? 0) + weight;
    },
    /**
     * The kinds that have samples, with how many there are, how many above epsilon, and how many in each bin, without
     * the empty bins at both ends. Edges ascend, one more than there are bins; scores beyond them are in the first and
     * the last.
     */
    result() {
      const some = [...tallies].filter(([, { samples }]) => samples > 0);
      const filled = Array.from({ length: BINS }, (_, bin) => bin).filter((bin) =>
        some.some(([, { counts }]) => (counts[bin] ?? 0) > 0),
      );
      const [first, last] = [filled[0], filled.at(-1)];
      if (first === undefined || last === undefined) return { edges: [], kinds: [] };
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
