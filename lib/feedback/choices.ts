import { VERDICT_WORDS } from "../alert/verdict-words.ts";
import type { Incident } from "../incident/incident.ts";
import type { Verdict } from "../incident/label.ts";
import type { Answer } from "./save-answer.ts";

/** A button of the page: the field and value that its form sends, and its text. */
export interface Choice {
  readonly field: "verdict" | "action";
  readonly value: string;
  readonly answer: Answer;
  readonly title: string;
  readonly effect: string;
}

/** In the order of the buttons; the effects of verdicts are those of lib/learn/training.ts. */
export const CHOICES: readonly Choice[] = [
  ...VERDICT_WORDS.map(([verdict, title, effect]): Choice => {
    return { field: "verdict", value: verdict, answer: { kind: "label", verdict }, title, effect };
  }),
  action("acknowledge", { kind: "acknowledge" }, "I am on it", "Nobody gets a reminder of it."),
  action(
    "silence-1h",
    { kind: "silence", hours: 1 },
    "Silence for 1 h",
    "Trouble that lasts longer sends its alert afterwards. Refits do not learn from that hour.",
  ),
  action("silence-24h", { kind: "silence", hours: 24 }, "Silence for 24 h", "The same for a day."),
  action(
    "retire",
    { kind: "retire" },
    "It is gone for good",
    "Ends its incident, and refits leave it out. It returns by itself when it sends again.",
  ),
];

/** Whether the answer makes sense: a silence has no score to label, and only a silent host can be retired. */
export function isAccepted({ kind }: Incident, { answer }: Choice): boolean {
  if (answer.kind === "label") return kind !== "silent";
  return answer.kind !== "retire" || kind === "silent";
}

/** Whether the page shows the button: acknowledging or retiring is pointless after the incident is over. */
export function isOffered(incident: Incident, choice: Choice): boolean {
  if (!isAccepted(incident, choice)) return false;
  if (choice.answer.kind === "acknowledge") return incident.resolved === undefined && !incident.acknowledged;
  return choice.answer.kind !== "retire" || incident.resolved === undefined;
}

export function titleOfVerdict(verdict: Verdict): string {
  return VERDICT_WORDS.find(([value]) => value === verdict)?.[1] ?? verdict;
}

function action(value: string, answer: Answer, title: string, effect: string): Choice {
  return { field: "action", value, answer, title, effect };
}
