import type { FitReport } from "../learn/report.ts";
import { type Covariance, diagonalGaussian, type Gaussian, whitenedGaussian } from "../model/gaussian.ts";
import { packedFromQuads } from "../model/triangle.ts";
import type { Baseline } from "../watch/baseline.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaId } from "../wire/schemas.ts";
import {
  bytes,
  json,
  malformed,
  number,
  opened,
  readBytes,
  readJson,
  readNumber,
  readText,
  type Stored,
  text,
  written,
} from "./attributes.ts";
import { texts } from "./documents.ts";
import { bytesOfFloats, floatsOfBytes } from "./floats.ts";
import { reportOfDocument } from "./report-document.ts";
import type { Item } from "./table.ts";

/** Sort key of the copy that scoring reads. */
export const ACTIVE = "ACTIVE";
const NAMES = "NAMES";

/** A host refitted every hour gets here in 114 years. */
const VERSION_MAX = 999_999;

/** Sort key of a version; as texts they sort as the numbers do. */
export function versionKey(version: number): string {
  if (!Number.isInteger(version) || version < 0 || version > VERSION_MAX) {
    throw new RangeError(`${version} is no version: use a whole number up to ${VERSION_MAX}`);
  }
  return `v${String(version).padStart(6, "0")}`;
}

export const VERSION_KEYS = [versionKey(0), versionKey(VERSION_MAX)] as const;

export function baselineKey(owner: string, version: string): Item {
  return { owner: text(owner), version: text(version) };
}

/** One version of an owner: the gate's report and, unless it was refused, the baseline. */
export function itemOfVersion(report: FitReport, baseline: Baseline | undefined, version: string): Item {
  const attributes = { ...baselineKey(report.owner, version), number: number(report.version), report: json(report) };
  if (!baseline) return written(attributes);
  if (baseline.owner !== report.owner || baseline.version !== report.version) {
    throw new Error(
      `report of ${report.owner} version ${report.version} with baseline ${baseline.owner} version ${baseline.version}`,
    );
  }
  const item = written({
    ...attributes,
    schema: text(baseline.schema.id),
    features: json(baseline.schema.names),
    covariance: text(baseline.model.covariance),
    model: bytes(bytesOfFloats(numbersOf(baseline.model))),
    epsilon: number(baseline.epsilon),
    samples: number(baseline.samples),
    fitted: number(baseline.fitted),
  });
  // Nothing is stored that could not be read: an active baseline that throws would stop its hosts.
  baselineOfItem(item);
  return item;
}

export function versionOfItem(item: Item): number {
  return readNumber(opened("baselines", item), "number");
}

export function reportOfItem(item: Item): FitReport {
  return readJson(opened("baselines", item), "report", reportOfDocument);
}

export function baselineOfItem(item: Item): Baseline {
  const stored = opened("baselines", item);
  const schema = { id: readText(stored, "schema"), names: readJson(stored, "features", texts) };
  checkSchema(stored, schema);
  return {
    owner: readText(stored, "owner"),
    version: readNumber(stored, "number"),
    schema,
    model: readModel(stored, schema.names.length),
    epsilon: readNumber(stored, "epsilon"),
    samples: readNumber(stored, "samples"),
    fitted: readNumber(stored, "fitted"),
  };
}

/** Names live beside the baselines: owner `schema#<id>`. */
export function schemaKey(id: string): Item {
  return baselineKey(`schema#${id}`, NAMES);
}

export function itemOfSchema({ id, names }: Schema): Item {
  return written({ ...schemaKey(id), features: json(names) });
}

export function schemaOfItem(item: Item): Schema {
  const stored = opened("baselines", item);
  const schema = {
    id: readText(stored, "owner").slice("schema#".length),
    names: readJson(stored, "features", texts),
  };
  checkSchema(stored, schema);
  return schema;
}

/** mean | sd, and for full covariance the rows of the packed triangle W. */
function numbersOf({ mean, sd, whitening }: Gaussian): Float64Array {
  return Float64Array.from([...mean, ...sd, ...(whitening ? packedFromQuads(whitening, mean.length) : [])]);
}

const COVARIANCES: readonly Covariance[] = ["diagonal", "full"];

function readModel(stored: Stored, features: number): Gaussian {
  const covariance = COVARIANCES.find((known) => known === readText(stored, "covariance"));
  if (!covariance) throw malformed(stored, "covariance", `expected ${COVARIANCES.join(" or ")}`);
  const triangle = covariance === "full" ? (features * (features + 1)) / 2 : 0;
  return readBytes(stored, "model", (value) => {
    const numbers = floatsOfBytes(value);
    const expected = 2 * features + triangle;
    if (numbers.length !== expected) throw new RangeError(`expected ${expected} numbers, found ${numbers.length}`);
    if (!areFinite(numbers)) throw new RangeError("a number is not finite");
    const mean = numbers.slice(0, features);
    const sd = numbers.slice(features, 2 * features);
    if (!sd.every((s) => s > 0)) throw new RangeError("a standard deviation is not positive");
    if (covariance === "diagonal") return diagonalGaussian(mean, sd);
    const packed = numbers.slice(2 * features);
    for (let i = 0; i < features; i++) {
      if (!((packed[(i * (i + 3)) / 2] ?? 0) > 0)) throw new RangeError("the diagonal of the triangle is not positive");
    }
    return whitenedGaussian(mean, sd, packed);
  });
}

/** A loop: `every` with a function costs more than all else about reading a baseline. */
function areFinite(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return false;
  return true;
}

function checkSchema(stored: Stored, { id, names }: Schema): void {
  if (schemaId(names) === id) return;
  throw malformed(stored, "features", `names with id ${schemaId(names)}, stored under ${id}`);
}
