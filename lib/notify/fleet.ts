import { EXTENT_HOSTS_MAX } from "../incident/extent.ts";
import type { FleetIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { answerTo } from "./answers.ts";
import { endOf, reading, tagOf } from "./explanation.ts";
import { isAllSilent, isNothing } from "./extent.ts";
import { fleetEmail } from "./fleet-email.ts";
import { count, range, value } from "./format.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import type { RenderContext } from "./render.ts";
import { sentences } from "./sms.ts";
import { clock, duration } from "./time.ts";
import { SEVERAL, type WebhookFields, type Words, type WriteName } from "./words.ts";

/** What is said of many hosts of a group that are in trouble together. */
export function fleetWords(notice: Notice<FleetIncident>, context: RenderContext): Words {
  const { kind, incident } = notice;
  const tag = tagOf(kind, incident);
  return {
    subject: (name) =>
      [newsOf(notice, context), shortNews(notice, context)].map(
        (news) => `[${tag}] ${placeOf(incident, name)}: ${news} - ${name(incident.id)}`,
      ),
    email: (name) => fleetEmail(notice, context, name),
    sms: (name) => [
      ...DETAILS.map((detail) => text(notice, context, detail, name)),
      sentences(`${tag} ${placeOf(incident, name)}: ${shortNews(notice, context)}`, `ID ${name(incident.id)}`),
    ],
    webhook: (name) => webhookFields(notice, context, name),
    attributes: incidentAttributes(notice),
  };
}

/** `41 of 60 hosts abnormal`. */
function trouble(incident: FleetIncident): string {
  const { affected, total, silent } = incident.extent;
  const hosts = `${count(affected)} of ${count(total)} hosts`;
  if (isAllSilent(incident)) return `${hosts} silent`;
  return silent > 0 ? `${hosts} abnormal, ${count(silent)} of them silent` : `${hosts} abnormal`;
}

function placeOf({ group }: FleetIncident, name: WriteName): string {
  return group === SEVERAL ? "whole fleet" : name(group);
}

function newsOf({ kind, incident }: Notice<FleetIncident>, { now }: RenderContext): string {
  const { affected, total, remaining = 0 } = incident.extent;
  const { opened } = incident;
  if (kind === "reminder") {
    return `not over after ${duration(now - opened)}, nobody has acknowledged it: ${trouble(incident)}`;
  }
  if (kind === "resolved") {
    const still = remaining > 0 ? `, ${count(remaining)} still ${remaining === 1 ? "is" : "are"}` : "";
    return `over after ${duration(endOf(incident) - opened)}, ${count(affected)} of ${count(total)} hosts were affected${still}`;
  }
  if (isNothing(incident)) return `nothing arrived from any of ${count(total)} hosts since ${clock(opened)}`;
  return `${trouble(incident)} since ${clock(opened)}`;
}

function shortNews({ kind, incident }: Notice<FleetIncident>, { now }: RenderContext): string {
  if (kind === "reminder") return `not over after ${duration(now - incident.opened)}`;
  if (kind === "resolved") return `over after ${duration(endOf(incident) - incident.opened)}`;
  return `${count(incident.extent.affected)} hosts since ${clock(incident.opened)}`;
}

interface Detail {
  readonly hosts: number;
  readonly ranges: boolean;
  readonly worst: boolean;
  readonly note: boolean;
}

/** What goes first when the text is too long. Group, severity, numbers and id never do. */
const DETAILS: readonly Detail[] = [
  { hosts: 3, ranges: true, worst: true, note: true },
  { hosts: 3, ranges: true, worst: true, note: false },
  { hosts: 3, ranges: false, worst: true, note: false },
  { hosts: 1, ranges: false, worst: true, note: false },
  { hosts: 0, ranges: false, worst: false, note: false },
];

function text(
  notice: Notice<FleetIncident>,
  context: RenderContext,
  { hosts, ranges, worst, note }: Detail,
  name: WriteName,
): string {
  const { kind, incident } = notice;
  const first = incident.extent.first.slice(0, hosts);
  const reason = worst && kind !== "resolved" ? worstOf(incident, context, ranges, name) : undefined;
  return sentences(
    `${tagOf(kind, incident)} ${placeOf(incident, name)}: ${newsOf(notice, context)}`,
    reason !== undefined && `Worst: ${reason}`,
    first.length > 0 && `${kind === "resolved" ? "Those:" : "First"} ${first.map(({ host }) => name(host)).join(" ")}`,
    note && kind === "opened" && noteOf(incident),
    `ID ${name(incident.id)}`,
  );
}

function noteOf(incident: FleetIncident): string {
  return isNothing(incident) ? "Or nothing is scored" : "One alert for all";
}

function worstOf({ causes: [first] }: FleetIncident, { redact }: RenderContext, ranges: boolean, name: WriteName) {
  if (!first || redact) return first && name(first.metric);
  const now = `${name(first.metric)} ${value(first.metric, first.now)}`;
  return ranges ? `${now} (norm ${range(first)})` : now;
}

function webhookFields(notice: Notice<FleetIncident>, context: RenderContext, name: WriteName): WebhookFields {
  const { incident } = notice;
  const [first] = incident.causes;
  const worst = first && (context.redact ? name(first.metric) : reading(first, name));
  return {
    type: "incident",
    fields: incidentFields(notice, context, name),
    ...(incident.group === SEVERAL ? {} : { source: name(incident.group) }),
    ...(first ? { component: name(first.metric) } : {}),
    class: "fleet",
    custom_details: {
      why: [newsOf(notice, context), ...(worst === undefined ? [] : [`worst: ${worst}`])],
      first: incident.extent.first.slice(0, EXTENT_HOSTS_MAX).map(({ host }) => name(host)),
      answer: answerTo(notice, name),
    },
  };
}
