import type { TopicSubscription } from "../alert/audit.ts";
import type { Channels, News, NewsPublisher } from "../alert/news.ts";
import type { Incident } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { type Message, render } from "./render.ts";
import type { RenderContext } from "./words.ts";

/** Where an incident can be labelled; undefined if nowhere, or if that cannot be found out. Never rejects. */
export type LinkOf = (incident: Incident) => Promise<string | undefined>;

/** Facts about a notice's incident that its message adds. Never rejects. */
export type AboutNotice = (
  notice: Notice,
) => Promise<Pick<RenderContext, "link" | "labels" | "preceding" | "attributes">>;

/** A message with the text for each protocol. */
export interface TopicMessage {
  readonly subject: string;
  readonly bodies: Readonly<Record<string, string>>;
  /** For filter policies. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where messages go. */
export interface Topic {
  /** Errors name it. */
  readonly name: string;
  /** Throws when the message was not taken. */
  publish(message: TopicMessage, news: News): Promise<void>;
  /** The subscribers of the topic; undefined when there are too many to list. */
  subscriptions(): Promise<readonly TopicSubscription[] | undefined>;
}

/** Sends news to the alerts topic, in the words of every protocol. */
export class Publisher implements NewsPublisher {
  readonly #topic: Topic;
  readonly #contextOf: (news: News) => RenderContext;
  readonly #about: AboutNotice;

  constructor(topic: Topic, contextOf: (news: News) => RenderContext, about: AboutNotice) {
    this.#topic = topic;
    this.#contextOf = contextOf;
    this.#about = about;
  }

  /** Throws when the topic did not take the news. Publish it again then, with the same incident id and revision. */
  async publish(news: News, { sms }: Channels): Promise<void> {
    const about = "incident" in news ? await this.#about(news) : {};
    const message = render(news, { ...this.#contextOf(news), ...about });
    const attributes = { ...message.attributes, sms: sms ? "yes" : "no" };
    try {
      await this.#topic.publish({ subject: message.subject, bodies: byProtocol(message), attributes }, news);
    } catch (cause) {
      throw new Error(
        `Cannot publish ${whatOf(news)} to ${this.#topic.name}: ${reason(cause)}. ` +
          "Check that the topic exists and that this role may sns:Publish to it.",
        { cause },
      );
    }
  }
}

function whatOf(news: News): string {
  return "incident" in news ? `the ${news.kind} notice of incident ${news.incident.id}` : `news of kind ${news.kind}`;
}

/** One text per SNS protocol; those not named here (mobile push, Firehose) get the e-mail's. */
function byProtocol({ email, sms, webhook }: Message) {
  return {
    default: email,
    email,
    "email-json": webhook,
    sms,
    http: webhook,
    https: webhook,
    sqs: webhook,
    lambda: webhook,
  };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
