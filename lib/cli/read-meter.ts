import * as v from "valibot";
import { METER_PATH } from "../local/endpoint.ts";
import type { Target } from "./target.ts";

/** A twin on this machine answers in milliseconds. */
const PATIENCE_MS = 5_000;

const METERED = v.object({
  from: v.number(),
  to: v.number(),
  usage: v.record(v.string(), v.number()),
  /** Absent: the twin is of an earlier version. */
  started: v.optional(v.number()),
});

/** The reading of the twin's meter; undefined for a stack. Times are milliseconds since the epoch. */
export async function readMeter({ env, isTwin }: Target): Promise<v.InferOutput<typeof METERED> | undefined> {
  if (!isTwin) return undefined;
  const response = await fetch(`${env.AWS_ENDPOINT_URL}${METER_PATH}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return v.parse(METERED, await response.json());
}
