import { SAMPLES_MIN } from "../learn/training-fit.ts";
import { listed } from "../listed.ts";
import { duration } from "../notify/time.ts";
import { type Baseline, detectorOf } from "../watch/baseline.ts";
import { quietMax } from "../watch/interval.ts";
import type { HostState } from "../watch/state.ts";
import { unchangedIn, unchangedList } from "../watch/unchanged.ts";
import { whyUnjudged } from "../watch/unjudged.ts";
import { isMeasure } from "../wire/presets/measures.ts";
import type { Schema } from "../wire/samples.ts";
import { placeIn } from "../wire/schemas.ts";

/** The data from one host and their use, as rows of two texts. */
export function examineOne(
  state: HostState,
  schema: Schema | undefined,
  baseline: Baseline | undefined,
  now: number,
): readonly (readonly [string, string])[] {
  const { seen, ingest, interval, arrived, assembly } = state;
  // A young host's interval begins at an hour and shrinks, so it is no answer to how often records come.
  const pause =
    interval > 0 ? `${duration(quietMax(interval))} without one is a silence` : "nobody knows yet how often they come";
  const counts = `${ingest.duplicates} came twice, ${ingest.late} came late, ${ingest.rejected} were rejected`;
  return [
    ["records", `the last ${duration(Math.max(0, now - arrived))} ago; ${pause}`],
    ["samples", `${seen}${assembly ? ", put together from several records" : ""}; ${counts}`],
    ["metrics", metricsOf(state, schema)],
    ["judged by", judgedBy(state, baseline)],
    ...unjudgedMetrics(state, schema, baseline),
    ...neverChanged(baseline),
  ];
}

function metricsOf({ vector, assembly }: HostState, schema: Schema | undefined): string {
  if (vector.length === 0) return "none yet: the first sample waits for its other records";
  const present = vector.filter((value) => !Number.isNaN(value)).length;
  const { names = [], metrics } = assembly ?? {};
  const counters = names.filter((name, place) => !isMeasure(name) && metrics?.isCounter[place]).length;
  const rates = counters > 0 ? `; rates of counters: ${counters}` : "";
  const chosen = names.filter(isMeasure).length;
  const made = chosen > 0 ? `; a preset makes them of ${chosen} series` : "";
  return `${present} of ${schema?.names.length ?? vector.length} have a value in the newest sample${rates}${made}`;
}

function judgedBy(state: HostState, baseline: Baseline | undefined): string {
  const { verdict, seen } = state;
  const unjudged = whyUnjudged(state);
  if (unjudged) return `nothing: ${unjudged}`;
  if (!verdict || !baseline) return `nothing yet: ${Math.min(seen, SAMPLES_MIN)} of ${SAMPLES_MIN} samples are there`;
  const { owner, version, schema } = baseline;
  return `${owner} version ${version}, ${detectorOf(baseline)}, ${schema.names.length} metrics`;
}

function neverChanged(baseline: Baseline | undefined): readonly (readonly [string, string])[] {
  const unchanged = baseline ? unchangedIn(baseline) : [];
  return unchanged.length > 0 ? [["never changed", unchangedList(unchanged)]] : [];
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
