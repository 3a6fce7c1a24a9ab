import { qualityOf } from "../model/best-epsilon.ts";
import { median } from "../model/median.ts";
import { labelledEvents, touches } from "../replay/labelled-events.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import type { CausedEvent } from "./entity.ts";
import type { Played, PlayedIncident } from "./play.ts";

/** Counts of one test part, or their sums over several. */
export interface Tally {
  /** Rows that were flagged with and without a label, and that were not. */
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  readonly incidents: number;
  /** Those that touch a labelled event. */
  readonly rightIncidents: number;
  readonly criticalFalse: number;
  readonly messages: number;
  readonly days: number;
  /** Those of the rows without a label. */
  readonly normalDays: number;
  readonly events: number;
  /** For each event that an incident touches: from its first row to the opening of the first such incident. */
  readonly delays: readonly number[];
  /** Events that an incident touches and whose causes are known. */
  readonly causedEvents: number;
  /** Those of which the first cause that the incident names is true. */
  readonly firstTrue: number;
  /** Those of which one of the first three is. */
  readonly firstThreeTrue: number;
}

export function tallyOf(played: Played): Tally {
  const { from, intervalMs, incidents, messages } = played;
  const rows = rowCounts(played.labels.subarray(from), played.flagged.subarray(from));
  // An event that began before the measured rows: its delay is unknown.
  const events = labelledEvents(played).filter(({ first }) => first >= from);
  const told = played.causes.flatMap((event) => causesTold(event, incidents));
  const wrong = incidents.filter(({ isFalse }) => isFalse);
  return {
    ...rows,
    incidents: incidents.length,
    rightIncidents: incidents.length - wrong.length,
    criticalFalse: wrong.filter(({ isCritical }) => isCritical).length,
    messages,
    days: ((played.labels.length - from) * intervalMs) / DAY_MS,
    normalDays: ((rows.fp + rows.tn) * intervalMs) / DAY_MS,
    events: events.length,
    delays: events.flatMap((event) => {
      const first = incidents.find((incident) => touches(incident, event));
      return first ? [Math.max(0, first.opened - event.from) / MINUTE_MS] : [];
    }),
    causedEvents: told.length,
    firstTrue: told.filter((place) => place === 0).length,
    firstThreeTrue: told.filter((place) => place >= 0 && place < 3).length,
  };
}

function rowCounts(labels: Uint8Array, flagged: Uint8Array) {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (const [row, label] of labels.entries()) {
    if (flagged[row] === 1) label === 1 ? tp++ : fp++;
    else label === 1 ? fn++ : tn++;
  }
  return { tp, fp, fn, tn };
}

/** The place of the first true cause among those that the first incident of the event names; −1: none is true. */
function causesTold(event: CausedEvent, incidents: readonly PlayedIncident[]): number[] {
  const incident = incidents.find((one) => touches(one, event));
  if (!incident || event.metrics.length === 0) return [];
  return [incident.causes.findIndex((metric) => event.metrics.includes(metric))];
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (key: Exclude<keyof Tally, "delays">) => tallies.reduce((total, tally) => total + tally[key], 0);
  return {
    ...{ tp: sum("tp"), fp: sum("fp"), fn: sum("fn"), tn: sum("tn") },
    ...{ incidents: sum("incidents"), rightIncidents: sum("rightIncidents"), criticalFalse: sum("criticalFalse") },
    ...{ messages: sum("messages"), days: sum("days"), normalDays: sum("normalDays"), events: sum("events") },
    delays: tallies.flatMap(({ delays }) => delays),
    ...{ causedEvents: sum("causedEvents"), firstTrue: sum("firstTrue"), firstThreeTrue: sum("firstThreeTrue") },
  };
}

/** By the names of the JSON; null if a denominator is 0. */
export type Figures = Readonly<Record<keyof ReturnType<typeof figuresOf>, number | null>>;

/** Each figure is defined in docs/detector.md. */
export function figuresOf(tally: Tally) {
  const { tp, fp, fn, tn, incidents, rightIncidents, criticalFalse, events, delays, causedEvents } = tally;
  const hasLabels = tp + fn > 0;
  const { f1, precision, recall } = qualityOf(tp, fp, fn);
  return {
    ...{ tp, fp, fn, tn },
    ...(hasLabels ? { f1, precision, recall } : { f1: null, precision: null, recall: null }),
    accuracy: share(tp + tn, tp + fp + fn + tn),
    incidents,
    rightIncidents,
    incidentPrecision: share(rightIncidents, incidents),
    events,
    eventsTouched: share(delays.length, events),
    falsePerNormalDay: share(incidents - rightIncidents, tally.normalDays),
    criticalFalse,
    criticalFalsePerNormalDay: share(criticalFalse, tally.normalDays),
    delayMedianMinutes: delays.length > 0 ? median(Float64Array.from(delays)) : null,
    messagesPerDay: share(tally.messages, tally.days),
    top1: share(tally.firstTrue, causedEvents),
    top3: share(tally.firstThreeTrue, causedEvents),
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
