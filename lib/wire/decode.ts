import { isObject } from "../json.ts";
import { unwrap } from "./containers/unwrap.ts";
import { type Content, contentsOf } from "./contents.ts";
import { isLeftOut, type LeftOut } from "./json-documents.ts";
import { DOCUMENTS_MAX, SAMPLES_MAX, VALUES_MAX } from "./limits.ts";
import { isName } from "./name.ts";
import { type Read, readPlain, readV1 } from "./own-format.ts";
import { type HostSamples, inTimeOrder, type OddValues, sumOfOdd } from "./samples.ts";
import type { Schemas } from "./schemas.ts";
import { gather, gathered, NO_HOST, newGathering, type Origin, sourceOf } from "./senders/gather.ts";
import { hostIn, hostName } from "./senders/identity.ts";
import type { Findings } from "./senders/point.ts";
import { foundIn, readLine } from "./senders/shapes.ts";

/** The content of a record. A record may be good in part: `parts` has every readable sample. */
export interface Decoded {
  readonly parts: readonly HostSamples[];
  /** Why the rest is unreadable: one problem for the record, or one for each bad sample; empty for a good record. */
  readonly problems: readonly Problem[];
  /** Values that were no finite number and were taken as missing. */
  readonly replaced: number;
  /** Bytes that were read, after they were inflated. */
  readonly bytes: number;
  /** The id of a schema whose names this process has not seen: look them up, add them to the schemas, decode again. */
  readonly unknownSchema?: string;
}

export interface Problem {
  readonly reason: string;
  /** How often it was met; absent: once. */
  readonly times?: number;
  /** The host that the record or sample names, if that much of it can be read. */
  readonly host?: string;
}

/** How the formats of other senders are read. */
export interface Foreign {
  /** Names the host if nothing else does. */
  readonly partitionKey: string;
  /** Whether the series that presets leave out are kept, too. */
  readonly keepsAll?: boolean;
}

/**
 * Reads one stream record by its first bytes: record v1 or plain JSON (docs/wire-format.md), and with `foreign` also
 * the formats of other senders (docs/senders.md). Malformed input is reported, never thrown. `arrival` (ms) stands in
 * for the time of samples without one.
 */
export function decodeRecord(bytes: Buffer, arrival: number, schemas: Schemas, foreign?: Foreign): Decoded {
  const { leaves, length } = unwrap(bytes);
  const { keepsAll = false } = foreign ?? {};
  const work = {
    values: VALUES_MAX,
    documents: foreign ? DOCUMENTS_MAX : SAMPLES_MAX,
    unannounced: 1,
    bytes: length,
  };
  const found = leaves.map((leaf): readonly Content[] => {
    if ("problem" in leaf) return [leaf];
    const origin = foreign && { arrival, key: leaf.key ?? foreign.partitionKey };
    const contents = contentsOf(leaf.bytes, work, origin, keepsAll ? undefined : readLine);
    const [only] = contents.length === 1 ? contents : [];
    return only && "value" in only ? [{ ...only, isAlone: true }] : contents;
  });
  // Most records have one leaf, and flattening hundreds of documents takes as long as reading some of them.
  const contents = (found.length === 1 ? found[0] : undefined) ?? found.flat();
  return { ...readContents(contents, arrival, schemas, keepsAll), bytes: work.bytes };
}

function readContents(
  contents: readonly Content[],
  arrival: number,
  schemas: Schemas,
  keepsAll: boolean,
): Omit<Decoded, "bytes"> {
  const isAlone = contents.length === 1;
  const own: HostSamples[] = [];
  const problems: Problem[] = [];
  const gathering = newGathering(keepsAll);
  let unknown: Pick<Decoded, "unknownSchema"> = {};
  let count = 0;
  for (const content of contents) {
    count++;
    if (isLeftOut(content)) continue;
    const read = readContent(content, arrival, schemas);
    if ("findings" in read) gather(gathering, read.findings, read.origin);
    else if ("problem" in read) {
      const { problem } = read;
      problems.push({ reason: isAlone ? problem : `sample ${count}: ${problem}`, ...hostOf(content) });
      if ("unknownSchema" in read) unknown = { unknownSchema: read.unknownSchema };
    } else if (read.part) own.push(read.part);
  }
  const samples = own.length + problems.length;
  if (samples > SAMPLES_MAX) return tooMany(samples);
  const foreign = gathered(gathering);
  const parts = [...joinNeighbours(own), ...foreign.parts];
  const replaced = parts.reduce((sum, { odd }) => sum + (odd?.count ?? 0), 0);
  return { parts, problems: [...problems, ...foreign.problems], replaced, ...unknown };
}

/** A document of our own, or points that a reader finds. */
type Reading = Read | { readonly findings: Findings; readonly origin: Origin };

function readContent(content: Exclude<Content, LeftOut>, arrival: number, schemas: Schemas): Reading {
  if (!("value" in content)) return content;
  const { value, origin, isAlone } = content;
  if (!isObject(value)) return { problem: "no JSON object" };
  if (isAlone && "v" in value) return readV1(value, schemas);
  if (!origin) return readPlain(value, arrival, schemas);
  const found = isObject(value.metrics) ? undefined : foundIn(value);
  if (!found) {
    const sample = withHost(value, origin);
    return sample ? readPlain(sample, arrival, schemas) : { problem: NO_HOST };
  }
  return { findings: "problem" in found ? { found: [found] } : found, origin };
}

/** A plain sample without a host belongs to the host that its record or envelope names; undefined if neither does. */
function withHost(sample: Record<string, unknown>, origin: Origin): Record<string, unknown> | undefined {
  if (typeof sample.host === "string") return sample;
  const written = hostIn(sample);
  const host = written === undefined ? sourceOf(origin) : hostName(written);
  return host === undefined ? undefined : { ...sample, host };
}

function hostOf(content: Content): { readonly host?: string } {
  return "value" in content && isObject(content.value) && isName(content.value.host)
    ? { host: content.value.host }
    : {};
}

function tooMany(samples: number) {
  return {
    parts: [],
    problems: [{ reason: `${samples} samples: send at most ${SAMPLES_MAX} in one record` }],
    replaced: 0,
  };
}

/** Adjacent samples become one part if host, group and schema are the same; a goodbye ends it. */
function joinNeighbours(samples: readonly HostSamples[]): readonly HostSamples[] {
  if (samples.length <= 1) return samples;
  const runs: HostSamples[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && !last.bye && isAlike(last, sample)) run.push(sample);
    else runs.push([sample]);
  }
  return runs.flatMap((run) => {
    const last = run.at(-1);
    if (!last) return [];
    const times = run.flatMap((sample) => sample.times);
    const values = new Float64Array(times.length * last.schema.names.length);
    for (const [i, sample] of run.entries()) values.set(sample.values, i * sample.values.length);
    const odd = run.reduce<OddValues | undefined>((sum, sample) => sumOfOdd(sum, sample.odd), undefined);
    const attributes = run.findLast((sample) => sample.attributes)?.attributes;
    return [inTimeOrder({ ...last, times, values, ...(odd ? { odd } : {}), ...(attributes ? { attributes } : {}) })];
  });
}

function isAlike(a: HostSamples, b: HostSamples): boolean {
  return a.host === b.host && a.group === b.group && a.schema === b.schema;
}
