import type { SilentIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { hasReturned } from "../incident/record.ts";
import { answerLines, answerTo } from "./answers.ts";
import { facts } from "./email.ts";
import { baselineText, endOf, headlineWord, tagOf } from "./explanation.ts";
import { decimal } from "./format.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import type { RenderContext } from "./render.ts";
import { sentences } from "./sms.ts";
import { clock, duration, moment } from "./time.ts";
import type { Words, WriteName } from "./words.ts";

/** What is said of a host that fell silent, or that is silent no more. */
export function silentWords(notice: Notice<SilentIncident>, context: RenderContext): Words {
  const { kind, incident } = notice;
  const { host, group, id } = incident;
  const tag = tagOf(kind, incident);
  const news = newsOf(notice, context);
  return {
    subject: (name) => [
      `[${tag}] ${name(host)} (${name(group)}): ${news} - ${name(id)}`,
      `[${tag}] ${name(host)}: ${news} - ${name(id)}`,
    ],
    email: (name) => email(notice, context, name),
    sms: (name) => [
      sentences(
        `${tag} ${name(host)} (${name(group)}) ${news}`,
        kind === "reminder" && `Last seen ${clock(incident.lastSample.time)}`,
        `ID ${name(id)}`,
      ),
    ],
    webhook: (name) => ({
      type: "incident",
      fields: incidentFields(notice, context, name),
      source: name(host),
      class: "silence",
      custom_details: {
        why: [news],
        answer: kind === "opened" ? `fleetwarden hosts retire ${name(host)}` : answerTo(notice, name),
      },
    }),
    attributes: incidentAttributes(notice),
  };
}

/** `silent for 4 min, last seen 14:03Z`, or when it is over `sends again after 19 min`. */
function newsOf({ kind, incident }: Notice<SilentIncident>, { now }: RenderContext): string {
  const { lastSample, noticed } = incident;
  if (kind === "reminder") return `still silent after ${duration(now - lastSample.time)}, nobody has acknowledged it`;
  if (kind !== "resolved")
    return `silent for ${duration(noticed - lastSample.time)}, last seen ${clock(lastSample.time)}`;
  const lasted = duration(endOf(incident) - lastSample.time);
  return hasReturned(incident) ? `sends again after ${lasted}` : `retired after ${lasted} of silence`;
}

function email(notice: Notice<SilentIncident>, context: RenderContext, name: WriteName): string[] {
  const { kind, incident } = notice;
  const { host, group, lastSample } = incident;
  const verb = kind === "resolved" ? "" : "is ";
  const headline = `${headlineWord(kind, incident)}: ${name(host)} (group ${name(group)}) ${verb}${newsOf(notice, context)}.`;
  if (kind === "resolved") {
    const times = facts(["Last seen", moment(lastSample.time)], ["Until", moment(endOf(incident))]);
    return [headline, "", ...times, "", ...answerLines(notice, context, name)];
  }
  return [
    headline,
    "",
    ...aboutLastSample(notice, context, name),
    "",
    ...answerLines(notice, context, name),
    "Is it gone for good? Then nobody needs to hear of it any more:",
    `  fleetwarden hosts retire ${name(host)}`,
  ];
}

function aboutLastSample(
  { incident }: Notice<SilentIncident>,
  { redact = false, labels }: RenderContext,
  name: WriteName,
): string[] {
  const { time, judgement } = incident.lastSample;
  const at = `Its last sample is of ${moment(time)}`;
  if (!judgement) return [`${at}; it was still learning.`];
  if (redact) return [`${at}.`];
  const judged = `score ${decimal(judgement.score)}, limit (epsilon) ${decimal(judgement.epsilon)}`;
  return [`${at} and had ${judged}.`, `Compared with ${baselineText(judgement.baseline, labels, name)}.`];
}
