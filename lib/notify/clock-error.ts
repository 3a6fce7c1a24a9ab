import { correctionOf, isFromPast, zoneIn } from "../watch/clock.ts";
import type { HostState } from "../watch/state.ts";
import { duration } from "./time.ts";

/** A clock's error in words. The status, the doctor and messages say it alike. */
export interface ClockError {
  /** `2 h behind`; without the seconds beyond those of a zone. */
  readonly by: string;
  /** By, and the reason if the error suggests one. */
  readonly words: string;
  readonly isLocalTime: boolean;
}

/** `offset`: milliseconds to add to the clock; negative: it is ahead. */
export function clockError(offset: number): ClockError {
  const zone = zoneIn(offset);
  const by = `${duration(Math.abs(zone ?? offset))} ${offset < 0 ? "ahead" : "behind"}`;
  const isLocalTime = zone !== undefined;
  return { by, words: isLocalTime ? `${by}, which looks like local time without a zone` : by, isLocalTime };
}

/** How far a host's clock is wrong and what follows from that; undefined: the clock is right. */
export function clockProblem(state: HostState): string | undefined {
  const correction = correctionOf(state.clock);
  if (correction) return `${clockError(correction.offset).words}: the scorer corrects its times`;
  return isFromPast(state)
    ? `${clockError(state.arrived - state.newest).by}: its samples open no incidents`
    : undefined;
}

/** The fix of a sender that writes local time without its zone. */
export const LOCAL_TIME_FIX =
  "Let the sender write UTC, or times with their zone (docs/senders.md#times). If it already does, set the clock.";
