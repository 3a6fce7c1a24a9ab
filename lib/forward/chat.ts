import { moment } from "../notify/time.ts";
import type { Alert } from "./alert-json.ts";

/** An alert as people read it in a chat. */
export interface ChatText {
  readonly title: string;
  /** The causes and rules. */
  readonly lines: readonly string[];
  /** Where it comes from, and how to answer by command. */
  readonly small: readonly string[];
  readonly tone: "bad" | "strange" | "good" | "neutral";
  readonly link: { readonly title: string; readonly url: string } | undefined;
}

/** More lines than any alert has. */
const LINES_MAX = 20;

export function chatText(alert: Alert): ChatText {
  const { summary, custom_details: details, links } = alert;
  const isOver = alert.kind === "resolved";
  // The summary has the headline already.
  const why = details.why.filter((line) => !summary.includes(line));
  const compared = details.baseline === undefined ? [] : [`compared with ${details.baseline}`];
  const facts = [...times(alert), ...(details.certainty === undefined ? [] : [details.certainty]), ...compared];
  return {
    title: summary,
    lines: [
      ...(isOver && why.length > 0 ? ["At its peak:"] : []),
      ...why,
      ...(isOver || details.normal_if === undefined ? [] : [details.normal_if]),
    ].slice(0, LINES_MAX),
    small: [
      ...(facts.length > 0 ? [facts.join(" · ")] : []),
      ...(details.answer === undefined ? [] : [`On the command line: ${details.answer}`]),
      `Fleetwarden, stack ${details.stack}`,
    ],
    tone: isOver ? "good" : TONES[alert.severity],
    link: links && { title: isOver ? "Was it a real fault?" : "Was this right?", url: links.feedback },
  };
}

const TONES = { critical: "bad", warning: "strange", info: "neutral" } as const;

function times({ opened, resolved, timezone }: Alert): string[] {
  return [
    ...(typeof opened === "string" ? [`Since ${moment(Date.parse(opened), timezone)}`] : []),
    ...(typeof resolved === "string" ? [`until ${moment(Date.parse(resolved), timezone)}`] : []),
  ];
}
