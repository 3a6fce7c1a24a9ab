import { type Notice, severityOf } from "../watch/incident.ts";
import { baselineText, endOf, silenceNews, type WriteName } from "./explanation.ts";
import { decimal } from "./format.ts";
import { moment } from "./time.ts";

/** The e-mail's lines about a host that fell silent, or that is silent no more. */
export function silenceLines(notice: Notice, name: WriteName): string[] {
  const { kind, incident } = notice;
  const { host, group, id, peak } = incident;
  const word = kind === "resolved" ? "RESOLVED" : severityOf(incident).toUpperCase();
  const verb = kind === "resolved" ? "" : "is ";
  const headline = `${word}: ${name(host)} (group ${name(group)}) ${verb}${silenceNews(notice)}.`;
  const details = `Incident ${name(id)}. All of it: fleetwarden explain ${name(id)}`;
  if (kind === "resolved") {
    return [headline, "", `Last seen   ${moment(peak.time)}`, `Until       ${moment(endOf(incident))}`, "", details];
  }
  return [
    headline,
    "",
    ...lastSample(notice, name),
    "",
    details,
    "Is it gone for good? Then nobody needs to hear of it any more:",
    `  fleetwarden hosts retire ${name(host)}`,
  ];
}

function lastSample({ incident: { peak, epsilon, baseline } }: Notice, name: WriteName): string[] {
  const at = `Its last sample is of ${moment(peak.time)}`;
  if (baseline.version === 0) return [`${at}; it was still learning.`];
  const judged = `${at} and had score ${decimal(peak.score)}, limit (epsilon) ${decimal(epsilon)}.`;
  return [judged, `Compared with ${baselineText(baseline, name)}.`];
}
