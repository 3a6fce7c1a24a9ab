import { direction } from "../incident/cause.ts";
import type { Surroundings } from "../incident/surroundings.ts";
import { TELLING, TRAFFIC } from "../incident/surroundings.ts";
import { SLOT_MS, SLOTS } from "../model/calendar.ts";
import { bandsOf } from "../model/detector.ts";
import type { Baseline } from "./baseline.ts";
import { type Explanation, placeOf, type Usual, usualOf } from "./causes.ts";

/** Days that bands must know before they can say that a value is usual at another hour. */
const DAYS_MIN = 3;
/** One metric may be at another hour's value by chance; work moves several. */
const CAUSES_MIN = 2;
/** Quarters of an hour in a row: a nightly job of a moment does not make a value usual. */
const USUAL_SLOTS = 4;

/** The places of a host's well-known metrics at an anomalous sample; undefined if they tell nothing. */
export function surroundingsOf(baseline: Baseline, explanation: Explanation): Surroundings | undefined {
  const { names } = baseline.schema;
  const far = names.filter((name, metric) => isFar(name, explanation.values[metric], usualNow(metric)));
  const usual = TRAFFIC.filter((name) => {
    const metric = names.indexOf(name);
    return metric >= 0 && direction(placeOf(baseline, explanation, metric)) === "in range";
  });
  const usualAt = usualTime(baseline, explanation);
  const { isDayOff } = explanation;
  if (far.length + usual.length === 0 && usualAt === undefined && !isDayOff) return undefined;
  return {
    ...(far.length > 0 ? { far } : {}),
    ...(usual.length > 0 ? { usual } : {}),
    ...(usualAt === undefined ? {} : { usualAt }),
    ...(isDayOff ? { isDayOff } : {}),
  };

  function usualNow(metric: number): Usual {
    return usualOf(baseline, metric, explanation.time);
  }
}

/** Above the range by more than its width, and large. */
function isFar(name: string, value = Number.NaN, { low, high }: Usual): boolean {
  const rule = Object.hasOwn(TELLING, name) ? TELLING[name] : undefined;
  return rule !== undefined && value >= rule.least && value > Math.max(high + (high - low), rule.times * high);
}

/**
 * The nearest time within a day before or after at which every cause is within its band for an hour. Undefined unless
 * several causes are above their band now.
 */
function usualTime(baseline: Baseline, { time, values, attributions }: Explanation): number | undefined {
  const model = bandsOf(baseline.model);
  if (!model || model.days < DAYS_MIN || attributions.length < CAUSES_MIN) return undefined;
  const isUsual = (at: number) =>
    attributions.every(({ metric }) => {
      const { low, high } = usualOf({ model }, metric, at);
      const value = values[metric] ?? Number.NaN;
      return value >= low && value <= high;
    });
  const isAbove = attributions.every(({ metric }) => (values[metric] ?? 0) > usualOf({ model }, metric, time).high);
  if (!isAbove) return undefined;
  const isUsualHour = (at: number) => Array.from({ length: USUAL_SLOTS }, (_, i) => at + i * SLOT_MS).every(isUsual);
  const slot = Math.floor(time / SLOT_MS) * SLOT_MS;
  for (let away = 1; away < SLOTS; away++) {
    if (isUsualHour(slot + away * SLOT_MS)) return slot + away * SLOT_MS;
    if (isUsualHour(slot - (away + USUAL_SLOTS) * SLOT_MS)) return slot - (away + USUAL_SLOTS) * SLOT_MS;
  }
  return undefined;
}
