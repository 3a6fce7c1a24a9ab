import type { TextsHeldNews } from "../alert/news.ts";
import { count } from "./format.ts";
import { sentences } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** Phones get this in place of the texts beyond the hourly limit. */
export function textsHeldWords({ kind, at, critical, warning, perHour }: TextsHeldNews, { call }: WordsContext): Words {
  const all = count(critical + warning);
  const held = `${all} text messages held back: ${count(critical)} critical, ${count(warning)} warnings`;
  return {
    subject: [`[NOTE] ${held}`, `[NOTE] ${all} text messages held back`],
    email: [
      `NOTE: ${held}.`,
      `Phones get ${count(perHour)} an hour. E-mail and webhooks got each of these, alone or in a digest.`,
      `All of them: ${call("incidents --since 1h")}`,
    ],
    sms: [
      sentences(
        `NOTE ${all} more alerts held this hour (limit ${count(perHour)} SMS)`,
        `${count(critical)} critical, ${count(warning)} warnings`,
        "They are in the e-mails. All: fleetwarden incidents",
      ),
      `NOTE ${all} more alerts held this hour. All: fleetwarden incidents`,
    ],
    webhook: {
      type: "texts-held",
      fields: { at: iso(at), critical, warning, perHour },
      class: "texts held",
      custom_details: { why: [held] },
    },
    attributes: { severity: critical > 0 ? "critical" : "warning", kind, group: SEVERAL, host: SEVERAL },
  };
}
