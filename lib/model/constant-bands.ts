import type { Bands } from "./bands.ts";

/** A metric that had one value at all usual times, and the values beyond which five of seven samples alert. */
export interface ConstantMetric {
  /** Its place in the model. */
  readonly metric: number;
  readonly value: number;
  readonly above: number;
  readonly below: number;
}

/** The constant ones among the metrics of bands of at least a day. Those that count up are judged by their rates. */
export function constantsOf({ metrics, days, counter, up, down, tail, ...model }: Bands): readonly ConstantMetric[] {
  if (days === 0) return [];
  const [least, most] = [
    new Float64Array(metrics).fill(Number.POSITIVE_INFINITY),
    new Float64Array(metrics).fill(Number.NEGATIVE_INFINITY),
  ];
  const take = (metric: number, value: number) => {
    if (Number.isNaN(value)) return;
    least[metric] = Math.min(least[metric]!, value);
    most[metric] = Math.max(most[metric]!, value);
  };
  for (const { high, low } of [model.workday, model.weekend])
    for (const table of [high, low]) for (const [place, value] of table.entries()) take(place % metrics, value);
  for (const { places, high, low } of model.weekdays)
    for (const table of [high, low]) for (const [i, value] of table.entries()) take(places[i]! % metrics, value);
  return [...least.keys()].flatMap((metric) => {
    const band = least[metric]!;
    if (counter[metric] === 1 || band !== most[metric]) return [];
    const [above, below] = [band + up[metric]! * tail, band - down[metric]! * tail];
    // Bands are rounded (`grainOf`), typical values are not.
    return [{ metric, value: model.typical.middle[metric]!, above, below }];
  });
}
