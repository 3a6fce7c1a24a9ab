import type { UnusedSilenceNews } from "../alert/news.ts";
import { describeRecurrence } from "../alert/recurrence-text.ts";
import type { Silence, SilenceMatcher } from "../alert/silence.ts";
import { facts } from "./email.ts";
import { sentences } from "./sms.ts";
import { iso, moment } from "./time.ts";
import { SEVERAL, type Words, type WriteName } from "./words.ts";

/** What is said of a silence that has ended and held nothing back. */
export function unusedSilenceWords({ kind, silence }: UnusedSilenceNews): Words {
  const { id, reason, by, from, until, recurrence } = silence;
  return {
    subject: (name) => [
      `[NOTE] Silence ${name(id)} (${pattern(silence.matcher, name)}) held nothing back: ${name(reason)}`,
      `[NOTE] Silence ${name(id)} (${pattern(silence.matcher, name)}) held nothing back`,
    ],
    email: (name) => email(silence, name),
    sms: (name) => [
      sentences(
        `NOTE silence ${name(id)} (${pattern(silence.matcher, name)}) is over and held nothing back`,
        `Reason: ${name(reason)}`,
        `By ${name(by)}`,
      ),
      sentences(
        `NOTE silence ${name(id)} (${pattern(silence.matcher, name)}) is over and held nothing back`,
        `By ${name(by)}`,
      ),
    ],
    webhook: (name) => ({
      type: "silence-unused",
      fields: {
        silence: name(id),
        matcher: matcherFields(silence.matcher, name),
        reason: name(reason),
        by: name(by),
        from: iso(from),
        until: iso(until),
        ...(recurrence ? { recurrence: name(describeRecurrence(recurrence)) } : {}),
      },
      class: "silence unused",
      custom_details: { why: [`silence ${name(id)} (${pattern(silence.matcher, name)}) held nothing back`] },
    }),
    attributes: {
      severity: "info",
      kind,
      group: silence.matcher.group ?? SEVERAL,
      host: silence.matcher.host ?? SEVERAL,
    },
  };
}

function email({ id, matcher, reason, by, from, until, recurrence }: Silence, name: WriteName): string[] {
  return [
    `NOTE: silence ${name(id)} is over and held nothing back in all its time.`,
    "",
    ...facts(
      ["Matched", pattern(matcher, name)],
      ["Reason", name(reason)],
      ["By", name(by)],
      ["From", moment(from)],
      ["Until", moment(until)],
      ["Windows", recurrence && name(describeRecurrence(recurrence))],
    ),
    "",
    "Was there nothing to silence, or was its pattern wrong? Whoever relies on the next one should know.",
  ];
}

/** `host db-*, group db`. */
function pattern({ host, group }: SilenceMatcher, name: WriteName): string {
  const parts = [
    ...(host === undefined ? [] : [`host ${name(host)}`]),
    ...(group === undefined ? [] : [`group ${name(group)}`]),
  ];
  return parts.join(", ");
}

function matcherFields({ host, group }: SilenceMatcher, name: WriteName): object {
  return {
    ...(host === undefined ? {} : { host: name(host) }),
    ...(group === undefined ? {} : { group: name(group) }),
  };
}
