import type { UnusedSilenceNews } from "../alert/news.ts";
import { describeRecurrence } from "../alert/recurrence-text.ts";
import { facts, sentences } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** The words for a silence that has ended and held nothing back. */
export function unusedSilenceWords({ kind, silence }: UnusedSilenceNews, { name, moment }: WordsContext): Words {
  const { from, until } = silence;
  const [id, reason, by] = [name(silence.id), name(silence.reason), name(silence.by)];
  const host = silence.matcher.host === undefined ? undefined : name(silence.matcher.host);
  const group = silence.matcher.group === undefined ? undefined : name(silence.matcher.group);
  const recurrence = silence.recurrence && name(describeRecurrence(silence.recurrence));
  const pattern = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(group === undefined ? [] : [`group ${group}`]),
  ].join(", ");
  const text = `NOTE silence ${id} (${pattern}) is over and held nothing back`;
  return {
    subject: [
      `[NOTE] Silence ${id} (${pattern}) held nothing back: ${reason}`,
      `[NOTE] Silence ${id} (${pattern}) held nothing back`,
    ],
    email: [
      `NOTE: silence ${id} is over and held nothing back in all its time.`,
      "",
      ...facts(
        ["Matched", pattern],
        ["Reason", reason],
        ["By", by],
        ["From", moment(from)],
        ["Until", moment(until)],
        ["Windows", recurrence],
      ),
      "",
      "Was there nothing to silence, or was the pattern wrong? Check the pattern before the next silence.",
    ],
    sms: [sentences(text, `Reason: ${reason}`, `By ${by}`), sentences(text, `By ${by}`)],
    webhook: {
      type: "silence-unused",
      fields: { silence: id, matcher: { host, group }, reason, by, from: iso(from), until: iso(until), recurrence },
      class: "silence unused",
      custom_details: { why: [`silence ${id} (${pattern}) held nothing back`] },
    },
    attributes: {
      severity: "info",
      kind,
      group: silence.matcher.group ?? SEVERAL,
      host: silence.matcher.host ?? SEVERAL,
    },
  };
}
