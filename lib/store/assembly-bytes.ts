import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Assembly } from "../watch/assembly.ts";
import { aMark, aNumber, aNumberOrNaN, anInteger, aText, listOf, objectOf } from "./documents.ts";

/**
 * JSON, 10 KB for the 100 measures of a usual host, and 30 KB for three ticks of those; deflated to a fifth. Names and
 * times repeat. The most that there is room for (lib/watch/room.ts) takes 1.4 MB.
 */
const INFLATED_MAX = 2 * 1024 * 1024;

type Metric = Assembly["metrics"][number];
type Reading = Assembly["ticks"][number]["readings"][number];

/**
 * How the samples of a host are put together, as deflated JSON:
 * `{s, o, m: [{n, a, v, c, e, r}], t: [{t, a, r: [{n, a, v, c, g}]}]}`.
 */
export function bytesOfAssembly({ metrics, ticks, scattered, leftOut }: Assembly): Uint8Array {
  const document = {
    s: scattered,
    ...(leftOut === undefined ? {} : { o: leftOut }),
    m: metrics.map((metric) => ({ ...documentOfReading(metric), e: metric.every, ...rateOf(metric) })),
    t: ticks.map(({ time, arrival, readings }) => ({
      t: time,
      a: arrival,
      r: readings.map((reading) => ({ ...documentOfReading(reading), ...gapOf(reading) })),
    })),
  };
  return deflateRawSync(JSON.stringify(document));
}

export function assemblyOfBytes(bytes: Uint8Array): Assembly {
  const { s, m, t, o } = assemblyOf(JSON.parse(inflateRawSync(bytes, { maxOutputLength: INFLATED_MAX }).toString()));
  return {
    scattered: s,
    ...(o === undefined ? {} : { leftOut: o }),
    metrics: m.map(({ e, r, ...reading }) => ({
      ...readingOf(reading),
      every: e,
      ...(r === undefined ? {} : { rate: r }),
    })),
    ticks: t.map(({ t: time, a: arrival, r }) => ({
      time,
      arrival,
      readings: r.map(({ g, ...reading }) => ({ ...readingOf(reading), ...(g === undefined ? {} : { gap: g }) })),
    })),
  };
}

const READING = { n: aText, a: aNumber, v: aNumberOrNaN };
const COUNTER = { c: aMark };

const assemblyOf = objectOf(
  {
    s: anInteger,
    m: listOf(objectOf({ ...READING, e: anInteger }, { ...COUNTER, r: aNumberOrNaN })),
    t: listOf(objectOf({ t: anInteger, a: aNumber, r: listOf(objectOf(READING, { ...COUNTER, g: aNumber })) })),
  },
  { o: anInteger },
);

function documentOfReading({ name, at, value, isCounter }: Metric | Reading) {
  return { n: name, a: at, v: value, ...(isCounter ? { c: true } : {}) };
}

function rateOf({ rate }: Metric) {
  return rate === undefined ? {} : { r: rate };
}

function gapOf({ gap }: Reading) {
  return gap === undefined ? {} : { g: gap };
}

interface ReadingDocument {
  readonly n: string;
  readonly a: number;
  readonly v: number;
  readonly c?: true;
}

function readingOf({ n, a, v, c }: ReadingDocument): Reading {
  return { name: n, at: a, value: v, ...(c ? { isCounter: c } : {}) };
}
