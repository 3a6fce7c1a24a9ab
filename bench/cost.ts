import { gunzipSync, gzipSync } from "node:zlib";
import type { StreamEvent } from "../lib/handlers/contract.ts";
import { DAY_MS } from "../lib/time.ts";
import { agentRecords, batchOf, type Payload, SAMPLES_PER_RECORD } from "./event.ts";
import { createHosts, FEATURES, INTERVAL_MS } from "./fleet.ts";
import { cpuOf, medians, type Side } from "./measure.ts";
import { FOREST_FIT_ROWS, FOREST_ROWS, type Numpy } from "./numpy.ts";
import { createScore } from "./score.ts";

const HOSTS = 100;
const ROUNDS = 100;
/** Rounds before the measured ones, for the compiler: a second or so. */
const WARM_UP = 100;
const FOREST_ROUNDS = 5;

/** µs of CPU per metric and sample. */
interface Cost {
  /** From the event to the saved states, with the default detector and the agent's records. */
  readonly score: number;
  /** Base64, gunzip and JSON.parse of the same records. */
  readonly unpack: number;
  /** JSON.parse of their texts. */
  readonly parse: number;
  readonly forest?: { readonly version: string; readonly score: number; readonly fit: number };
}

/** Run this first: after other detectors it runs a tenth slower, and a deployed function has only one detector. */
export async function measureCost(numpy: Numpy | undefined): Promise<Cost> {
  const hosts = createHosts(HOSTS);
  const score = createScore(hosts);
  const events = Array.from({ length: WARM_UP + ROUNDS }, (_, round) =>
    batchOf(agentRecords(hosts, round).map(gzipped), round),
  );
  const sides: readonly Side[] = [
    (round) => cpuOf(() => score(events[round]!)),
    (round) => cpuOf(() => unpacked(events[round]!).map((text) => JSON.parse(text))),
    (round) => {
      const texts = unpacked(events[round]!);
      return cpuOf(() => texts.map((text) => JSON.parse(text)));
    },
  ];
  const [scored = 0, unpack = 0, parse = 0] = await medians(sides, ROUNDS, WARM_UP);
  const perEvent = (seconds: number) => perValue(seconds, HOSTS * SAMPLES_PER_RECORD);
  const forest = numpy && (await measureForest(numpy));
  return { score: perEvent(scored), unpack: perEvent(unpack), parse: perEvent(parse), ...(forest ? { forest } : {}) };
}

function gzipped({ host, bytes }: Payload): Payload {
  return { host, bytes: gzipSync(bytes) };
}

function unpacked({ Records }: StreamEvent): readonly string[] {
  return Records.map(({ kinesis }) => gunzipSync(Buffer.from(kinesis.data, "base64")).toString());
}

async function measureForest(numpy: Numpy): Promise<Cost["forest"]> {
  if (!numpy.forest) return undefined;
  const [score = 0, fit = 0] = await medians([numpy.side("forest"), numpy.side("forestfit")], FOREST_ROUNDS, 1);
  return { version: numpy.forest, score: perValue(score, FOREST_ROWS), fit: perDay(fit) };
}

/** The lines to print, with the time of a refit of one host a day (seconds). */
export function costLines({ score, unpack, parse, forest }: Cost, refitSeconds: number): readonly string[] {
  const refit = perDay(refitSeconds);
  const all = score + refit;
  const ratio = (other: number) =>
    `ours is ${(all / other).toFixed(1)} times that, without the refit ${(score / other).toFixed(1)}`;
  const lines = [
    `CPU per metric and sample, ${FEATURES} metrics every ${INTERVAL_MS / 1000} s, calendar bands, the agent's records (v1, ${SAMPLES_PER_RECORD} samples, gzipped):`,
    `  event to saved state: ${us(all)} (of which ${us(refit)} for a refit of a month of history each day)`,
    `  JSON.parse alone: ${us(parse)}; ${ratio(parse)}`,
    `  base64, gunzip and JSON.parse alone: ${us(unpack)}; ${ratio(unpack)}`,
  ];
  if (!forest) return [...lines, "  no python3 with scikit-learn found: its isolation forest is left out"];
  const other = forest.score + forest.fit;
  return [
    ...lines,
    `  isolation forest of scikit-learn ${forest.version}, ${FOREST_ROWS} samples at once: ${us(other)} (of which ${us(forest.fit)} for a fit to ${FOREST_FIT_ROWS} samples each day); ours is ${(all / other).toFixed(1)} times that, without either fit ${(score / forest.score).toFixed(2)}`,
  ];
}

function us(cost: number): string {
  return `${cost.toFixed(3)} µs`;
}

function perValue(seconds: number, samples: number): number {
  return (1e6 * seconds) / samples / FEATURES;
}

/** A host's daily work, shared by the samples of a day. */
function perDay(seconds: number): number {
  return perValue(seconds, DAY_MS / INTERVAL_MS);
}
