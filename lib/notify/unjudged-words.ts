import type { UnjudgedHost, UnjudgedNews } from "../alert/news.ts";
import { count } from "./format.ts";
import { table } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** The words for hosts without judged samples. */
export function unjudgedWords({ at, hosts, hostsInAll }: UnjudgedNews, { name, call, moment }: WordsContext): Words {
  const [first] = hosts;
  const alone = hostsInAll === 1 ? first : undefined;
  const headline = alone
    ? `${name(alone.host)} is not judged: its baseline has none of its metrics`
    : `${count(hostsInAll)} hosts are not judged: their baselines have none of their metrics`;
  const more = hostsInAll - hosts.length;
  const row = ({ host, group, since }: UnjudgedHost) => [name(host), name(group), moment(since)];
  return {
    subject: [`[NOTE] ${headline}`, "[NOTE] Hosts are not judged"],
    email: [
      `NOTE: ${headline}.`,
      "Until that changes, only rules and silence open incidents there. This message comes once.",
      "",
      ...table([["host", "group", "since"], ...hosts.map(row)]),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
      "",
      `If the metric names have changed for good, run \`${call("refit")}\` once the host has sent them for an hour.`,
      `If not, send the old names again. Both lists of names: ${call("doctor HOST")}`,
    ],
    sms: [`NOTE ${headline}`, "NOTE hosts are not judged"],
    webhook: {
      type: "hosts-unjudged",
      fields: {
        at: iso(at),
        hosts: hosts.map(({ host, group, baseline, since }) => ({
          ...{ host: name(host), group: name(group), baseline: name(baseline), since: iso(since) },
        })),
        hostsInAll,
      },
      class: "judging",
      custom_details: { why: [headline, ...hosts.map(({ host, group }) => `${name(host)} (group ${name(group)})`)] },
    },
    attributes: {
      severity: "info",
      kind: "hosts-unjudged",
      group: alone?.group ?? SEVERAL,
      host: alone?.host ?? SEVERAL,
    },
  };
}
