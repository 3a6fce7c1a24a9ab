import { isLogLine, LOG_LINE } from "./envelopes.ts";
import { OTHER_SIGNAL } from "./otlp.ts";
import type { Fields, Refused } from "./point.ts";

interface LookAlike {
  readonly is: (document: Fields) => boolean;
  readonly problem: string;
}

/** Documents with numbers in them that are no measurements of a host, and what their sender should do. */
const LOOK_ALIKES: readonly LookAlike[] = [
  {
    is: ({ hostIdentifier, columns, snapshot, diffResults }) =>
      hostIdentifier !== undefined && (columns ?? snapshot ?? diffResults) !== undefined,
    problem: "osquery's result log: it has rows of tables and no series; send metrics with another agent",
  },
  {
    is: ({ resourceLogs, resourceSpans }) => Array.isArray(resourceLogs) || Array.isArray(resourceSpans),
    ...OTHER_SIGNAL,
  },
  {
    is: ({ event, fields }) => event === "metric" && typeof fields === "object",
    problem: 'Splunk\'s metric format: in Telegraf, set data_format = "json"',
  },
  {
    is: (event) => "detail-type" in event && "detail" in event,
    problem: "an event of EventBridge: send metrics only to this stream",
  },
  {
    is: ({ eventid, clock }) => eventid !== undefined && clock !== undefined,
    problem: "Zabbix's events: set ExportType=history",
  },
  { is: isLogLine, ...LOG_LINE },
];

export function refusedDocument(document: Fields): Refused | undefined {
  return LOOK_ALIKES.find(({ is }) => is(document));
}
