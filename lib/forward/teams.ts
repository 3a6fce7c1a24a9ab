import type { Alert } from "./alert-json.ts";
import { type ChatText, chatText } from "./chat.ts";
import type { Destination } from "./destination.ts";
import { fitted, type Posting } from "./posting.ts";

/**
 * A line of a card. A message has at most 28 KB (https://learn.microsoft.com/en-us/connectors/teams/), and twenty lines
 * in a script of three bytes a character take 18.
 */
const LINE_MAX = 300;

const COLOURS = { bad: "Attention", strange: "Warning", good: "Good", neutral: "Default" } as const;

/** A card for the workflow "Post to a channel when a webhook request is received". */
export function teamsPostings(alert: Alert, { url }: Destination): readonly Posting[] {
  const content = card(chatText(alert));
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return [{ method: "POST", url, body: { type: "message", attachments: [attachment] } }];
}

/** https://adaptivecards.io/explorer/AdaptiveCard.html */
function card({ title, lines, small, tone, link }: ChatText) {
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    fallbackText: fitted(title, LINE_MAX),
    body: [
      line(title, { size: "Large", weight: "Bolder", color: COLOURS[tone] }),
      ...lines.map((text) => line(text, {})),
      ...small.map((text) => line(text, { size: "Small", isSubtle: true })),
    ],
    actions: link ? [{ type: "Action.OpenUrl", title: link.title, url: link.url }] : [],
  };
}

/** A text run has no Markdown that a name could misuse (https://adaptivecards.io/explorer/TextRun.html). */
function line(text: string, style: object) {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text: fitted(text, LINE_MAX), ...style }] };
}
