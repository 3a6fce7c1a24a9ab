import type { SilenceMatcher } from "./silence.ts";

/**
 * Something that a person says happened, such as a release. It silences nothing; messages about later trouble name it.
 */
export interface DeclaredEvent {
  /** `E-K7Q2RT`, a function of all other fields. */
  readonly id: string;
  /** The hosts that it is about. */
  readonly matcher: SilenceMatcher;
  readonly text: string;
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** In characters: messages name it in half a line. */
export const EVENT_TEXT_MAX = 80;
/** Events are kept for as long as history is. */
export const EVENT_DAYS = 30;
