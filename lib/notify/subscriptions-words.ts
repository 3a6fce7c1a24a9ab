import type { Subscription, SubscriptionsNews } from "../alert/news.ts";
import { count } from "./format.ts";
import { sentences, table } from "./lines.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WordsContext } from "./words.ts";

/** How many subscriptions of each sort are listed; the others are counted. */
const LISTED_MAX = 10;

/** The words for subscriptions that are gone, or that nobody confirmed. */
export function subscriptionsWords(news: SubscriptionsNews, { name }: WordsContext): Words {
  const { vanished, unconfirmed } = news;
  const headline = headlineOf(news);
  const [first] = [...vanished, ...unconfirmed];
  const listed = (subscriptions: readonly Subscription[]) =>
    subscriptions.slice(0, LISTED_MAX).map((one) => ({ protocol: name(one.protocol), endpoint: name(one.endpoint) }));
  const rows = [
    ...listed(vanished).map(({ protocol, endpoint }) => [protocol, endpoint, "gone"]),
    ...listed(unconfirmed).map(({ protocol, endpoint }) => [protocol, endpoint, "never confirmed"]),
  ];
  const more = vanished.length + unconfirmed.length - rows.length;
  return {
    subject: [`[WARN] Alert subscriptions: ${headline}`],
    email: [
      `WARNING: subscriptions of the alerts topic: ${headline}.`,
      "These subscriptions deliver no alerts:",
      "",
      ...table([["protocol", "endpoint", ""], ...rows]),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
      "",
      ...(vanished.length > 0
        ? [
            "A subscription that is gone was removed by a person, or by a mail scanner that followed the link in an e-mail.",
          ]
        : []),
      ...(unconfirmed.length > 0
        ? ["To confirm a subscription, open the link in the message that AWS sent. After 2 days, subscribe again."]
        : []),
    ],
    sms: [
      sentences(
        `WARN alert subscriptions: ${headline}`,
        `First ${first ? `${name(first.protocol)} ${name(first.endpoint)}` : "none"}`,
      ),
      `WARN alert subscriptions: ${headline}`,
    ],
    webhook: {
      type: "subscriptions",
      fields: { at: iso(news.at), vanished: listed(vanished), unconfirmed: listed(unconfirmed) },
      class: "subscriptions",
      custom_details: {
        why: [headline, ...rows.map(([protocol, endpoint, state]) => `${protocol} ${endpoint}: ${state}`)],
      },
    },
    attributes: { severity: "warning", kind: news.kind, group: SEVERAL, host: SEVERAL },
  };
}

/** `1 is gone, 2 were never confirmed`. */
function headlineOf({ vanished, unconfirmed }: SubscriptionsNews): string {
  const [gone, open] = [vanished.length, unconfirmed.length];
  return [
    ...(gone > 0 || open === 0 ? [`${count(gone)} ${gone === 1 ? "is" : "are"} gone`] : []),
    ...(open > 0 ? [`${count(open)} ${open === 1 ? "was" : "were"} never confirmed`] : []),
  ].join(", ");
}
