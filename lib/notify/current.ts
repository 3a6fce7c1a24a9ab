import { type Cause, direction, isOfLevel } from "../incident/cause.ts";
import type { AnomalyIncident, FleetIncident } from "../incident/incident.ts";
import { readingOf } from "../incident/latest.ts";
import { isOpening, type Notice } from "../incident/notice.ts";
import { MINUTE_MS } from "../time.ts";
import { comparison, range, signedValue, value } from "./format.ts";
import { duration } from "./time.ts";
import type { WordsContext } from "./words.ts";

/** A cause with the value that a message shows as current. */
export interface Shown extends Cause {
  /** When it had this value (ms since the epoch); absent for the sample that the message is about. */
  readonly at?: number;
  /** At its worst; absent if that is now, or if only the worst is known. */
  readonly worst?: number;
}

type About = Notice<AnomalyIncident | FleetIncident>;

/** The causes as they are at the newest sample. If only their worst is known, they have the time of the peak. */
export function shown({ kind, incident }: About): readonly Shown[] {
  const { causes, peak } = incident;
  // A fleet has current values in its reminder only.
  const latest = incident.kind === "anomaly" || kind === "reminder" ? incident.latest : undefined;
  const isNews = isOpening(kind) || kind === "also";
  return causes.map((cause) => {
    const reading = readingOf(latest, cause.metric);
    if (!latest || !reading) return isNews ? cause : { ...cause, at: peak.time };
    if (reading.now === cause.now) return { ...cause, ...reading, at: latest.time };
    const { sign, ...moved } = cause;
    // Hours of a level do not end with one sample; all other signs are about a single value.
    const stays = isOfLevel(sign) && direction(reading) === "in range" ? { sign } : {};
    const worst = Number.isNaN(cause.now) ? {} : { worst: cause.now };
    return { ...moved, ...reading, ...stays, ...worst, at: latest.time };
  });
}

/** ` at 14:30Z` for a value older than a minute. */
export function ageOf({ at }: Pick<Shown, "at">, { now, clock }: WordsContext): string {
  return at === undefined || now - at <= MINUTE_MS ? "" : ` at ${clock(at)}`;
}

/** `cpu_user 97, normal 2-31`, or `cpu_user 97 at 14:30Z, normal 2-31`. */
export function reading(cause: Shown, context: WordsContext): string {
  return `${valueText(cause, context)}, ${comparison(cause)}`;
}

/** `cpu_user 97`, `cpu_user stuck at 97`, or `cpu_user 97 at 14:30Z`. */
export function valueText(cause: Shown, context: WordsContext): string {
  return `${context.name(cause.metric)} ${signedValue(cause)}${ageOf(cause, context)}`;
}

/** How an incident ended, as a phrase after `is` or `has`. */
export interface EndTexts {
  readonly full: string;
  /** Without the worst value, if it is shown elsewhere. */
  readonly brief: string;
  /** Without any value. */
  readonly bare: string;
}

export function endTexts({ incident }: Notice<AnomalyIncident>, ended: number, context: WordsContext): EndTexts {
  const { ending, causes, latest } = incident;
  const { redact, name } = context;
  const lasted = duration(ended - incident.opened);
  if (ending === "silent" || ending === "gone") return withoutValues(`${ending} after ${lasted} of trouble`);
  const [first] = causes;
  const last = first && readingOf(latest, first.metric);
  const bare = ending ? `${ending} after ${lasted}` : `back to normal after ${lasted}`;
  if (!last) return withoutValues(bare);
  const { metric, unit } = first;
  const now = `${name(metric)} ${value(metric, last.now, unit)}`;
  if (ending) {
    const full = `settled at ${now} (was ${value(metric, first.expected, unit)}) after ${lasted}`;
    return redact ? withoutValues(bare) : { full, brief: full, bare };
  }
  const out = latest?.readings.find(isClearlyOut);
  if (out) {
    const still = `calm after ${lasted}, but ${name(out.metric)}`;
    const full = redact
      ? `${still} is not normal`
      : `${still} ${value(out.metric, out.now, out.unit)}, normal ${range(out)}`;
    return { full, brief: full, bare: `calm after ${lasted}` };
  }
  if (redact) return withoutValues(bare);
  return { full: `${bare}: ${now}, was ${value(metric, first.now, unit)}`, brief: `${bare}: ${now}`, bare };
}

/** A range holds about 95 % of usual values, so a value just beyond it is still normal. */
const CLEARLY_OUT = 0.25;

function isClearlyOut({ now, low, high }: Pick<Cause, "now" | "low" | "high">): boolean {
  const slack = CLEARLY_OUT * (high - low);
  return Number.isNaN(now) || now > high + slack || now < low - slack;
}

function withoutValues(text: string): EndTexts {
  return { full: text, brief: text, bare: text };
}
