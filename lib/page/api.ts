import { precedingOf } from "../alert/preceding.ts";
import { jsonReply, type Reply, type Request, RequestError } from "../http.ts";
import { parseJson } from "../json.ts";
import { beganWords } from "../notify/preceding-words.ts";
import type { Stores } from "../store/stores.ts";
import { type Clock, DAY_MS } from "../time.ts";
import { NO_POLICY, type PolicyOf } from "../watch/policy.ts";
import { ACTIONS, incidentAt } from "./actions.ts";
import type { Wanted } from "./chart-window.ts";
import { hostView } from "./host-view.ts";
import { incidentView, similarTo } from "./incident-view.ts";
import { labelsView } from "./labels-view.ts";
import { FEED_DAYS } from "./picture.ts";
import { errorReply } from "./replies.ts";
import { scoreSeries } from "./score-series.ts";
import { silencesView } from "./silences-view.ts";
import { createThresholds, type Scope } from "./threshold-view.ts";

export interface ApiOptions {
  readonly stores: Stores;
  /** People's policies for each host, read at each call; absent: there are none. */
  readonly policyOf?: PolicyOf;
  readonly clock: Clock;
  /** The person who uses the page. */
  readonly by: string;
}

type Read = (parameters: URLSearchParams, now: number) => Promise<unknown>;

const FEED_MAX = 100;

/**
 * Answers everything below /api except the events; undefined for an unknown path. Calls `onChange` after each change.
 */
export function createApi({ stores, policyOf = () => NO_POLICY, clock, by }: ApiOptions, onChange: () => void) {
  const thresholds = createThresholds(stores, policyOf);
  const reads = new Map<string, Read>([
    ["/api/incidents", (parameters, now) => olderIncidents(stores, parameters, now)],
    ["/api/incident", (parameters) => oneIncident(stores, parameters)],
    ["/api/host", (parameters, now) => hostView(stores, needed(parameters, "host"), wantedOf(parameters), now)],
    [
      "/api/scores",
      (parameters, now) => scoreSeries(stores, policyOf, needed(parameters, "host"), wantedOf(parameters), now),
    ],
    ["/api/threshold", (parameters, now) => thresholds.view(scopeOf(parameters), now)],
    ["/api/histogram", (parameters, now) => thresholds.histogram(needed(parameters, "host"), now)],
    [
      "/api/what-if",
      (parameters, now) => thresholds.whatIf(scopeOf(parameters), numberIn(parameters, "epsilon", Number.NaN), now),
    ],
    ["/api/labels", (_, now) => labelsView(stores, now)],
    ["/api/silences", (_, now) => silencesView(stores, now)],
  ]);

  return async ({ method, url, body }: Request): Promise<Reply | undefined> => {
    try {
      const [read, act] = [reads.get(url.pathname), ACTIONS.get(url.pathname)];
      if (!read && !act) return undefined;
      if (read && method !== "POST") return jsonReply(200, await read(url.searchParams, clock()));
      if (!act || method !== "POST") return errorReply(405, `${url.pathname} does not take ${method}`);
      const done = await act(stores, documentOf(body), { by, now: clock() });
      thresholds.forget();
      onChange();
      return jsonReply(200, done);
    } catch (error) {
      if (error instanceof RequestError) return errorReply(error.status, error.message);
      throw error;
    }
  };
}

async function olderIncidents({ incidents }: Stores, parameters: URLSearchParams, now: number) {
  const before = numberIn(parameters, "before", now + DAY_MS);
  const found = await incidents.feed(Math.min(before, now) - FEED_DAYS * DAY_MS, before, FEED_MAX);
  return { incidents: found.filter(({ opened }) => opened < before).map(incidentView) };
}

async function oneIncident(stores: Stores, parameters: URLSearchParams) {
  const incident = await incidentAt(stores, needed(parameters, "host"), numberIn(parameters, "opened", Number.NaN));
  const [similar, preceding] = await Promise.all([
    similarTo(stores.incidents, incident),
    precedingOf(stores.alerting, { kind: "opened", incident }),
  ]);
  const began = preceding.length > 0 ? beganWords({ preceding, name: (text) => text }) : undefined;
  return { incident: incidentView(incident), began, similar };
}

function wantedOf(parameters: URLSearchParams): Wanted {
  if (!parameters.has("from") && !parameters.has("to")) return { window: parameters.get("window") ?? "1h" };
  return { from: numberIn(parameters, "from", Number.NaN), to: numberIn(parameters, "to", Number.NaN) };
}

function scopeOf(parameters: URLSearchParams): Scope {
  const [host, group] = [parameters.get("host"), parameters.get("group")];
  if (host && group) throw new RequestError(400, "host and group exclude each other: name one of them");
  return { ...(host ? { host } : {}), ...(group ? { group } : {}) };
}

function needed(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (!value) throw new RequestError(400, `The parameter ${name} is missing`);
  return value;
}

function numberIn(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name);
  const number = text === null || text === "" ? fallback : Number(text);
  if (!Number.isFinite(number)) throw new RequestError(400, `The parameter ${name} must be a number`);
  return number;
}

function documentOf(body: Buffer): unknown {
  const document = parseJson(body.toString("utf8"));
  if (document === undefined) throw new RequestError(400, "The body is no JSON");
  return document;
}
