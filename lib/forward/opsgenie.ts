import { type Alert, pageSeverityOf } from "./alert-json.ts";
import type { Destination } from "./destination.ts";
import { type Page, pagesOf } from "./pages.ts";
import { fitted, type Posting } from "./posting.ts";

/** https://docs.opsgenie.com/docs/alert-api */
const MESSAGE_MAX = 130;
const ALIAS_MAX = 512;
const DESCRIPTION_MAX = 15_000;
const ENTITY_MAX = 512;
const SOURCE_MAX = 100;
/** All keys and values together have at most 8,000 characters. */
const DETAIL_MAX = 1_300;

const PRIORITIES = { critical: "P1", warning: "P3", info: "P5" } as const;

/** Requests of the Alert API. */
export function opsgeniePostings(alert: Alert, { url, key }: Destination): readonly Posting[] {
  const headers = { authorization: `GenieKey ${key}` };
  return pagesOf(alert)
    .flatMap((page) => requests(alert, page))
    .map(({ method, path, body }) => ({ method, url: new URL(path, url), headers, body }));
}

interface Request {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: object;
}

function requests(alert: Alert, { key, action }: Page): readonly Request[] {
  const alias = fitted(key, ALIAS_MAX);
  const source = fitted(`Fleetwarden, stack ${alert.custom_details.stack}`, SOURCE_MAX);
  const at = (what: string) => `/v2/alerts/${encodeURIComponent(alias)}/${what}?identifierType=alias`;
  if (action === "close")
    return [{ method: "POST", path: at("close"), body: { source, note: fitted(alert.summary, DESCRIPTION_MAX) } }];
  const priority = PRIORITIES[pageSeverityOf(alert)];
  const created: Request = {
    method: "POST",
    path: "/v2/alerts",
    body: { ...alertBody(alert), alias, source, priority },
  };
  // A second request for an open alert only counts, and does not change its priority.
  return action === "open" ? [created] : [created, { method: "PUT", path: at("priority"), body: { priority } }];
}

function alertBody({ summary, source, kind, group, links, custom_details }: Alert) {
  const { why, normal_if = "", certainty = "", baseline = "", answer = "" } = custom_details;
  const given = { kind, group, certainty, baseline, answer, feedback: links?.feedback };
  const details = Object.entries(given).flatMap(([name, text]) => (text ? [[name, fitted(text, DETAIL_MAX)]] : []));
  return {
    message: fitted(summary, MESSAGE_MAX),
    description: fitted([...why, ...(normal_if ? [normal_if] : [])].join("\n"), DESCRIPTION_MAX),
    entity: fitted(source, ENTITY_MAX),
    details: Object.fromEntries(details),
  };
}
