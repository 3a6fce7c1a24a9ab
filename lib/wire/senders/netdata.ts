import { textIn } from "./fields.ts";
import { hostIn } from "./identity.ts";
import type { Fields, Found } from "./point.ts";

/** `{"hostname","chart_id":"disk_ops.sda","chart_context":"disk.ops","id":"reads","value":2,"timestamp":…}`. */
export function isNetdata(row: Fields): boolean {
  return typeof row.chart_id === "string" && "value" in row;
}

const TEXTS = String.raw`(?:(?:"\w+":"[^"\\]*"|"labels":\{[^{}]*\}),)*?`;
/** Such a line, with its context left out between these. */
export const NETDATA_LINE = [
  String.raw`${TEXTS}"chart_id":"[^"\\]*",${TEXTS}"chart_context":`,
  String.raw`(?:,"\w+":(?:"[^"\\]*"|[-+.\deE]+))*`,
] as const;

export function readNetdata(row: Fields): readonly Found[] {
  const { chart_id: chart, id, name, units: unit, value, timestamp } = row;
  const context = textIn(row.chart_context) ?? String(chart);
  const tags = context === chart ? {} : { chart };
  const field = textIn(name) ?? textIn(id);
  return [{ host: hostIn(row), time: timestamp, series: context, field, tags, value, unit }];
}
