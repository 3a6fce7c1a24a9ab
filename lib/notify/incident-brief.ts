import { causesOf, type Incident, rulesOf } from "../incident/incident.ts";
import { causeInBrief, count } from "./format.ts";
import { moment } from "./time.ts";
import { SEVERAL } from "./words.ts";

/** `web-07`, `group db: 50 of 60 hosts` or `all groups: 50 of 200 hosts`. */
export function whoInBrief(incident: Incident): string {
  if (incident.kind !== "fleet") return incident.host;
  const { affected, total } = incident.extent;
  const place = incident.group === SEVERAL ? "all groups" : `group ${incident.group}`;
  return `${place}: ${count(affected)} of ${count(total)} hosts`;
}

/** Its silence, its rules, or else its first cause with the usual range. */
export function whyInBrief(incident: Incident): string {
  if (incident.kind === "silent") return `silent, last seen ${moment(incident.lastSample.time)}`;
  const rules = rulesOf(incident).map(({ rule }) => rule);
  const [first] = causesOf(incident);
  if (rules.length > 0) return rules.join("; ");
  if (first) return causeInBrief(first);
  return incident.kind === "fleet" && incident.extent.silent > 0
    ? `${count(incident.extent.silent)} silent`
    : "anomalies";
}
