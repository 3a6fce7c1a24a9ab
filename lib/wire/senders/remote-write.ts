import { BYTES, FIXED64, messagesIn, textUnder, VARINT, visitFields } from "../protobuf.ts";
import type { Found } from "./point.ts";
import { prometheusSample, seriesOf } from "./prometheus-bridge.ts";

// Numbers of fields: https://github.com/prometheus/prometheus/blob/main/prompb, remote.proto and types.proto.

const SERIES = 1;
const METADATA = 3;
/** Labels, samples, exemplars, histograms. */
const SERIES_FIELDS = [1, 2, 3, 4];
/** The keys of series and of metadata at the beginning of a request. */
const STARTS = [0x0a, 0x1a];

/**
 * Whether the bytes are a WriteRequest of Prometheus: only series and metadata, and each series with a label that has
 * the series' name. OTLP has no text of its own there, so that neither is taken for the other.
 */
export function isWriteRequest(bytes: Buffer): boolean {
  if (!STARTS.includes(bytes[0] ?? 0)) return false;
  let isAll = true;
  const isMessage = visitFields(bytes, (field, type, _, content) => {
    isAll &&= type === BYTES && (field === SERIES ? isSeries(content) : field === METADATA && isMetadata(content));
  });
  return isMessage && isAll;
}

function isSeries(bytes: Buffer): boolean {
  let [isAll, isNamed] = [true, false];
  const isMessage = visitFields(bytes, (field, type, _, content) => {
    isAll &&= type === BYTES && SERIES_FIELDS.includes(field) && (field !== 1 || isLabel(content));
    isNamed ||= isAll && field === 1 && textUnder(content, 1) === "__name__";
  });
  return isMessage && isAll && isNamed;
}

function isLabel(bytes: Buffer): boolean {
  let isAll = true;
  const isMessage = visitFields(bytes, (field, type) => {
    isAll &&= type === BYTES && field <= 2;
  });
  return isMessage && isAll;
}

/** Type as a number; name, help and unit as texts. */
function isMetadata(bytes: Buffer): boolean {
  let isAll = bytes.length > 0;
  const isMessage = visitFields(bytes, (field, type) => {
    isAll &&= field === 1 ? type === VARINT : type === BYTES && [2, 4, 5].includes(field);
  });
  return isMessage && isAll;
}

/** The samples and native histograms of all series. Metadata comes in requests of its own, and is not needed here. */
export function* readWriteRequest(request: Buffer): Iterable<Found> {
  for (const message of messagesIn(request, SERIES)) {
    const labels = messagesIn(message, 1).map((label) => [textUnder(label, 1), textUnder(label, 2)] as const);
    const series = seriesOf(Object.fromEntries(labels));
    for (const sample of messagesIn(message, 2)) {
      const { value, time } = sampleOf(sample);
      yield* prometheusSample(series, time, Number.isNaN(value) ? null : value);
    }
    const named = (part: string) => ({ ...series, name: series.name && `${series.name}_${part}` });
    const [counts, sums] = [named("count"), named("sum")];
    for (const histogram of messagesIn(message, 4)) {
      const { count, sum, time, isGauge } = histogramOf(histogram);
      // A histogram that went stale: a count of zero would look like a reset.
      if (count === 0 && Number.isNaN(sum)) continue;
      yield* prometheusSample(counts, time, count, !isGauge);
      yield* prometheusSample(sums, time, sum, !isGauge);
    }
  }
}

/** Protobuf leaves out a zero. A value that went stale is NaN. */
function sampleOf(sample: Buffer): { readonly value: number; readonly time: number } {
  let [value, time] = [0, 0];
  visitFields(sample, (field, type, varint, content) => {
    if (field === 1 && type === FIXED64) value = content.readDoubleLE(0);
    if (field === 2 && type === VARINT) time = varint;
  });
  return { value, time };
}

const GAUGE = 3;

function histogramOf(histogram: Buffer) {
  let [count, sum, time, isGauge] = [0, 0, 0, false];
  visitFields(histogram, (field, type, varint, content) => {
    if (field === 1 && type === VARINT) count = varint;
    if (field === 2 && type === FIXED64) count = content.readDoubleLE(0);
    if (field === 3 && type === FIXED64) sum = content.readDoubleLE(0);
    if (field === 14 && type === VARINT) isGauge = varint === GAUGE;
    if (field === 15 && type === VARINT) time = varint;
  });
  return { count, sum, time, isGauge };
}
