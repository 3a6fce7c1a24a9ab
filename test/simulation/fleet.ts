import { type Baseline, groupOwner, hostOwner } from "../../lib/watch/baseline.ts";
import { encodeJson, encodeRecord } from "../../lib/wire/encode.ts";
import { METRICS_MAX } from "../../lib/wire/limits.ts";
import { schemaWith } from "../../lib/wire/schemas.ts";
import { baseline, START, STEP } from "../factories.ts";
import { FEATURES, LOG } from "./derived.ts";
import { drawScattering, RATE, type Scattering, scatteredStory } from "./pieces.ts";
import { between, chance, pick, type Random } from "./random.ts";
import { calmValue, METRICS, meanOf, sdOf, strangeValue } from "./values.ts";

/** The format of a host's records. "Names at first" means that later records give the id of the schema alone. */
type Format = "names at first" | "names always" | "object" | "array" | "lines";

export interface Host {
  readonly name: string;
  readonly group: string;
  readonly metrics: readonly string[];
  readonly format: Format;
  readonly gzip: boolean;
  /** Samples seen before the story begins. */
  readonly seen: number;
  /** Present for a host whose samples come in pieces; then `format` does not apply. */
  readonly scattering?: Scattering;
  /** Whether metrics of it are derived, and one is dropped. */
  readonly isDerived: boolean;
}

interface Sample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** One per metric of the record; null = missing. */
  readonly row: readonly (number | null)[];
}

/** One record of a host. */
export interface Sent {
  readonly host: Host;
  /** The time when the host puts it on the stream, in milliseconds since the epoch. */
  readonly at: number;
  readonly samples: readonly Sample[];
  /** Those of its samples. */
  readonly metrics: readonly string[];
  readonly bytes: Buffer;
  /** An element among the good ones is broken. */
  readonly partlyBroken: boolean;
}

export interface Fleet {
  readonly hosts: readonly Host[];
  readonly baselines: readonly Baseline[];
  /** In the order of sending; those of one host in the order of their samples. */
  readonly sent: readonly Sent[];
}

export interface FleetOptions {
  /** Whether records may overtake one another: then each must carry its names. */
  readonly late: boolean;
  readonly partlyBroken: boolean;
  /** One host sends a record whose chunk of history has to be cut in two. */
  readonly large: boolean;
}

/** More hosts than the scorer handles at once, so that some can run out of time. */
const CROWD = 40;
/** Ticks of a minute make a world long. */
const SCATTERED_SAMPLES_MAX = 30;
/** Old enough that the scorer keeps only a share of the calm records. */
const GROWN = 9_000;
const ROUND_NAMES = 8;
/** Samples of many metrics in one record: 370 to 860 KB of doubles, and an item of DynamoDB has 400 KB. */
const LARGE_SAMPLES = [180, 420] as const;
const WIDE = Array.from({ length: METRICS_MAX - METRICS.length }, (_, i) => `disk${i}`);

export function makeFleet(random: Random, options: FleetOptions): Fleet {
  const groups = ["web", "database", "cache"].slice(0, between(random, 1, 3));
  const count = chance(random, 0.03)
    ? CROWD
    : Math.min(between(random, 3, 20), between(random, 3, 20), between(random, 3, 20));
  // Shares of the hosts whose samples come in pieces, and of those with derived metrics.
  const kinds = { scattered: chance(random, 0.25) ? 0.5 : 0, derived: chance(random, 0.25) ? 0.4 : 0 };
  const hosts = Array.from({ length: count }, (_, i) => makeHost(random, i, groups, options, kinds));
  if (options.large) {
    const { scattering: _, ...whole } = hosts[0]!;
    const metrics = [...METRICS.slice(0, between(random, 2, METRICS.length)), ...WIDE];
    hosts[0] = { ...whole, metrics, format: "names always", isDerived: false };
  }
  const baselines = [
    ...groups.filter(() => chance(random, 0.6)).map((group) => makeBaseline(random, groupOwner(group))),
    ...hosts.filter(() => chance(random, 0.5)).map(({ name }) => makeBaseline(random, hostOwner(name))),
  ];
  const storm = chance(random, 0.3) ? drawStorm(random, groups) : undefined;
  const samplesMax = count === CROWD ? 20 : 80;
  const sent = hosts.flatMap((host) =>
    story(random, host, options, samplesMax, storm?.group === host.group ? storm : undefined),
  );
  return { hosts, baselines, sent: sent.sort((a, b) => a.at - b.at) };
}

/** Samples in which all hosts of a group are in trouble. */
interface Storm {
  readonly group: string;
  readonly from: number;
  readonly to: number;
  /** Whether all hosts live to see its end. */
  readonly passes: boolean;
}

/** Samples after which an incident is over: six minutes. */
const CALM = 40;

function drawStorm(random: Random, groups: readonly string[]): Storm {
  const from = between(random, 0, 20);
  return { group: pick(random, groups), from, to: from + between(random, 5, 30), passes: chance(random, 0.5) };
}

function makeHost(
  random: Random,
  i: number,
  groups: readonly string[],
  { late }: FleetOptions,
  kinds: { readonly scattered: number; readonly derived: number },
): Host {
  const formats: Format[] = ["names always", "object", "array", "lines"];
  if (!late) formats.push("names at first", "names at first", "names at first");
  const metrics = METRICS.slice(0, between(random, 2, METRICS.length));
  return {
    name: `host-${String(i).padStart(2, "0")}`,
    group: pick(random, groups),
    metrics: chance(random, 0.3) ? metrics.reverse() : metrics,
    format: pick(random, formats),
    gzip: chance(random, 0.2),
    seen: chance(random, 0.2) ? GROWN : 0,
    isDerived: chance(random, kinds.derived),
    ...(chance(random, kinds.scattered) ? drawScattering(random) : {}),
  };
}

function makeBaseline(random: Random, owner: string): Baseline {
  const names = [...METRICS, RATE, LOG];
  return {
    ...baseline({
      owner,
      version: between(random, 1, 9),
      names,
      mean: [...METRICS.map(meanOf), meanOf("requests"), Math.log(1 + meanOf("cpu"))],
      sd: [...METRICS.map(sdOf), sdOf("requests"), sdOf("cpu") / meanOf("cpu")],
      epsilon: pick(random, [8, 9.5]),
    }),
    schema: schemaWith(names, FEATURES.defined),
  };
}

/** All samples of a host: calm, single blips, spells of trouble, and perhaps a long time without connection. */
function story(random: Random, host: Host, options: FleetOptions, samplesMax: number, storm?: Storm): Sent[] {
  if (host.scattering) {
    return scatteredStory(random, host, host.scattering, between(random, 5, SCATTERED_SAMPLES_MAX));
  }
  const enough = between(random, 10, host.format === "object" ? samplesMax / 2 : samplesMax);
  const isWide = host.metrics.length > METRICS.length;
  const total = isWide ? between(random, ...LARGE_SAMPLES) : storm?.passes ? Math.max(enough, storm.to + CALM) : enough;
  const phase = between(random, 0, STEP - 1);
  const cutOff = chance(random, 0.1) ? between(random, 0, total - 1) : total;
  const reconnected = START + total * STEP + between(random, 40, 90) * 60_000;
  const sent: Sent[] = [];
  let trouble = false;
  for (let n = 0; n < total; ) {
    const size = isWide ? total : Math.min(host.format === "object" ? 1 : between(random, 1, 10), total - n);
    const samples: Sample[] = [];
    for (let i = 0; i < size; i++, n++) {
      trouble = chance(random, trouble ? 0.15 : 0.05) ? !trouble : trouble;
      const isStormy = storm !== undefined && storm.from <= n && n < storm.to;
      if (storm?.passes && n >= storm.to) trouble = false;
      const strange = trouble || isStormy ? chance(random, 0.9) : chance(random, 0.03);
      samples.push({ time: START + n * STEP + phase, row: calmRow(random, host) });
      if (strange) makeStrange(random, host, samples);
    }
    const at = Math.max(samples.at(-1)!.time + between(random, 0, 2_000), n > cutOff ? reconnected : 0);
    sent.push(makeRecord(random, host, at, samples, sent.length, options));
  }
  return sent;
}

/** A record without any number would be rejected, so each sample has one. */
function calmRow(random: Random, { metrics }: Host): Sample["row"] {
  const row = metrics.map((metric) => valueOrNone(random, metric));
  return row.some((value) => value !== null) ? row : row.with(0, meanOf(metrics[0]!));
}

function valueOrNone(random: Random, metric: string): number | null {
  // As many digits as records carry: deflate finds little in them.
  if (!METRICS.includes(metric)) return Number((random() + random() / 2 ** 32).toPrecision(15));
  return chance(random, 0.02) ? null : calmValue(random, metric);
}

function makeStrange(random: Random, { metrics }: Host, samples: Sample[]): void {
  const last = samples.pop()!;
  const j = between(random, 0, Math.min(metrics.length, METRICS.length) - 1);
  samples.push({ time: last.time, row: last.row.with(j, strangeValue(random, metrics[j]!)) });
}

function makeRecord(
  random: Random,
  host: Host,
  at: number,
  samples: readonly Sample[],
  number: number,
  options: FleetOptions,
): Sent {
  const mayBreak = host.format === "array" || host.format === "lines";
  const partlyBroken = options.partlyBroken && mayBreak && chance(random, 0.1);
  const bytes = bytesOf(host, samples, number, partlyBroken);
  return { host, at, samples, metrics: host.metrics, bytes, partlyBroken };
}

function bytesOf(host: Host, samples: readonly Sample[], number: number, partlyBroken: boolean): Buffer {
  const { name, group, metrics, format, gzip } = host;
  if (format === "names at first" || format === "names always") {
    const record = {
      host: name,
      group,
      boot: START / 1_000,
      seq: number,
      names: metrics,
      withNames: format === "names always" || number % ROUND_NAMES === 0,
      times: samples.map(({ time }) => time),
      rows: samples.map(({ row }) => row),
    };
    return gzip ? encodeRecord(record) : Buffer.from(encodeJson(record));
  }
  const documents: object[] = samples.map(({ time, row }) => ({
    host: name,
    group,
    time,
    metrics: Object.fromEntries(metrics.map((metric, j) => [metric, row[j]])),
  }));
  if (partlyBroken) documents.splice(number % documents.length, 0, { host: name });
  if (format === "lines") return Buffer.from(documents.map((document) => JSON.stringify(document)).join("\n"));
  return Buffer.from(JSON.stringify(format === "object" ? documents[0] : documents));
}
