import { baselineOf } from "../learn/host-baseline.ts";
import type { Stores } from "../store/stores.ts";
import { HOUR_MS } from "../time.ts";
import type { HistoryChunk } from "../watch/history.ts";
import type { PolicyOf } from "../watch/policy.ts";
import { createRescorer } from "../watch/rescore.ts";
import { schemaId } from "../wire/schemas.ts";
import { seriesOf } from "./chart-series.ts";
import { chartWindow, type Wanted } from "./chart-window.ts";
import { SAMPLES_MAX } from "./histogram.ts";
import { stateOf } from "./host-view.ts";
import { unhurried } from "./unhurried.ts";

const NAMES = ["score"];
const SCHEMA = { id: schemaId(NAMES), names: NAMES };
/** As a multiple of epsilon; a logarithmic axis has no 0. */
const FLOOR = 0.01;

/**
 * The scores of one host over time, as multiples of epsilon and at least `FLOOR`, in the form of `seriesOf`: the band
 * ends at epsilon. The baseline in force scores the stored samples again. `cut`: there were more than `SAMPLES_MAX`,
 * and the newest are missing. Without a baseline the series is empty.
 */
export async function scoreSeries(stores: Stores, policyOf: PolicyOf, host: string, wanted: Wanted, now: number) {
  const state = await stateOf(stores, host);
  const { axis, span } = chartWindow(wanted, state, now);
  const baseline = await baselineOf(stores.baselines, state);
  if (!baseline) return { axis, series: { times: [], metrics: [] }, cut: false };
  const score = createRescorer(baseline, policyOf(host, state.group));
  const reading = { samples: 0, cut: false };
  async function* scored(): AsyncGenerator<HistoryChunk> {
    for await (const chunk of unhurried(stores.history.read(host, Math.max(span.from - HOUR_MS, 0), span.to))) {
      reading.samples += chunk.times.length;
      reading.cut = reading.samples > SAMPLES_MAX;
      if (reading.cut) return;
      const values = Float64Array.from(score(chunk).scores, (one) => Math.max(one / (baseline?.epsilon ?? 1), FLOOR));
      yield { ...chunk, schema: SCHEMA, values };
    }
  }
  const usual = [{ expected: FLOOR, low: FLOOR, high: 1 }];
  return { axis, series: await seriesOf(scored(), SCHEMA, () => usual, span), cut: reading.cut };
}
