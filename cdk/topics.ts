import { Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Alias, type IKey } from "aws-cdk-lib/aws-kms";
import { SubscriptionFilter, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription, SmsSubscription, UrlSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct, IConstruct } from "constructs";
import type { Recipients } from "../lib/config/config.ts";
import { FILTERS } from "../lib/resources.ts";

/** The topic that notifies people about incidents, encrypted with the key that SNS owns. */
export function createAlertsTopic(scope: Construct, { emails, phones, webhooks }: Recipients): Topic {
  const topic = new Topic(scope, "Alerts", {
    displayName: "Fleetwarden",
    enforceSSL: true,
    masterKey: Alias.fromAliasName(scope, "SnsKey", "alias/aws/sns"),
  });
  const { attribute, only } = FILTERS.phones;
  const forPhones = { filterPolicy: { [attribute]: SubscriptionFilter.stringFilter({ allowlist: [only] }) } };
  for (const email of emails) topic.addSubscription(new EmailSubscription(email, forOthers()));
  for (const phone of phones) topic.addSubscription(new SmsSubscription(phone, forPhones));
  for (const url of webhooks) {
    topic.addSubscription(new UrlSubscription(url, { ...forOthers(), rawMessageDelivery: true }));
  }
  acknowledgeNoRedrive(topic);
  return topic;
}

/** The filter of all subscribers but phones. */
export function forOthers() {
  const { attribute, allBut } = FILTERS.others;
  return { filterPolicy: { [attribute]: SubscriptionFilter.stringFilter({ denylist: [allBut] }) } };
}

/**
 * The topic of the alarms about Fleetwarden itself. CloudWatch may not use the key `aws/sns`, and a key that it may use
 * costs $1 a month. Without a key, SNS still encrypts the disks that hold the messages. An alarm's message names the
 * alarm and its limit, and no host (docs/adr/031-small-fleets.md).
 */
export function createOpsTopic(scope: Construct, emails: readonly string[], key: IKey | undefined): Topic {
  const topic = new Topic(scope, "Ops", {
    displayName: "Fleetwarden operations",
    enforceSSL: true,
    ...(key && { masterKey: key }),
  });
  const cloudWatch = new ServicePrincipal("cloudwatch.amazonaws.com");
  // Our policy replaces the topic's default one, which lets alarms publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [cloudWatch],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  key?.grant(cloudWatch, "kms:Decrypt", "kms:GenerateDataKey*");
  for (const email of emails) topic.addSubscription(new EmailSubscription(email));
  acknowledgeNoRedrive(topic);
  return topic;
}

/** Acknowledges it for a topic with its subscriptions, or for one subscription. */
export function acknowledgeNoRedrive(subscribed: IConstruct): void {
  Validations.of(subscribed).acknowledge({
    id: "Serverless::Serverless-SNSRedrivePolicy",
    reason:
      "An alarm counts what no subscriber got. Incidents and alarms themselves are stored: nobody would read a queue.",
  });
}
