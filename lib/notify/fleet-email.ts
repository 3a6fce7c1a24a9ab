import { EXTENT_HOSTS_MAX } from "../incident/extent.ts";
import type { FleetIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { explanation, peakText } from "./anomaly-email.ts";
import { answerLines } from "./answers.ts";
import { facts, table } from "./email.ts";
import { endOf, headlineWord } from "./explanation.ts";
import { isAllSilent, isNothing } from "./extent.ts";
import { count } from "./format.ts";
import type { RenderContext } from "./render.ts";
import { duration, moment } from "./time.ts";
import { SEVERAL, type WriteName } from "./words.ts";

/** The e-mail about many hosts in trouble together, or about the end of that. */
export function fleetEmail(notice: Notice<FleetIncident>, context: RenderContext, name: WriteName): string[] {
  const write = notice.kind === "resolved" ? over : open;
  return [...write(notice, context, name), "", ...answerLines(notice, context, name)];
}

function open({ kind, incident }: Notice<FleetIncident>, context: RenderContext, name: WriteName): string[] {
  const { affected, first } = incident.extent;
  const reminder = `It is not over after ${duration(context.now - incident.opened)}, and nobody has acknowledged it.`;
  const worst = explanation(incident, context, name);
  return [
    `${headlineWord(kind, incident)}: ${trouble(incident, name)} since ${moment(incident.opened)}.`,
    ...(kind === "reminder" ? [reminder] : []),
    ...advice(incident),
    ...(first.length > 0 ? ["", ...hosts(incident, name)] : []),
    ...(affected > first.length && first.length > 0 ? [`  and ${count(affected - first.length)} more`] : []),
    ...(incident.causes.length > 0 ? ["", "The worst of them:", "", ...worst] : []),
  ];
}

function trouble(incident: FleetIncident, name: WriteName): string {
  const { affected, total, silent } = incident.extent;
  if (isNothing(incident)) return `nothing has arrived from any of ${count(total)} hosts, or nothing is scored,`;
  const hosts = `${count(affected)} of ${count(total)} hosts of ${placeOf(incident, name)}`;
  if (isAllSilent(incident)) return `${hosts} have been silent`;
  return `${hosts} have not been normal${silent > 0 ? `, ${count(silent)} of them silent,` : ""}`;
}

function placeOf({ group }: FleetIncident, name: WriteName): string {
  return group === SEVERAL ? "the whole fleet" : `group ${name(group)}`;
}

function advice(incident: FleetIncident): string[] {
  if (isNothing(incident))
    return ["Hosts do not all fail at once: look at the stream, and at the function that scores, first."];
  const lines = ["This is one alert for all of them: their own incidents are part of it and not told one by one."];
  return isAllSilent(incident)
    ? [...lines, "So many at once have something in common: a network, a rack, a deployment."]
    : lines;
}

function hosts(incident: FleetIncident, name: WriteName): string[] {
  const rows = incident.extent.first.slice(0, EXTENT_HOSTS_MAX);
  return table([["host", "incident"], ...rows.map(({ host, id }) => [name(host), name(id)])]);
}

function over({ kind, incident }: Notice<FleetIncident>, { redact = false }: RenderContext, name: WriteName): string[] {
  const { affected, total, remaining = 0, first } = incident.extent;
  const lasted = duration(endOf(incident) - incident.opened);
  const they = "Each that remains has an incident of its own, which tells when it is over.";
  return [
    `${headlineWord(kind, incident)}: the trouble of ${placeOf(incident, name)} is over after ${lasted}.`,
    "",
    ...facts(
      ["Since", moment(incident.opened)],
      ["Until", moment(endOf(incident))],
      ["Affected", `${count(affected)} of ${count(total)} hosts`],
      ["Remaining", remaining > 0 ? `${count(remaining)} of them` : "none"],
      ["Peak", incident.causes.length > 0 ? peakText(incident.peak, redact) : undefined],
    ),
    ...(remaining > 0 && first.length > 0 ? ["", ...hosts(incident, name), "", they] : []),
  ];
}
