import type { SilentIncident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { hasReturned } from "../incident/record.ts";
import { answerLines, answerTo } from "./answers.ts";
import { baselineText, endOf, HEADLINE_WORD, hostSubjects, tagOf } from "./explanation.ts";
import { decimal } from "./format.ts";
import { incidentAttributes, incidentFields } from "./incident-fields.ts";
import { facts, sentences } from "./lines.ts";
import { duration } from "./time.ts";
import type { Words, WordsContext } from "./words.ts";

/** The words for a host that fell silent, or whose silence has ended. */
export function silentWords(notice: Notice<SilentIncident>, context: WordsContext): Words {
  const { name } = context;
  const { kind, incident } = notice;
  const { host, group, id } = incident;
  const news = newsOf(notice, context);
  return {
    subject: hostSubjects(notice, news, name),
    email: email(notice, context),
    sms: [
      sentences(
        `${tagOf(kind, incident)} ${name(host)} (${name(group)}) ${news}`,
        kind === "reminder" && `Last seen ${context.clock(incident.lastSample.time)}`,
        `ID ${name(id)}`,
      ),
    ],
    webhook: {
      type: "incident",
      fields: incidentFields(notice, context),
      source: name(host),
      class: "silence",
      custom_details: {
        why: [news],
        answer: kind === "opened" ? `fleetwarden hosts retire ${name(host)}` : answerTo(notice, name),
      },
    },
    attributes: incidentAttributes(notice),
  };
}

/** `silent for 4 min, last seen 14:03Z`, or when it is over `sends again after 19 min`. */
function newsOf({ kind, incident }: Notice<SilentIncident>, { now, clock }: WordsContext): string {
  const { lastSample, noticed, unread } = incident;
  if (kind === "reminder") return `still silent after ${duration(now - lastSample.time)}, nobody has acknowledged it`;
  if (kind !== "resolved" && unread) return `sends records that cannot be read, since ${clock(unread.since)}`;
  if (kind !== "resolved")
    return `silent for ${duration(noticed - lastSample.time)}, last seen ${clock(lastSample.time)}`;
  const lasted = duration(endOf(incident) - lastSample.time);
  return hasReturned(incident) ? `sends again after ${lasted}` : `retired after ${lasted} of silence`;
}

function email(notice: Notice<SilentIncident>, context: WordsContext): string[] {
  const { name } = context;
  const { kind, incident } = notice;
  const { host, group, lastSample, unread } = incident;
  const isOver = kind === "resolved";
  const who = `${HEADLINE_WORD[tagOf(kind, incident)]}: ${name(host)} (group ${name(group)})`;
  const retire = [
    "Is it gone for good? Then nobody needs to hear of it any more:",
    `  fleetwarden hosts retire ${name(host)}`,
  ];
  return [
    `${who} ${isOver || unread ? "" : "is "}${newsOf(notice, context)}.`,
    ...(unread && !isOver && !context.redact ? [`The first of them: ${name(unread.reason)}.`] : []),
    "",
    ...(isOver
      ? facts(["Last seen", context.moment(lastSample.time)], ["Until", context.moment(endOf(incident))])
      : aboutLastSample(incident, context)),
    "",
    ...answerLines(notice, context),
    ...(isOver ? [] : retire),
  ];
}

function aboutLastSample({ lastSample: { time, judgement } }: SilentIncident, context: WordsContext): string[] {
  const at = `Its last sample is of ${context.moment(time)}`;
  if (!judgement) return [`${at}; it was still learning.`];
  if (context.redact) return [`${at}.`];
  const judged = `score ${decimal(judgement.score)}, limit (epsilon) ${decimal(judgement.epsilon)}`;
  return [`${at} and had ${judged}.`, `Compared with ${baselineText(judgement.baseline, context)}.`];
}
