import type { ClocksNews, WrongClock } from "../alert/news.ts";
import { count } from "./format.ts";
import { table } from "./lines.ts";
import { duration, iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** The words for hosts whose clock is wrong. */
export function clocksWords({ at, clocks, clocksInAll }: ClocksNews, { name }: WordsContext): Words {
  const [first] = clocks;
  const alone = clocksInAll === 1 ? first : undefined;
  const headline = alone
    ? `The clock of ${name(alone.host)} is ${error(alone)}`
    : `The clocks of ${count(clocksInAll)} hosts are wrong`;
  const more = clocksInAll - clocks.length;
  return {
    subject: [`[NOTE] ${headline}`, "[NOTE] Clocks are wrong"],
    email: [
      `NOTE: ${headline}.`,
      "Fleetwarden corrects their times by when their records arrive, and judges these hosts as before.",
      "Their own logs have wrong times. This message comes once.",
      "",
      ...table([["host", "group", "clock"], ...clocks.map((one) => [name(one.host), name(one.group), error(one)])]),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
      "",
      "Check the time service of the host: `timedatectl`, or `chronyc tracking`.",
      "A sender that holds records back for over an hour looks the same: its times are right, and then this is wrong.",
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
        why: [headline, ...clocks.map((one) => `${name(one.host)} (group ${name(one.group)}): ${error(one)}`)],
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

function error({ offset }: WrongClock): string {
  return `${duration(Math.abs(offset))} ${offset < 0 ? "ahead" : "behind"}`;
}
