import type { Verdict } from "../incident/label.ts";

/** The words that people read for each verdict, in the order of the buttons. */
export const VERDICT_WORDS: readonly (readonly [verdict: Verdict, title: string, effect: string])[] = [
  ["fault", "Real fault", "Something was wrong. Alert on this pattern again."],
  ["false", "False alarm", "Nothing was wrong. It is learnt as normal, and epsilon rises."],
  ["expected", "Expected", "Planned work, a backup, a test. Left out of all that is learnt."],
  ["new-normal", "New normal", "It is going to stay like this, and is learnt as normal."],
  ["unknown", "Not sure", "Nothing is learnt from it."],
];
