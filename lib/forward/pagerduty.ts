import { type Alert, pageSeverityOf } from "./alert-json.ts";
import type { Destination } from "./destination.ts";
import { type Page, pagesOf } from "./pages.ts";
import { fitted, type Posting } from "./posting.ts";

/** https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
const KEY_MAX = 255;
const SUMMARY_MAX = 1_024;
/** PagerDuty rejects an event with a time that it cannot read, such as one of a clock far beyond the year 9999. */
const USUAL_YEAR = /^\d{4}-/;

/** Events of the Events API v2. A later trigger raises the severity of an open alert. */
export function pagerdutyPostings(alert: Alert, { url, key }: Destination): readonly Posting[] {
  return pagesOf(alert).map((page) => ({
    method: "POST",
    url: new URL("/v2/enqueue", url),
    body: {
      routing_key: key,
      event_action: page.action === "close" ? "resolve" : "trigger",
      dedup_key: fitted(page.key, KEY_MAX),
      ...(page.action === "close" ? {} : details(alert, page)),
    },
  }));
}

/** The JSON of an alert has the names of PagerDuty already. */
function details(alert: Alert, { action }: Page) {
  const { summary, source, component, group, links, custom_details } = alert;
  const since = alert.at ?? alert.opened;
  const isUsual = typeof since === "string" && USUAL_YEAR.test(since);
  const timestamp = action === "open" && isUsual ? since : undefined;
  return {
    client: "Fleetwarden",
    payload: {
      ...{
        summary: fitted(summary, SUMMARY_MAX),
        source,
        severity: pageSeverityOf(alert),
        timestamp,
        component,
        group,
      },
      ...{ class: alert.class, custom_details },
    },
    links: links ? [{ href: links.feedback, text: "Was this right?" }] : [],
  };
}
