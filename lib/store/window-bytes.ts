import { AVERAGES } from "../model/error-average.ts";
import type { Reconstruction } from "../model/reconstruction.ts";
import type { WindowMemory } from "../model/window-memory.ts";
import { bytesOfSingles, singlesOfBytes } from "./floats.ts";

/**
 * A reconstruction's memory of D metrics: D (2 bytes), level, deviation and averages as singles, then the past in
 * bytes, none if a window begins. With windows of five samples 12 D + 10 bytes. Loses nothing.
 */
export function bytesOfWindowMemory({ past, level, deviation, averages }: WindowMemory): Uint8Array {
  const metrics = Buffer.alloc(2);
  metrics.writeUInt16LE(level.length);
  return Buffer.concat([metrics, ...[level, deviation, averages].map(bytesOfSingles), Buffer.from(past.buffer)]);
}

/** The encoded memory; throws when the bytes are not one. */
export function windowMemoryOfBytes(bytes: Uint8Array): WindowMemory {
  const buffer = Buffer.from(bytes);
  const metrics = buffer.readUInt16LE();
  const end = 2 + 4 * (2 * metrics + AVERAGES);
  if (buffer.length < end || (metrics > 0 && (buffer.length - end) % metrics !== 0)) {
    throw new RangeError(`${buffer.length} bytes are no windows of ${metrics} metrics`);
  }
  const singles = singlesOfBytes(buffer.subarray(2, end));
  return {
    level: singles.slice(0, metrics),
    deviation: singles.slice(metrics, 2 * metrics),
    averages: singles.slice(2 * metrics),
    past: Int8Array.from(buffer.subarray(end)),
  };
}

type Windows = Pick<Reconstruction, "centre" | "scale" | "level" | "deviation" | "precision" | "window">;

/** The arrays of a reconstruction as singles, one after the other. Loses nothing, because the fit rounds to these. */
export function bytesOfWindows({ centre, scale, level, deviation, precision }: Windows): Uint8Array {
  return Buffer.concat([centre, scale, level, deviation, precision].map(bytesOfSingles));
}

/** The encoded arrays for this number of metrics; throws when the bytes are none. */
export function windowsOfBytes(bytes: Uint8Array, metrics: number): Windows {
  const singles = singlesOfBytes(bytes);
  const window = (singles.length - 4 * metrics) / metrics ** 2;
  if (!Number.isInteger(window) || window < 2) {
    throw new RangeError(`${bytes.length} bytes are no windows of ${metrics} metrics`);
  }
  const part = (k: number) => singles.slice(k * metrics, (k + 1) * metrics);
  const [centre, scale, level, deviation] = [part(0), part(1), part(2), part(3)];
  if (!scale.every((x) => x > 0)) throw new RangeError("a scale is not positive");
  return { window, centre, scale, level, deviation, precision: singles.slice(4 * metrics) };
}
