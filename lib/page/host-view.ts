import { RequestError } from "../http.ts";
import { direction } from "../incident/cause.ts";
import { isAbout } from "../incident/time-label.ts";
import { baselineOf } from "../learn/host-baseline.ts";
import { range, value } from "../notify/format.ts";
import type { Stores } from "../store/stores.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { type Baseline, detectorOf, hostOwner } from "../watch/baseline.ts";
import { usualFor } from "../watch/beside-group.ts";
import { schemaOfNewest } from "../watch/derive.ts";
import { type HistoryChunk, thinningOf } from "../watch/history.ts";
import { quietMax } from "../watch/interval.ts";
import type { HostState } from "../watch/state.ts";
import type { Schema } from "../wire/samples.ts";
import { placeIn } from "../wire/schemas.ts";
import { type Units, unitOf } from "../wire/unit-text.ts";
import { cardOf } from "./cards.ts";
import { seriesOf, usualIn } from "./chart-series.ts";
import { chartWindow, type Wanted } from "./chart-window.ts";
import { incidentView } from "./incident-view.ts";

const INCIDENT_DAYS = 30;
const INCIDENTS_MAX = 20;
const TIMES_MAX = 20;

/** The view of one host. Times are in milliseconds since the epoch. */
export async function hostView(stores: Stores, host: string, wanted: Wanted, now: number) {
  const state = await stateOf(stores, host);
  const { axis, span } = chartWindow(wanted, state, now);
  const [schema, baseline, refusals, times, incidents] = await Promise.all([
    schemaOf(stores, state),
    baselineOf(stores.baselines, state),
    stores.alerting.refusals(),
    stores.alerting.timeLabels(),
    stores.incidents.ofHost(host, now - INCIDENT_DAYS * DAY_MS, now + 1),
  ]);
  const units: Record<string, string> = {};
  const chunks = withUnitsNoted(stores.history.read(host, Math.max(span.from - HOUR_MS, 0), span.to), units);
  const series = await seriesOf(chunks, schema, usualIn(schema, baseline, state.memory), span);
  return {
    card: cardOf(state, now),
    facts: {
      since: state.since,
      /** A pause as long as this (ms) is a silence; absent: not known yet. */
      ...(state.interval > 0 ? { silentAfter: quietMax(state.interval) } : {}),
      ingest: state.ingest,
      ...(state.attributes ? { attributes: state.attributes } : {}),
      ...(state.odd ? { odd: state.odd } : {}),
      ...(state.unread ? { unread: state.unread } : {}),
      fitted: baseline?.fitted,
      samples: baseline?.samples,
      detector: baseline && detectorOf(baseline),
      /** Since when its refits are refused. */
      refused: refusals.find(({ owner }) => owner === hostOwner(host))?.since,
      /** The history keeps one of this many stretches of calm time, once the host is no longer young. */
      keptOneIn: thinningOf(state)?.oneIn ?? 1,
    },
    current: currentOf(state, schema, baseline, units),
    /** Those whose condition holds now. */
    rules: state.rules.map(({ text, since }) => ({ rule: text, since })),
    /** The axis of the charts; absent where the samples make it. */
    axis,
    series,
    /** Times without an incident that have a label, newest first. */
    times: times
      .filter((one) => isAbout(one, state))
      .toSorted((a, b) => b.from - a.from)
      .slice(0, TIMES_MAX)
      .map(({ id, from, to, label }) => ({ id, from, to, ...label })),
    /** Newest first. */
    incidents: incidents.slice(-INCIDENTS_MAX).reverse().map(incidentView),
  };
}

/** The chunks, oldest first, whose declared units go into `units`: the newest of each metric stays. */
async function* withUnitsNoted(chunks: AsyncIterable<HistoryChunk>, units: Record<string, string>) {
  for await (const chunk of chunks) {
    Object.assign(units, chunk.schema.units);
    yield chunk;
  }
}

async function schemaOf({ baselines }: Stores, { schema, features }: HostState): Promise<Schema> {
  const [known] = schema === "" ? [] : await baselines.names([schema]);
  return known ? schemaOfNewest(known.names, features) : { id: schema, names: [] };
}

export async function stateOf({ hosts }: Stores, host: string): Promise<HostState> {
  const state = (await hosts.load([host])).get(host);
  if (!state) throw new RequestError(404, `No host ${host} has sent anything: is that its name?`);
  return state;
}

/** The value of each metric now, and where it lies in its band, unless it has none. */
function currentOf(
  { vector, newest, memory }: HostState,
  schema: Schema,
  baseline: Baseline | undefined,
  units: Units,
) {
  const usual = baseline && usualFor(baseline, memory)(newest);
  return schema.names.flatMap((metric, j) => {
    const amount = vector[j];
    if (amount === undefined || Number.isNaN(amount)) return [];
    const unit = unitOf(units, metric);
    const now = value(metric, amount, unit);
    const place = baseline ? placeIn(baseline.schema, metric, schema) : -1;
    if (!usual || place < 0) return [{ metric, now }];
    const { expected, low, high } = usual(place);
    const band = { now: amount, low, high };
    const within = high > low ? (amount - low) / (high - low) : 0.5;
    return [
      {
        metric,
        now,
        usual: range({ metric, ...(unit === undefined ? {} : { unit }), expected, ...band }),
        /** From 0 half a band below it to 1 half a band above: the band is the middle half. */
        place: Math.min(Math.max(0.25 + within / 2, 0), 1),
        direction: direction(band),
      },
    ];
  });
}
