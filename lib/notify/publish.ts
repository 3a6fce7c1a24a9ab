import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Channels, News, NewsPublisher } from "../alert/news.ts";
import type { Incident } from "../incident/incident.ts";
import { type Message, render } from "./render.ts";
import type { RenderContext } from "./words.ts";

/** Where an incident can be labelled; undefined when nowhere, or when that cannot be found out. Never rejects. */
export type LinkOf = (incident: Incident) => Promise<string | undefined>;

/** What its message says of an incident beside what that itself knows. Never rejects. */
export type AboutIncident = (incident: Incident) => Promise<Pick<RenderContext, "link" | "labels">>;

/** Sends news to the alerts topic, which passes each on in its subscribers' own words. */
export class Publisher implements NewsPublisher {
  readonly #client: SNSClient;
  readonly #topicArn: string;
  readonly #contextNow: () => RenderContext;
  readonly #about: AboutIncident;

  constructor(client: SNSClient, topicArn: string, contextNow: () => RenderContext, about: AboutIncident) {
    this.#client = client;
    this.#topicArn = topicArn;
    this.#contextNow = contextNow;
    this.#about = about;
  }

  /** Throws when SNS did not take the news; it may then be published again, with the same incident id and revision. */
  async publish(news: News, { sms }: Channels): Promise<void> {
    const about = "incident" in news ? await this.#about(news.incident) : {};
    const message = render(news, { ...this.#contextNow(), ...about });
    const attributes = { ...message.attributes, sms: sms ? "yes" : "no" };
    const command = new PublishCommand({
      TopicArn: this.#topicArn,
      Subject: message.subject,
      MessageStructure: "json",
      Message: JSON.stringify(byProtocol(message)),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]),
      ),
    });
    try {
      await this.#client.send(command);
    } catch (cause) {
      throw new Error(
        `Cannot publish ${whatOf(news)} to ${this.#topicArn}: ${reason(cause)}. ` +
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
