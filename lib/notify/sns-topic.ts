import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Topic } from "./publish.ts";
import { subscriptionsOf } from "./subscribers.ts";

/** The SNS topic of that ARN, which passes each message on in its subscribers' own words. */
export function snsTopic(client: SNSClient, arn: string): Topic {
  return {
    name: arn,
    async publish({ subject, bodies, attributes }) {
      const command = new PublishCommand({
        TopicArn: arn,
        Subject: subject,
        MessageStructure: "json",
        Message: JSON.stringify(bodies),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]),
        ),
      });
      await client.send(command);
    },
    subscriptions: () => subscriptionsOf(client, arn),
  };
}
