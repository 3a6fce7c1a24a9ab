import { EXTENT_HOSTS_MAX, type Extent } from "../incident/extent.ts";
import type { FleetIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { explanation, peakText } from "./anomaly-email.ts";
import { answerLines, answerTo } from "./answers.ts";
import { ageOf, reading, shown } from "./current.ts";
import { endOf, HEADLINE_WORD, isAllSilent, isNothing, patternText, tagOf } from "./explanation.ts";
import { comparison, count, value } from "./format.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import { facts, sentences, table } from "./lines.ts";
import { duration } from "./time.ts";
import { SEVERAL, type WebhookFields, type Words, type WordsContext } from "./words.ts";

/** The words for many hosts of a group that are in trouble together. */
export function fleetWords(notice: Notice<FleetIncident>, context: WordsContext): Words {
  const { kind, incident } = notice;
  const tag = tagOf(kind, incident);
  const place = incident.group === SEVERAL ? "whole fleet" : context.name(incident.group);
  const id = context.name(incident.id);
  const [news, short] = [newsOf(notice, context), shortNews(notice, context)];
  const about = kind === "resolved" ? story : explained;
  return {
    subject: [news, ...short].map((form) => `[${tag}] ${place}: ${form} - ${id}`),
    email: [...about(notice, context), "", ...answerLines(notice, context)],
    sms: [
      ...DETAILS.map((detail) =>
        sentences(`${tag} ${place}: ${news}`, ...details(notice, context, detail), `ID ${id}`),
      ),
      ...short.map((form) => sentences(`${tag} ${place}: ${form}`, `ID ${id}`)),
    ],
    webhook: webhookFields(notice, context),
    attributes: incidentAttributes(notice),
  };
}

function newsOf({ kind, incident }: Notice<FleetIncident>, context: WordsContext): string {
  const { now, clock } = context;
  const { opened, extent, patterns: [pattern] = [] } = incident;
  const { affected, total, silent, remaining = 0 } = extent;
  const hosts = `${count(affected)} of ${count(total)} hosts`;
  const abnormal = silent > 0 ? `${hosts} abnormal, ${count(silent)} of them silent` : `${hosts} abnormal`;
  const usual = isAllSilent(incident) ? `${hosts} silent` : abnormal;
  const isSpread = incident.spread && pattern !== undefined && !isAllSilent(incident);
  const trouble = isSpread ? `${patternText(pattern, context)} on ${hosts}, one after the other,` : usual;
  if (kind === "reminder")
    return `not over after ${duration(now - opened)}, nobody has acknowledged it: ${stillNow(extent) ?? trouble.replace(/,$/, "")}`;
  if (kind === "resolved") {
    const still = remaining > 0 ? `, ${count(remaining)} still ${remaining === 1 ? "is" : "are"}` : "";
    return `over after ${duration(endOf(incident) - opened)}, ${hosts} were affected${still}`;
  }
  if (kind === "grown") return `now ${trouble} since ${clock(opened)}`;
  if (isNothing(incident)) return `nothing arrived from any of ${count(total)} hosts since ${clock(opened)}`;
  return `${trouble} since ${clock(opened)}`;
}

/** `12 of 60 hosts still have it`; undefined if they were not counted. */
function stillNow({ remaining, total }: Extent): string | undefined {
  if (remaining === undefined) return undefined;
  return `${count(remaining)} of ${count(total)} hosts still ${remaining === 1 ? "has" : "have"} it`;
}

/** Fullest form first. */
function shortNews({ kind, incident }: Notice<FleetIncident>, { now, clock }: WordsContext): string[] {
  if (kind === "reminder") {
    const [news, still] = [`not over after ${duration(now - incident.opened)}`, stillNow(incident.extent)];
    return still === undefined ? [news] : [`${news}: ${still}`, news];
  }
  if (kind === "resolved") return [`over after ${duration(endOf(incident) - incident.opened)}`];
  return [`${kind === "grown" ? "now " : ""}${count(incident.extent.affected)} hosts since ${clock(incident.opened)}`];
}

/** The e-mail's lines while the trouble lasts. */
function explained({ kind, incident }: Notice<FleetIncident>, context: WordsContext): string[] {
  const { affected, first, remaining } = incident.extent;
  const isReminder = kind === "reminder";
  const reminder = `It is not over after ${duration(context.now - incident.opened)}, and nobody has acknowledged it.`;
  const still = isReminder ? stillNow(incident.extent) : undefined;
  const listed = (isReminder ? remaining : undefined) ?? affected;
  const worst = explanation({ kind, incident }, context);
  return [
    `${HEADLINE_WORD[tagOf(kind, incident)]}: ${trouble(incident, context)} since ${context.moment(incident.opened)}.`,
    ...(isReminder ? [reminder] : []),
    ...(still === undefined ? [] : [`${still}; ${count(affected)} had it.`]),
    ...advice(incident),
    ...(first.length > 0 ? ["", ...hosts(incident, context)] : []),
    ...(listed > first.length && first.length > 0 ? [`  and ${count(listed - first.length)} more`] : []),
    ...(incident.causes.length > 0 ? ["", "The worst of them:", "", ...worst] : []),
  ];
}

function trouble(incident: FleetIncident, context: WordsContext): string {
  const { affected, total, silent } = incident.extent;
  if (isNothing(incident)) return `nothing has arrived from any of ${count(total)} hosts, or nothing is scored,`;
  const hosts = `${count(affected)} of ${count(total)} hosts of ${placeOf(incident, context)}`;
  const [pattern] = incident.patterns ?? [];
  if (incident.spread && pattern !== undefined && !isAllSilent(incident))
    return `${patternText(pattern, context)} on ${hosts}, one after the other,`;
  if (isAllSilent(incident)) return `${hosts} have been silent`;
  return `${hosts} have not been normal${silent > 0 ? `, ${count(silent)} of them silent,` : ""}`;
}

function placeOf({ group }: FleetIncident, { name }: WordsContext): string {
  return group === SEVERAL ? "the whole fleet" : `group ${name(group)}`;
}

function advice(incident: FleetIncident): string[] {
  if (isNothing(incident))
    return [
      "Hosts do not all fail at once: first check the stream, the function that scores, and the rejected records.",
    ];
  return [
    "This is one alert for all of them. Other trouble on these or other hosts gets its own alert.",
    ...(isAllSilent(incident)
      ? ["So many at once have something in common: a network, a rack, a deployment, or what sends their metrics."]
      : []),
  ];
}

function hosts({ extent }: FleetIncident, { name }: WordsContext): string[] {
  const rows = extent.first.slice(0, EXTENT_HOSTS_MAX);
  return table([["host", "incident"], ...rows.map(({ host, id }) => [name(host), name(id)])]);
}

/** The e-mail's lines when the trouble is over. */
function story({ kind, incident }: Notice<FleetIncident>, context: WordsContext): string[] {
  const { affected, total, remaining = 0, first } = incident.extent;
  const lasted = duration(endOf(incident) - incident.opened);
  const they = "Each host that remains has an incident of its own, and a message says when that is over.";
  return [
    `${HEADLINE_WORD[tagOf(kind, incident)]}: the trouble of ${placeOf(incident, context)} is over after ${lasted}.`,
    "",
    ...facts(
      ["Since", context.moment(incident.opened)],
      ["Until", context.moment(endOf(incident))],
      ["Affected", `${count(affected)} of ${count(total)} hosts`],
      ["Remaining", remaining > 0 ? `${count(remaining)} of them` : "none"],
      ["Peak", incident.causes.length > 0 ? peakText(incident.peak, context) : undefined],
    ),
    ...(remaining > 0 && first.length > 0 ? ["", ...hosts(incident, context), "", they] : []),
  ];
}

interface Detail {
  readonly hosts: number;
  readonly ranges: boolean;
  readonly worst: boolean;
  readonly note: boolean;
}

/** The order in which details are dropped when the text is too long. Group, severity, numbers and id never are. */
const DETAILS: readonly Detail[] = [
  { hosts: 3, ranges: true, worst: true, note: true },
  { hosts: 3, ranges: true, worst: true, note: false },
  { hosts: 3, ranges: false, worst: true, note: false },
  { hosts: 1, ranges: false, worst: true, note: false },
  { hosts: 0, ranges: false, worst: false, note: false },
];

function details(
  { kind, incident }: Notice<FleetIncident>,
  context: WordsContext,
  { hosts, ranges, worst, note }: Detail,
): (string | false)[] {
  const named = incident.extent.first.slice(0, hosts).map(({ host }) => context.name(host));
  const reason = worst && kind !== "resolved" ? worstOf({ kind, incident }, context, ranges) : undefined;
  return [
    reason !== undefined && `Worst: ${reason}`,
    reason === undefined
      ? named.length > 0 && `${kind === "resolved" ? "Those:" : "First"} ${named.join(" ")}`
      : named.length > 1 && `Others ${named.slice(1).join(" ")}`,
    note && kind === "opened" && (isNothing(incident) ? "Or nothing is scored" : "One alert for all"),
  ];
}

function worstOf(notice: Notice<FleetIncident>, context: WordsContext, ranges: boolean) {
  const { redact, name } = context;
  const [first] = shown(notice);
  if (!first) return undefined;
  const [host] = notice.incident.extent.first;
  const metric = `${host ? `${name(host.host)} ` : ""}${name(first.metric)}`;
  if (redact) return metric;
  const now = `${metric} ${value(first.metric, first.now, first.unit)}${ageOf(first, context)}`;
  return ranges ? `${now} (${comparison(first, "norm")})` : now;
}

function webhookFields(notice: Notice<FleetIncident>, context: WordsContext): WebhookFields {
  const { redact, name } = context;
  const { group, extent } = notice.incident;
  const [worst] = shown(notice);
  return {
    type: "incident",
    fields: incidentFields(notice, context),
    source: group === SEVERAL ? undefined : name(group),
    component: worst && name(worst.metric),
    class: "fleet",
    custom_details: {
      why: [
        newsOf(notice, context),
        ...(worst ? [`worst: ${redact ? name(worst.metric) : reading(worst, context)}`] : []),
      ],
      first: extent.first.slice(0, EXTENT_HOSTS_MAX).map(({ host }) => name(host)),
      answer: answerTo(notice, context),
    },
  };
}
