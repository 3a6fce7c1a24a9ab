import { fitBands } from "../lib/model/fit-bands.ts";
import { fitGaussian, scoreOf } from "../lib/model/gaussian.ts";
import { DEFAULT_EPSILON } from "../lib/model/pooled-epsilon.ts";
import { quantile } from "../lib/model/quantile.ts";
import { MINUTE_MS } from "../lib/time.ts";
import { type Baseline, hostOwner } from "../lib/watch/baseline.ts";
import type { Schema } from "../lib/wire/samples.ts";
import { schemaId } from "../lib/wire/schemas.ts";
import { normal, uniform } from "./random.ts";

/** The metrics of the Server Machine Dataset (Su et al., KDD 2019). */
const METRICS = [
  ..."cpu_r load_1 load_5 load_15 mem_shmem mem_u mem_u_e total_mem disk_q disk_r disk_rb disk_svc disk_u".split(" "),
  ..."disk_w disk_wa disk_wb si so eth1_fi eth1_fo eth1_pi eth1_po tcp_tw tcp_use active_opens curr_estab".split(" "),
  ..."in_errs in_segs listen_overflows out_rsts out_segs passive_opens retransegs tcp_timeouts".split(" "),
  ..."udp_in_dg udp_out_dg udp_rcv_buf_errs udp_snd_buf_errs".split(" "),
];

/** Sorted, which is the order that the decoder gives to plain JSON. */
const names = METRICS.toSorted();
export const SCHEMA: Schema = { id: schemaId(names), names };
export const FEATURES = names.length;

/** Where made-up samples begin: 2026-11-22T14:00:00Z, in milliseconds. */
export const START = 1_795_356_000_000;
export const INTERVAL_MS = 10_000;

/** A server whose metrics follow one common load, each by its own share, with noise. */
export interface Host {
  readonly name: string;
  readonly mean: Float64Array;
  readonly share: Float64Array;
  readonly noise: Float64Array;
}

export const GROUP = "web";

export function createHosts(count: number): Host[] {
  const random = uniform(1);
  const draw = (low: number, high: number) => Float64Array.from(names, () => low + (high - low) * random());
  return Array.from({ length: count }, (_, i) => ({
    name: `web-${String(i).padStart(3, "0")}`,
    mean: draw(0.3, 0.7),
    share: draw(-0.05, 0.05),
    noise: draw(0.01, 0.03),
  }));
}

/** One sample in this many has three metrics far off. */
const ANOMALY_EVERY = 100;

/** Rows of samples of one host, with six decimals as in the dataset; `anomalies` plants some. */
export function createRows(host: Host, count: number, seed: number, anomalies: boolean): Float64Array {
  const [gauss, random] = [normal(seed), uniform(seed)];
  const rows = new Float64Array(count * FEATURES);
  for (let i = 0; i < count; i++) {
    const load = gauss();
    const off = anomalies && random() * ANOMALY_EVERY < 1 ? Math.floor(random() * (FEATURES - 3)) : -4;
    for (let j = 0; j < FEATURES; j++) {
      const planted = j >= off && j < off + 3 ? 0.3 : 0;
      const value = host.mean[j]! + host.share[j]! * load + host.noise[j]! * gauss() + planted;
      rows[i * FEATURES + j] = Math.round(value * 1e6) / 1e6;
    }
  }
  return rows;
}

/** A day and a half at one sample a minute: enough for a covariance of 38 features. */
const FITTED_ROWS = 2_000;
const CALM_QUANTILE = 0.999;

/** A baseline of the default detector. */
export function bandsBaseline(host: Host): Baseline {
  const times = Float64Array.from({ length: FITTED_ROWS }, (_, i) => START - (FITTED_ROWS - i) * MINUTE_MS);
  const model = fitBands({ metrics: FEATURES, values: fittedRows(host), times }, names, "UTC");
  return { ...about(host), model, epsilon: DEFAULT_EPSILON };
}

/** A baseline of the Gaussian with full covariance. */
export function gaussianBaseline(host: Host): Baseline {
  const rows = fittedRows(host);
  const model = fitGaussian(rows, FEATURES, { covariance: "full" });
  const scores = Float64Array.from({ length: FITTED_ROWS }, (_, i) => scoreOf(model, rows, i * FEATURES));
  return { ...about(host), model, epsilon: 1.2 * quantile(scores, CALM_QUANTILE) };
}

function fittedRows(host: Host): Float64Array {
  return createRows(host, FITTED_ROWS, 2, false);
}

function about({ name }: Host) {
  return { owner: hostOwner(name), version: 1, schema: SCHEMA, samples: FITTED_ROWS, fitted: START };
}
