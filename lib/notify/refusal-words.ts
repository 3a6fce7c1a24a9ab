import type { RefusalNews } from "../alert/news.ts";
import { quoted } from "../command-line.ts";
import { commandName } from "./epsilon-words.ts";
import { count } from "./format.ts";
import { table } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** The words for hosts of a group that keep an old baseline because their refits are refused. */
export function refusalWords(news: RefusalNews, { redact, name, call, moment }: WordsContext): Words {
  const { at, group, refusals, refusalsInAll } = news;
  const [first] = refusals;
  const owners = refusals.map((one) => commandName(one, name));
  const own = refusalsInAll === 1 ? owners[0] : undefined;
  const whose = own ?? `${count(refusalsInAll)} baselines of group ${name(group)}`;
  const since = first ? ` since ${moment(Math.min(...refusals.map((one) => one.since)))}` : "";
  const headline = `Refits of ${whose} have been refused${since}`;
  const rows = refusals.map((one, i) => [owners[i] ?? "", moment(one.since), redact ? "" : one.refused]);
  const more = refusalsInAll - refusals.length;
  const history = call(`epsilon history ${quoted(owners[0] ?? "HOST")}`);
  return {
    subject: [`[NOTE] ${headline}`, `[NOTE] Refits of ${whose} are refused`, "[NOTE] Refits are refused"],
    email: [
      `NOTE: ${headline}.`,
      "Until one passes, the last baseline that passed stays in force. Each refit tries again; this message comes once.",
      "",
      ...table([["baseline", "since", redact ? "" : "the last one"], ...rows]),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
      "",
      "Fleetwarden refuses a new baseline that would call too many samples of a calm day anomalies.",
      "Was the host in trouble then? Label its incidents, so that the refit knows. Is epsilon too low? Set it.",
      `Its history: ${history}`,
    ],
    sms: [`NOTE ${headline}`, `NOTE refits of ${whose} are refused`, "NOTE refits are refused"],
    webhook: {
      type: "refits-refused",
      fields: {
        at: iso(at),
        refusals: refusals.map(({ owner, since, refused }) => ({
          owner: name(owner),
          since: iso(since),
          ...(redact ? {} : { refused }),
        })),
        refusalsInAll,
      },
      class: "refit",
      custom_details: {
        why: [headline, ...rows.map(([owner, time, why]) => `${owner} since ${time}${why && `: ${why}`}`)],
      },
    },
    attributes: {
      severity: "info",
      kind: news.kind,
      group,
      host: own !== undefined && first?.owner.startsWith("host#") ? first.owner.slice("host#".length) : SEVERAL,
    },
  };
}
