import { quoted } from "../command-line.ts";
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
  const { name, call } = context;
  const { kind, incident } = notice;
  const { host, group, id } = incident;
  const news = newsOf(notice, context);
  const reason = reasonOf(notice, context);
  const forms = reason === undefined ? news : [`${news[0]}: ${reason}`, ...news];
  return {
    subject: forms.flatMap((form) => hostSubjects(notice, form, name)),
    email: email(notice, context),
    sms: forms.map((form) =>
      sentences(
        `${tagOf(kind, incident)} ${name(host)} (${name(group)}) ${form}`,
        kind === "reminder" && `Last seen ${context.clock(incident.lastSample.time)}`,
        `ID ${name(id)}`,
      ),
    ),
    webhook: {
      type: "incident",
      fields: incidentFields(notice, context),
      source: name(host),
      class: "silence",
      custom_details: {
        why: forms.slice(0, 1),
        answer:
          kind === "opened" && reason === undefined
            ? call(`hosts retire ${quoted(name(host))}`)
            : answerTo(notice, context),
      },
    },
    attributes: incidentAttributes(notice),
  };
}

/** `silent for 4 min, last seen 14:03Z`, or when it is over `sends again after 19 min`. The last one is shortest. */
function newsOf(notice: Notice<SilentIncident>, { now, clock, moment }: WordsContext): readonly [string, ...string[]] {
  const { kind, incident } = notice;
  const { lastSample, noticed, unread, backBy } = incident;
  const still = unread ? "sends nothing usable" : "silent";
  const unanswered = `still ${still} after ${duration(now - lastSample.time)}, nobody has acknowledged it`;
  if (kind === "reminder") return [unanswered];
  const lasted = duration(endOf(incident) - lastSample.time);
  if (kind === "resolved")
    return [hasReturned(incident) ? `sends again after ${lasted}` : `retired after ${lasted} of silence`];
  if (unread) return [`sends nothing usable since ${clock(unread.since)}`];
  if (backBy === undefined)
    return [`silent for ${duration(noticed - lastSample.time)}, last seen ${clock(lastSample.time)}`];
  const by = clock(backBy);
  return [`did not come back: usually on by ${by}, last seen ${moment(lastSample.time)}`, `not back by ${by}`];
}

/** Why no record of the host can be used. */
function reasonOf({ kind, incident }: Notice<SilentIncident>, { redact, name }: WordsContext): string | undefined {
  return incident.unread && kind !== "resolved" && !redact ? name(incident.unread.reason) : undefined;
}

function email(notice: Notice<SilentIncident>, context: WordsContext): string[] {
  const { name, call } = context;
  const { kind, incident } = notice;
  const { host, group, lastSample, unread, backBy } = incident;
  const isOver = kind === "resolved";
  const who = `${HEADLINE_WORD[tagOf(kind, incident)]}: ${name(host)} (group ${name(group)})`;
  const retire = [
    "Is it gone for good? Retire it, and nobody is notified of it any more:",
    `  ${call(`hosts retire ${quoted(name(host))}`)}`,
  ];
  const reason = reasonOf(notice, context);
  const sender = "First check the program that sends for this host. Nobody can see whether the host itself is well.";
  const first = "Is the host up? If it is, check the program that sends its metrics, and its connection to the stream.";
  const isLate = backBy !== undefined && !unread;
  const verb = isOver || ((unread || isLate) && kind === "opened") ? "" : kind === "opened" ? "has been " : "is ";
  return [
    `${who} ${verb}${newsOf(notice, context)[0]}.`,
    ...(unread && !isOver ? ["Its records arrive, but none of them can be used."] : []),
    ...(isLate && !isOver ? ["It stopped at a time when it is usually off."] : []),
    ...(reason === undefined ? [] : [`The first of them: ${reason}.`]),
    ...(isOver ? [] : [unread ? sender : first]),
    "",
    ...(isOver
      ? facts(["Last seen", context.moment(lastSample.time)], ["Until", context.moment(endOf(incident))])
      : aboutLastSample(incident, context)),
    "",
    ...answerLines(notice, context),
    ...(isOver || unread ? [] : retire),
  ];
}

function aboutLastSample({ lastSample: { time, judgement } }: SilentIncident, context: WordsContext): string[] {
  const at = `Its last sample was at ${context.moment(time)}`;
  if (!judgement) return [`${at}; the host was still learning.`];
  if (context.redact) return [`${at}.`];
  const judged = `score ${decimal(judgement.score)}, limit (epsilon) ${decimal(judgement.epsilon)}`;
  return [`${at} and had ${judged}.`, `Compared with ${baselineText(judgement.baseline, context)}.`];
}
