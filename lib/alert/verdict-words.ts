import type { Verdict } from "../incident/label.ts";

/** The words that people read for each verdict, in the order of the buttons. */
export const VERDICT_WORDS: readonly (readonly [verdict: Verdict, title: string, effect: string])[] = [
  ["fault", "Real fault", "Something was wrong. Alert on this pattern again."],
  [
    "false",
    "False alarm",
    "Nothing was wrong. Incidents like it are quiet for 30 days, and refits learn it as normal.",
  ],
  ["expected", "Expected", "Planned work, a backup, a test. Refits do not learn from it."],
  [
    "new-normal",
    "New normal",
    "It stays like this. Incidents like it are quiet for 30 days, and refits learn it as normal.",
  ],
  ["unknown", "Not sure", "The same as no label."],
];
