import type { Subscription, SubscriptionsNews } from "../alert/news.ts";
import { table } from "./email.ts";
import { count } from "./format.ts";
import { sentences } from "./sms.ts";
import { iso } from "./time.ts";
import { SEVERAL, type Words, type WriteName } from "./words.ts";

/** Subscriptions of each sort that are listed; the others are counted. */
const LISTED_MAX = 10;

/** What is said of subscriptions that are gone, or that nobody confirmed. */
export function subscriptionsWords(news: SubscriptionsNews): Words {
  const headline = headlineOf(news);
  return {
    subject: () => [`[WARN] Alert subscriptions: ${headline}`],
    email: (name) => email(news, name),
    sms: (name) => [
      sentences(`WARN alert subscriptions: ${headline}`, `First ${firstOf(news, name)}`),
      `WARN alert subscriptions: ${headline}`,
    ],
    webhook: (name) => ({
      type: "subscriptions",
      fields: {
        at: iso(news.at),
        vanished: news.vanished.slice(0, LISTED_MAX).map((one) => fields(one, name)),
        unconfirmed: news.unconfirmed.slice(0, LISTED_MAX).map((one) => fields(one, name)),
      },
      class: "subscriptions",
      custom_details: { why: [headline] },
    }),
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

function firstOf({ vanished, unconfirmed }: SubscriptionsNews, name: WriteName): string {
  const [first] = [...vanished, ...unconfirmed];
  return first ? `${name(first.protocol)} ${name(first.endpoint)}` : "none";
}

function email({ vanished, unconfirmed, ...news }: SubscriptionsNews, name: WriteName): string[] {
  const rows = [...rowsOf("gone", vanished, name), ...rowsOf("never confirmed", unconfirmed, name)];
  const more = vanished.length + unconfirmed.length - rows.length;
  return [
    `WARNING: subscriptions of the alerts topic: ${headlineOf({ ...news, vanished, unconfirmed })}.`,
    "Nobody is told of alerts by these:",
    "",
    ...table([["protocol", "endpoint", ""], ...rows]),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
    "",
    ...(vanished.length > 0
      ? ["One that is gone was unsubscribed: by a person, or by a mail scanner that followed the link in an e-mail."]
      : []),
    ...(unconfirmed.length > 0
      ? [
          "One that was never confirmed waits for the link in the message that AWS sent; after 2 days it has to be sent anew.",
        ]
      : []),
  ];
}

function rowsOf(state: string, subscriptions: readonly Subscription[], name: WriteName): string[][] {
  return subscriptions.slice(0, LISTED_MAX).map(({ protocol, endpoint }) => [name(protocol), name(endpoint), state]);
}

function fields({ protocol, endpoint }: Subscription, name: WriteName): object {
  return { protocol: name(protocol), endpoint: name(endpoint) };
}
