import { ListSubscriptionsByTopicCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { TopicSubscription } from "../alert/audit.ts";

/** 2,000 subscriptions at 100 a page (https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html). */
const PAGES_MAX = 20;

/** The subscribers of the topic; undefined when there are more than 2,000. Deleted ones are left out. */
export async function subscriptionsOf(
  client: SNSClient,
  topicArn: string,
): Promise<readonly TopicSubscription[] | undefined> {
  const found: TopicSubscription[] = [];
  let next: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, ...(next ? { NextToken: next } : {}) });
    const { Subscriptions = [], NextToken } = await client.send(command);
    for (const { SubscriptionArn, Protocol: protocol, Endpoint: endpoint } of Subscriptions) {
      if (!protocol || !endpoint || SubscriptionArn === "Deleted") continue;
      found.push({ protocol, endpoint, confirmed: SubscriptionArn !== "PendingConfirmation" });
    }
    if (!NextToken) return found;
    next = NextToken;
  }
  return undefined;
}
