// The rules of the services, from their public pages and without our code.
import * as v from "valibot";

/** Some text of at most this many characters. */
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const httpUrl = v.pipe(v.string(), v.regex(/^https?:\/\/[^\s<>|]+$/));

/**
 * Slack: incoming webhooks take `text` and at most 50 blocks
 * (https://docs.slack.dev/reference/block-kit/blocks). Header: plain text of 150 characters; section: text of 3,000;
 * context: 1 to 10 elements. In texts `<` and `>` begin and end commands, and only `amp;`, `lt;` and `gt;` follow `&`
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
const slackText = (max: number) => v.pipe(text(max), v.regex(/^(?:[^&<>]|&(?:amp|lt|gt);)*$/));
const plainText = (max: number) =>
  v.strictObject({ type: v.literal("plain_text"), text: slackText(max), emoji: v.boolean() });
const slackLink = v.strictObject({
  type: v.literal("mrkdwn"),
  text: v.pipe(text(3_000), v.regex(/^<https?:\/\/(?:[^&<>|\s]|&amp;)+\|[^&<>|]+>$/)),
});
const slack = v.strictObject({
  text: slackText(40_000),
  blocks: v.pipe(
    v.array(
      v.variant("type", [
        v.strictObject({ type: v.literal("header"), text: plainText(150) }),
        v.strictObject({ type: v.literal("section"), text: v.variant("type", [plainText(3_000), slackLink]) }),
        v.strictObject({
          type: v.literal("context"),
          elements: v.pipe(v.array(plainText(3_000)), v.minLength(1), v.maxLength(10)),
        }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(50),
  ),
});

/**
 * Teams: a message of type "message" with an Adaptive Card among its attachments
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using)
 * of at most 28 KB (https://learn.microsoft.com/en-us/connectors/teams/).
 * RichTextBlock, TextRun and Action.OpenUrl: https://adaptivecards.io/explorer.
 */
const textRun = v.strictObject({
  type: v.literal("TextRun"),
  text: v.pipe(v.string(), v.minLength(1)),
  size: v.optional(v.picklist(["Default", "Small", "Medium", "Large", "ExtraLarge"])),
  weight: v.optional(v.picklist(["Default", "Lighter", "Bolder"])),
  color: v.optional(v.picklist(["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"])),
  isSubtle: v.optional(v.boolean()),
});
const teams = v.pipe(
  v.strictObject({
    type: v.literal("message"),
    attachments: v.strictTuple([
      v.strictObject({
        contentType: v.literal("application/vnd.microsoft.card.adaptive"),
        contentUrl: v.null(),
        content: v.strictObject({
          $schema: v.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
          type: v.literal("AdaptiveCard"),
          version: v.picklist(["1.4", "1.5"]),
          msteams: v.strictObject({ width: v.literal("Full") }),
          fallbackText: v.string(),
          body: v.pipe(
            v.array(v.strictObject({ type: v.literal("RichTextBlock"), inlines: v.strictTuple([textRun]) })),
            v.minLength(1),
          ),
          actions: v.array(v.strictObject({ type: v.literal("Action.OpenUrl"), title: text(100), url: httpUrl })),
        }),
      }),
    ]),
  }),
  v.check((body) => Buffer.byteLength(JSON.stringify(body)) <= 28 * 1024, "a message has at most 28 KB"),
);

/** PagerDuty: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/; an event has at most 512 KB. */
const routing = { routing_key: v.pipe(v.string(), v.length(32)), dedup_key: text(255) };
const pagerduty = v.variant("event_action", [
  v.strictObject({ ...routing, event_action: v.picklist(["acknowledge", "resolve"]) }),
  v.strictObject({
    ...routing,
    event_action: v.literal("trigger"),
    client: v.string(),
    payload: v.strictObject({
      summary: text(1_024),
      source: v.pipe(v.string(), v.minLength(1)),
      severity: v.picklist(["critical", "error", "warning", "info"]),
      timestamp: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
      component: v.exactOptional(v.string()),
      group: v.exactOptional(v.string()),
      class: v.exactOptional(v.string()),
      custom_details: v.looseObject({}),
    }),
    links: v.array(v.strictObject({ href: httpUrl, text: v.string() })),
  }),
]);

/**
 * Opsgenie: https://docs.opsgenie.com/docs/alert-api and alert-api-continued. The details have at most 8,000 characters
 * in all; a note has 25,000.
 */
const priority = v.picklist(["P1", "P2", "P3", "P4", "P5"]);
const opsgenieCreate = v.strictObject({
  message: text(130),
  alias: text(512),
  description: v.pipe(v.string(), v.maxLength(15_000)),
  entity: text(512),
  source: text(100),
  priority,
  details: v.pipe(
    v.record(v.string(), v.string()),
    v.check((details) => Object.entries(details).flat().join("").length <= 8_000, "details of 8,000 characters"),
  ),
});
const opsgenieClose = v.strictObject({ source: text(100), note: text(25_000) });
const opsgeniePriority = v.strictObject({ priority });

/** A request as a server sees it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization?: string | undefined;
  readonly body: unknown;
}

/** The messages about parts that a service would not accept; none if it takes the request. */
export function problemsOf(service: "slack" | "teams" | "pagerduty" | "opsgenie", seen: Seen): string[] {
  const { schema, wrong } = expectationOf(service, seen);
  const { issues = [] } = v.safeParse(schema, seen.body);
  return [...wrong, ...issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)];
}

function expectationOf(service: string, { method, path, authorization }: Seen) {
  const asked = `${method} ${path}`;
  if (service === "slack") return { schema: slack, wrong: method === "POST" ? [] : [asked] };
  if (service === "teams") return { schema: teams, wrong: method === "POST" ? [] : [asked] };
  if (service === "pagerduty") return { schema: pagerduty, wrong: asked === "POST /v2/enqueue" ? [] : [asked] };
  const wrong = /^GenieKey [\w-]{36}$/.test(authorization ?? "") ? [] : [`authorization ${authorization}`];
  if (asked === "POST /v2/alerts") return { schema: opsgenieCreate, wrong };
  if (/^POST \/v2\/alerts\/[^/]+\/close\?identifierType=alias$/.test(asked)) return { schema: opsgenieClose, wrong };
  if (/^PUT \/v2\/alerts\/[^/]+\/priority\?identifierType=alias$/.test(asked))
    return { schema: opsgeniePriority, wrong };
  return { schema: v.never(), wrong: [...wrong, asked] };
}
