import { type ConstantMetric, constantsOf } from "../model/constant-bands.ts";
import type { Baseline } from "./baseline.ts";
import { tellerOf } from "./causes.ts";

/** A metric that had one value in all that was learnt, and the values beyond which it is strange by itself. */
export interface Unchanged extends Partial<Omit<ConstantMetric, "metric" | "value">> {
  readonly metric: string;
  readonly value: number;
}

/** Those that never changed at any usual time. Only calendar bands remember whether a metric ever moved. */
export function unchangedIn({ model: whole, schema }: Pick<Baseline, "model" | "schema">) {
  const model = tellerOf(whole);
  if (model.detector !== "bands") return [];
  return constantsOf(model).map((one) => ({ ...one, metric: schema.names[one.metric] ?? "" }));
}

/** JSON has all of them. */
const SHOWN_MAX = 5;

/** `cores 8 (strange below 7.6, above 8.4), fans 2 (strange below 1.9, above 2.1) and 3 more`. */
export function unchangedList(unchanged: readonly Unchanged[]): string {
  const shown = unchanged.slice(0, SHOWN_MAX).map(({ metric, value, below, above }) => {
    const limits =
      below === undefined || above === undefined ? "" : ` (strange below ${short(below)}, above ${short(above)})`;
    return `${metric} ${short(value)}${limits}`;
  });
  const more = unchanged.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** A sentence about them, and none without any: `Never changed in the training rows: cores 8.` */
export function unchangedText(unchanged: readonly Unchanged[], where: string): readonly string[] {
  return unchanged.length > 0 ? [`Never changed ${where}: ${unchangedList(unchanged)}.`] : [];
}

const DIGITS = 6;

function short(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}
