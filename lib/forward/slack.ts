import type { Alert } from "./alert-json.ts";
import { chatText } from "./chat.ts";
import type { Destination } from "./destination.ts";
import { fitted, type Posting } from "./posting.ts";

/** https://docs.slack.dev/reference/block-kit/blocks/header-block, section-block and context-block */
const HEADER_MAX = 150;
const TEXT_MAX = 3_000;

/** Slack reads no other character as a command (https://docs.slack.dev/messaging/formatting-message-text). */
const ESCAPES = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

/** A message of an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
export function slackPostings(alert: Alert, { url }: Destination): readonly Posting[] {
  const { title, lines, small, link } = chatText(alert);
  const blocks = [
    { type: "header", text: plain(title, HEADER_MAX) },
    ...(lines.length > 0 ? [{ type: "section", text: plain(lines.join("\n"), TEXT_MAX) }] : []),
    // A button would show a warning once somebody presses it: Slack expects its app to answer
    // (https://github.com/slackapi/slack-github-action/issues/513).
    ...(link ? [{ type: "section", text: { type: "mrkdwn", text: `<${address(link.url)}|${link.title}>` } }] : []),
    { type: "context", elements: small.map((text) => plain(text, TEXT_MAX)) },
  ];
  return [{ method: "POST", url, body: { text: escaped(title, TEXT_MAX), blocks } }];
}

/** Plain text has no formatting that a name could misuse. */
function plain(text: string, max: number) {
  return { type: "plain_text", text: escaped(text, max), emoji: false };
}

function escaped(text: string, max: number): string {
  return fitted(text, max, (character) => ESCAPES.get(character) ?? character);
}

/** A bar would end the address. */
function address(url: string): string {
  return new URL(url).href.replaceAll("&", "&amp;").replaceAll("|", "%7C");
}
