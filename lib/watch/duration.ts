import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../time.ts";

/** Milliseconds from numbers with a unit: `500ms`, `30s`, `5m`, `2h`, `7d`; undefined if the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }[match?.[2] ?? ""];
  return match && unit ? Number(match[1]) * unit : undefined;
}
