import type { News } from "../alert/news.ts";
import type { Notice } from "../incident/notice.ts";
import { anomalyWords } from "./anomaly.ts";
import { digestWords } from "./digest.ts";
import { renderEmail } from "./email.ts";
import { epsilonWords } from "./epsilon.ts";
import { fleetWords } from "./fleet.ts";
import { silentWords } from "./silent.ts";
import { renderSms } from "./sms.ts";
import { renderSubject } from "./subject.ts";
import { subscriptionsWords } from "./subscriptions.ts";
import { clean, shorten } from "./text.ts";
import { textsHeldWords } from "./texts-held.ts";
import { unusedSilenceWords } from "./unused-silence.ts";
import { renderWebhook } from "./webhook.ts";
import type { Attributes, Words } from "./words.ts";

/** What a message says beside its news. */
export interface RenderContext {
  /** Its sender. */
  readonly stack: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where the incident can be labelled; absent when nowhere but on the command line. */
  readonly link?: string;
  /** How many labels took part in the baseline that judged the incident; absent when that is not known. */
  readonly labels?: number;
  /** Whether it leaves out all values, scores and limits: names, severity, times and counts only. */
  readonly redact?: boolean;
}

/** One piece of news in the words of every channel. All limits of docs/alerts.md hold for any news. */
export interface Message {
  /** Fewer than 100 printable ASCII characters. */
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** JSON. */
  readonly webhook: string;
  /** For filter policies. */
  readonly attributes: Attributes;
}

/** As long as a host can be: a Kinesis partition key has at most 256 characters. */
const ATTRIBUTE_LENGTH_MAX = 256;

export function render(news: News, context: RenderContext): Message {
  const words = wordsOf(news, context);
  const subject = renderSubject(words);
  return {
    subject,
    email: renderEmail(words, context.stack),
    sms: renderSms(words),
    webhook: renderWebhook(words, subject, context.stack),
    attributes: {
      ...words.attributes,
      group: attribute(words.attributes.group),
      host: attribute(words.attributes.host),
    },
  };
}

function wordsOf(news: News, context: RenderContext): Words {
  switch (news.kind) {
    case "digest":
      return digestWords(news, context);
    case "texts-held":
      return textsHeldWords(news);
    case "epsilon":
      return epsilonWords(news, context);
    case "silence-unused":
      return unusedSilenceWords(news);
    case "subscriptions":
      return subscriptionsWords(news);
    default:
      return noticeWords(news, context);
  }
}

function noticeWords({ kind, incident }: Notice, context: RenderContext): Words {
  if (incident.kind === "silent") return silentWords({ kind, incident }, context);
  return incident.kind === "fleet"
    ? fleetWords({ kind, incident }, context)
    : anomalyWords({ kind, incident }, context);
}

/** Filters read a value as a JSON string (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html). */
function attribute(name: string): string {
  return shorten(clean(name).replace(/["\\]/g, "?"), ATTRIBUTE_LENGTH_MAX);
}
