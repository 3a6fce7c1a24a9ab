import { clockAt, instantOf } from "../alert/zone.ts";
import { HOUR_MS, MINUTE_MS } from "../time.ts";

/** No zone changes its clock within a piece of this length. */
const PIECE_MS = 15 * MINUTE_MS;

/**
 * Turns what the clocks of a zone show (`wall`, as if that were UTC) into times, in milliseconds. An hour that an
 * autumn night has twice is the second one once the rows before have come so far.
 */
export function localTimes(zone: string): (wall: number, before: number | undefined) => number {
  let piece = Number.NaN;
  let [first, second] = [0, 0];
  return (wall, before) => {
    const now = Math.floor(wall / PIECE_MS);
    if (now !== piece) {
      piece = now;
      const start = now * PIECE_MS;
      const time = instantOf(start, zone) ?? start;
      first = time - start;
      second = clockAt(time + HOUR_MS, zone).wall === start ? first + HOUR_MS : first;
    }
    return before !== undefined && wall + first <= before ? wall + second : wall + first;
  };
}
