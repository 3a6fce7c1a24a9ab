import type { Service } from "../resources.ts";
import { type Alert, parseAlert } from "./alert-json.ts";
import type { Destination } from "./destination.ts";
import { opsgeniePostings } from "./opsgenie.ts";
import { pagerdutyPostings } from "./pagerduty.ts";
import type { Posting } from "./posting.ts";
import { slackPostings } from "./slack.ts";
import { teamsPostings } from "./teams.ts";

const FORMATS: Readonly<Record<Service, (alert: Alert, to: Destination) => readonly Posting[]>> = {
  slack: slackPostings,
  teams: teamsPostings,
  pagerduty: pagerdutyPostings,
  opsgenie: opsgeniePostings,
};

/** The requests that tell a service the JSON of an alert; none if the service is not meant to get it. */
export function postingsOf(json: string, to: Destination): readonly Posting[] {
  return FORMATS[to.service](parseAlert(json), to);
}
