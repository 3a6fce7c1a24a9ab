import type { News } from "../alert/news.ts";
import { UTC } from "../alert/zone.ts";
import { commandOf, INSTALLED } from "../command-line.ts";
import type { Notice } from "../incident/notice.ts";
import { anomalyWords } from "./anomaly-words.ts";
import { EMAIL, firstFitting, SMS, SUBJECT, WEBHOOK } from "./channel.ts";
import { clocksWords } from "./clocks-words.ts";
import { withDependents } from "./dependents-words.ts";
import { digestWords } from "./digest-words.ts";
import { epsilonWords } from "./epsilon-words.ts";
import { fleetWords } from "./fleet-words.ts";
import { withLikeness } from "./likeness-words.ts";
import { withMachine } from "./machine-words.ts";
import { withPreceding } from "./preceding-words.ts";
import { refusalWords } from "./refusal-words.ts";
import { silentWords } from "./silent-words.ts";
import { subscriptionsWords } from "./subscriptions-words.ts";
import { clean, shorten } from "./text.ts";
import { textsHeldWords } from "./texts-held-words.ts";
import { clock, moment } from "./time.ts";
import { unjudgedWords } from "./unjudged-words.ts";
import { unusedSilenceWords } from "./unused-silence-words.ts";
import type { Attributes, RenderContext, Words, WordsContext, WriteName } from "./words.ts";

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
  const { zone, command = INSTALLED } = context;
  const times = { moment: (time: number) => moment(time, zone), clock: (time: number) => clock(time, zone) };
  const call = (words: string) => commandOf(command, words);
  const wordsWith = (name: WriteName) => wordsOf(news, { ...context, ...times, call, name });
  const subject = firstFitting(SUBJECT, (name) => wordsWith(name).subject);
  const { attributes } = wordsWith(clean);
  return {
    subject,
    email: firstFitting(EMAIL, (name) => [signed(wordsWith(name).email, name(context.stack))]),
    sms: firstFitting(SMS, (name) => wordsWith(name).sms),
    webhook: firstFitting(WEBHOOK, (name) => [
      json(wordsWith(name), subject, name(context.stack), zone === UTC ? undefined : zone),
    ]),
    attributes: { ...attributes, group: attribute(attributes.group), host: attribute(attributes.host) },
  };
}

function wordsOf(news: News, context: WordsContext): Words {
  switch (news.kind) {
    case "digest":
      return digestWords(news, context);
    case "texts-held":
      return textsHeldWords(news, context);
    case "epsilon":
      return epsilonWords(news, context);
    case "refits-refused":
      return refusalWords(news, context);
    case "clocks-wrong":
      return clocksWords(news, context);
    case "hosts-unjudged":
      return unjudgedWords(news, context);
    case "silence-unused":
      return unusedSilenceWords(news, context);
    case "subscriptions":
      return subscriptionsWords(news, context);
    default:
      return noticeWords(news, context);
  }
}

function noticeWords(notice: Notice, context: WordsContext): Words {
  const named = withLikeness(incidentWords(notice, context), notice, context);
  const words = withDependents(named, notice, context);
  return withPreceding(withMachine(words, context), notice, context);
}

function incidentWords({ kind, incident, whole }: Notice, context: WordsContext): Words {
  if (incident.kind === "silent") return silentWords({ kind, incident }, context);
  return incident.kind === "fleet"
    ? fleetWords({ kind, incident }, context)
    : anomalyWords({ kind, incident, ...(whole ? { whole } : {}) }, context);
}

function signed(lines: readonly string[], stack: string): string {
  return `${[...lines, "", `Fleetwarden, stack ${stack}`].join("\n")}\n`;
}

/**
 * Version 1 of the JSON for https, sqs and lambda. Beside our own fields it has those of the PagerDuty common event
 * format (https://support.pagerduty.com/main/docs/pd-cef); severity and group are the same in both.
 */
function json({ webhook, attributes }: Words, summary: string, stack: string, timezone?: string): string {
  const { type, fields, source = stack, component, class: kindOfEvent, custom_details } = webhook;
  const { severity, kind } = attributes;
  const event = { summary, source, component, class: kindOfEvent, custom_details: { ...custom_details, stack } };
  const body = { type: `fleetwarden.${type}`, v: 1, kind, severity, ...fields, timezone, ...event };
  return JSON.stringify(body, withoutRoundingNoise);
}

/** A decimal of at most fifteen significant digits survives a double: 0.2 instead of 0.19999999999999996. */
function withoutRoundingNoise(_key: string, field: unknown): unknown {
  return typeof field === "number" ? Number(field.toPrecision(15)) : field;
}

/** Filters read a value as a JSON string (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html). */
function attribute(name: string): string {
  return shorten(clean(name).replace(/["\\]/g, "?"), ATTRIBUTE_LENGTH_MAX);
}
