import type { Service } from "../resources.ts";
import { UserError } from "../user-error.ts";
import { webAddress } from "../web-address.ts";

/** Where alerts are posted. The address of a webhook is a secret, and so is a key. */
export interface Destination {
  readonly service: Service;
  readonly url: URL;
  /** For PagerDuty and Opsgenie; "" for webhooks, whose address is enough. */
  readonly key: string;
}

/** The names of the services, as they write them. */
export const TITLES: Readonly<Record<Service, string>> = {
  slack: "Slack",
  teams: "Microsoft Teams",
  pagerduty: "PagerDuty",
  opsgenie: "Opsgenie",
};

/** Letters, digits, `-` and `_`: 32 characters in PagerDuty, 36 in Opsgenie. */
const KEY = /^[\w-]{20,100}$/;

/** The hosts for a key alone, and those in Europe. */
const HOSTS = {
  pagerduty: ["https://events.pagerduty.com", "events.eu.pagerduty.com"],
  opsgenie: ["https://api.opsgenie.com", "api.eu.opsgenie.com"],
} as const;

/**
 * Reads what people give: the address of a webhook, or a key (`KEY`, or `https://KEY@host` for another host). Throws a
 * UserError that begins with `where` and does not contain the secret.
 */
export function parseDestination(service: Service, text: string, where: string): Destination {
  const given = text.trim();
  return service === "slack" || service === "teams" ? webhook(service, given, where) : keyed(service, given, where);
}

function webhook(service: "slack" | "teams", given: string, where: string): Destination {
  const url = webAddress(given);
  if (typeof url !== "string" && url.username === "") return { service, url, key: "" };
  const problem = typeof url === "string" ? url : "this address has a user";
  throw new UserError(`${where}: ${problem}. Use the https address of a webhook, which ${TITLES[service]} gives you.`);
}

function keyed(service: "pagerduty" | "opsgenie", given: string, where: string): Destination {
  const [host, europe] = HOSTS[service];
  const url = KEY.test(given) ? new URL(host) : webAddress(given);
  const key = typeof url === "string" ? "" : url.username || given;
  if (typeof url === "string" || !KEY.test(key)) {
    throw new UserError(
      `${where}: this is no key of ${TITLES[service]}. Use the integration's key; in Europe https://KEY@${europe}.`,
    );
  }
  return { service, url: new URL(url.origin), key };
}
