import type { FitSettings } from "../learn/fit-settings.ts";
import { Use } from "../learn/training.ts";
import { fitTraining } from "../learn/training-fit.ts";
import type { HostRecording } from "../replay/recording.ts";
import { UserError } from "../user-error.ts";
import { type Baseline, hostOwner } from "../watch/baseline.ts";
import { schemaId } from "../wire/schemas.ts";
import type { Entity } from "./entity.ts";

/** The baseline of the train part, all of whose rows are normal; the gate does not check it. */
export function fitOnce({ name, recording, from }: Entity, settings: FitSettings): Baseline {
  const metrics = recording.metrics.filter(({ first }) => first < from);
  const names = metrics.map((metric) => metric.name);
  const schema = { id: schemaId(names), names };
  const rows = rowsOf(metrics, 0, from);
  const times = recording.times.slice(0, from);
  const uses = new Uint8Array(from).fill(Use.normal);
  const labelOf = new Int32Array(from).fill(-1);
  const fit = fitTraining({ schema, rows, times, uses, labelled: [], labelOf }, settings);
  if ("refused" in fit)
    throw new UserError(`${name}: its train part makes no baseline: ${fit.refused}: choose another detector`);
  const { model, calmEpsilon: epsilon, samples } = fit;
  const fitted = times.at(-1) ?? 0;
  return { owner: hostOwner(recording.host), version: 1, schema, model, epsilon, samples, fitted };
}

/** Row-major, NaN = missing. */
export function rowsOf(metrics: HostRecording["metrics"], from: number, to: number): Float64Array {
  const rows = new Float64Array((to - from) * metrics.length);
  for (const [j, { values }] of metrics.entries()) {
    for (let i = from; i < to; i++) rows[(i - from) * metrics.length + j] = values[i] ?? Number.NaN;
  }
  return rows;
}

/** The host's records from a row on. */
export function sentFrom(recording: HostRecording, from: number): HostRecording {
  const metrics = recording.metrics.map(({ name, values }) => {
    const own = values.subarray(from);
    return { name, values: own, first: own.findIndex((value) => !Number.isNaN(value)) };
  });
  const { labels } = recording;
  const sent = { times: recording.times.subarray(from), metrics: metrics.filter(({ first }) => first >= 0) };
  return { ...recording, ...sent, ...(labels ? { labels: labels.subarray(from) } : {}) };
}
