import type { ClocksNews } from "../alert/news.ts";
import { clockError, LOCAL_TIME_FIX } from "./clock-error.ts";
import { count } from "./format.ts";
import { table } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** The words for hosts whose clock is wrong. */
export function clocksWords({ at, clocks, clocksInAll }: ClocksNews, { name }: WordsContext): Words {
  const [first] = clocks;
  const alone = clocksInAll === 1 ? first : undefined;
  const headline = alone
    ? `The clock of ${name(alone.host)} is ${clockError(alone.offset).by}`
    : `The clocks of ${count(clocksInAll)} hosts are wrong`;
  const more = clocksInAll - clocks.length;
  const rows = clocks.map(({ host, group, offset }) => ({
    host: name(host),
    group: name(group),
    ...clockError(offset),
  }));
  return {
    subject: [`[NOTE] ${headline}`, "[NOTE] Clocks are wrong"],
    email: [
      `NOTE: ${headline}.`,
      "Fleetwarden corrects their times by the arrival of their records, and judges these hosts as before.",
      "Their own logs may have wrong times. This message comes once.",
      "",
      ...table([["host", "group", "clock"], ...rows.map(({ host, group, words }) => [host, group, words])]),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
      "",
      ...(rows.some(({ isLocalTime }) => isLocalTime) ? [`Looks like local time? ${LOCAL_TIME_FIX}`] : []),
      "Check the time service of the host: `timedatectl`, or `chronyc tracking`.",
      "A sender that holds records back for over an hour looks the same. Then its clock is right, and this message is wrong.",
    ],
    sms: [`NOTE ${headline}`, "NOTE clocks are wrong"],
    webhook: {
      type: "clocks-wrong",
      fields: {
        at: iso(at),
        clocks: clocks.map(({ host, group, offset }) => ({
          host: name(host),
          group: name(group),
          behindSeconds: Math.round(offset / 1000),
        })),
        clocksInAll,
      },
      class: "clock",
      custom_details: {
        why: [headline, ...rows.map(({ host, group, words }) => `${host} (group ${group}): ${words}`)],
      },
    },
    attributes: {
      severity: "info",
      kind: "clocks-wrong",
      group: alone?.group ?? SEVERAL,
      host: alone?.host ?? SEVERAL,
    },
  };
}
