import { SAMPLES_MIN } from "../learn/training-fit.ts";
import { duration } from "../notify/time.ts";
import { type Baseline, detectorOf } from "../watch/baseline.ts";
import type { HostState } from "../watch/state.ts";
import { whyUnjudged } from "../watch/unjudged.ts";
import { isMeasure } from "../wire/presets/measures.ts";
import type { Schema } from "../wire/samples.ts";
import { placeIn } from "../wire/schemas.ts";
import { listed } from "./listed.ts";

/** The data from one host and their use, as rows of two texts. */
export function examineOne(
  state: HostState,
  schema: Schema | undefined,
  baseline: Baseline | undefined,
  now: number,
): readonly (readonly [string, string])[] {
  const { seen, ingest, interval, arrived, assembly } = state;
  const every = interval > 0 ? `every ${duration(interval)}` : "of an interval not known yet";
  const counts = `${ingest.duplicates} twice, ${ingest.late} late, ${ingest.rejected} rejected`;
  return [
    ["records", `${every}, the last ${duration(Math.max(0, now - arrived))} ago`],
    ["samples", `${seen}${assembly ? ", put together from pieces" : ""}; ${counts}`],
    ["metrics", metricsOf(state, schema)],
    ["judged by", judgedBy(state, baseline)],
    ...unjudgedMetrics(state, schema, baseline),
  ];
}

function metricsOf({ vector, assembly }: HostState, schema: Schema | undefined): string {
  const present = vector.filter((value) => !Number.isNaN(value)).length;
  const [chosen, others] = [true, false].map((is) => assembly?.metrics.filter(({ name }) => isMeasure(name) === is));
  const counters = others?.filter(({ isCounter }) => isCounter).length ?? 0;
  const rates = counters > 0 ? `, ${counters} of them rates of counters` : "";
  const made = chosen && chosen.length > 0 ? `, made of ${chosen.length} series that a preset chose` : "";
  return `${present} with a value in the newest sample, of ${schema?.names.length ?? vector.length}${rates}${made}`;
}

function judgedBy(state: HostState, baseline: Baseline | undefined): string {
  const { verdict, seen } = state;
  const unjudged = whyUnjudged(state);
  if (unjudged) return `nothing: ${unjudged}`;
  if (!verdict || !baseline) return `nothing yet: ${Math.min(seen, SAMPLES_MIN)} of ${SAMPLES_MIN} samples are there`;
  const { owner, version, schema } = baseline;
  return `${owner} version ${version}, ${detectorOf(baseline)}, ${schema.names.length} metrics`;
}

function unjudgedMetrics(
  { vector }: HostState,
  schema: Schema | undefined,
  baseline: Baseline | undefined,
): readonly (readonly [string, string])[] {
  if (!schema || !baseline) return [];
  const present = schema.names.filter((_, i) => !Number.isNaN(vector[i] ?? Number.NaN));
  const added = present.filter((name) => placeIn(baseline.schema, name, schema) < 0);
  const missing = baseline.schema.names.filter((name) => !present.includes(name));
  return [
    ...(added.length > 0
      ? [["not judged", `${listed(added)}: not in the baseline; the next refit adds what is usual`] as const]
      : []),
    ...(missing.length > 0
      ? [["missing", `${listed(missing)}: in the baseline, but not in the newest sample`] as const]
      : []),
  ];
}
