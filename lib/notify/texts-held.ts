import type { TextsHeldNews } from "../alert/news.ts";
import { count } from "./format.ts";
import { sentences } from "./sms.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words } from "./words.ts";

/** What phones are told in place of the texts that were too many for one hour. */
export function textsHeldWords(news: TextsHeldNews): Words {
  const { kind, at, critical, warning, perHour } = news;
  const held = `${count(critical + warning)} text messages held back: ${count(critical)} critical, ${count(warning)} warnings`;
  return {
    subject: () => [`[NOTE] ${held}`, `[NOTE] ${count(critical + warning)} text messages held back`],
    email: () => [
      `NOTE: ${held}.`,
      `Phones get ${count(perHour)} an hour. Every one of these went by e-mail and to webhooks, or is part of a digest there.`,
      "All of them: fleetwarden incidents --since 1h",
    ],
    sms: () => [
      sentences(
        `NOTE ${count(critical + warning)} more alerts held this hour (limit ${count(perHour)} SMS)`,
        `${count(critical)} critical, ${count(warning)} warnings`,
        "They are in the e-mails. All: fleetwarden incidents",
      ),
      `NOTE ${count(critical + warning)} more alerts held this hour. All: fleetwarden incidents`,
    ],
    webhook: () => ({
      type: "texts-held",
      fields: { at: iso(at), critical, warning, perHour },
      class: "texts held",
      custom_details: { why: [held] },
    }),
    attributes: { severity: critical > 0 ? "critical" : "warning", kind, group: SEVERAL, host: SEVERAL },
  };
}
