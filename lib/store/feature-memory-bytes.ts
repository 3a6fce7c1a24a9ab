import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { FeatureMemory } from "../watch/derive.ts";
import { definitionsOf } from "./defined-attribute.ts";
import { aNumberOrNaN, anInteger, anObject, aText, listOf, objectOf, texts } from "./documents.ts";

/** 64 features, of which windows hold 600 values (lib/config/feature-list.ts), are less than 64 KB. */
const INFLATED_MAX = 256 * 1024;

/** The memory of features, as deflated JSON: `{i, d, e, s, u, o}`, the last three absent if empty. */
export function bytesOfFeatureMemory({ sent, defined, every, series, unmade, leftOut }: FeatureMemory): Uint8Array {
  const document = {
    ...{ i: sent, d: defined, e: every },
    ...(Object.keys(series).length > 0 ? { s: series } : {}),
    ...(unmade.length > 0 ? { u: unmade } : {}),
    ...(leftOut > 0 ? { o: leftOut } : {}),
  };
  return deflateRawSync(JSON.stringify(document));
}

export function featureMemoryOfBytes(bytes: Uint8Array): FeatureMemory {
  const inflated = inflateRawSync(bytes, { maxOutputLength: INFLATED_MAX }).toString();
  const { i, d, e, s = {}, u = [], o = 0 } = memoryOf(JSON.parse(inflated));
  return { sent: i, defined: d, every: e, series: s, unmade: u, leftOut: o };
}

const memoryOf = objectOf({ i: aText, d: definitionsOf, e: anInteger }, { s: seriesOf, u: texts, o: anInteger });

function seriesOf(document: unknown): FeatureMemory["series"] {
  const values = listOf(aNumberOrNaN);
  return Object.fromEntries(Object.entries(anObject(document)).map(([definition, one]) => [definition, values(one)]));
}
