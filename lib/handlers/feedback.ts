import { feedbackLink, handleFeedback } from "../feedback/handle.ts";
import { secretKeys } from "../feedback/keys.ts";
import type { Incident } from "../incident/incident.ts";
import { ENVIRONMENT } from "../resources.ts";
import { cached } from "../secret.ts";
import type { Stores } from "../store/stores.ts";
import type { UrlEvent, UrlResponse } from "./contract.ts";
import type { HandlerOptions } from "./options.ts";

/** The links in alerts, and the page behind them. Without a key in the environment there are neither. */
export function createFeedback({ env, clock, log, command }: HandlerOptions, stores: Stores) {
  const { [ENVIRONMENT.feedbackKey]: arn, [ENVIRONMENT.feedbackUrl]: site } = env;
  const keys = arn ? cached(secretKeys(env, arn), clock) : noKeys;
  const ports = { ...stores, keys, clock, ...(command ? { command } : {}) };
  return {
    async feedback(event: UrlEvent): Promise<UrlResponse> {
      const { status: statusCode, headers, body } = await handleFeedback(ports, requestOf(event));
      return { statusCode, headers, body };
    },
    async linkOf(incident: Incident): Promise<string | undefined> {
      if (!arn || !site || incident.label) return undefined;
      try {
        return await feedbackLink(site, incident, ports);
      } catch (error) {
        // The alert matters more than its link.
        log(`link of incident ${incident.id}, left out of its alert`, error);
        return undefined;
      }
    },
  };
}

async function noKeys(): Promise<never> {
  throw new Error(`${ENVIRONMENT.feedbackKey} is not set: it names the secret that signs links`);
}

function requestOf({ rawPath, body = "", isBase64Encoded, requestContext }: UrlEvent) {
  const { method } = requestContext.http;
  return { method, path: rawPath, body: isBase64Encoded ? Buffer.from(body, "base64").toString() : body };
}
