import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../../lib/clients.ts";
import { TOPIC_ARN } from "../../lib/local/names.ts";
import { subscriptionsOf } from "../../lib/notify/subscribers.ts";
import { liveTwin } from "../cli/live.ts";

/** Where the calls went; each page is answered by the token that asks for it. */
async function topicOf(pageOf: (token: string | null) => string) {
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    requests.push(form);
    response.writeHead(200, { "content-type": "text/xml" }).end(pageOf(form.get("NextToken")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new SNSClient({ ...clientConfig({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }), maxAttempts: 1 });
  const found = await subscriptionsOf(client, "arn:aws:sns:us-east-1:000000000000:alerts");
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { found, requests };
}

/** An answer of SNS (https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html). */
function page(members: readonly (readonly [string, string, string])[], next = ""): string {
  const list = members.map(
    ([arn, protocol, endpoint]) =>
      `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint></member>`,
  );
  const token = next === "" ? "" : `<NextToken>${next}</NextToken>`;
  return (
    '<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult>' +
    `<Subscriptions>${list.join("")}</Subscriptions>${token}</ListSubscriptionsByTopicResult>` +
    "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>"
  );
}

test("the list joins all pages of a topic; pending subscriptions are unconfirmed, deleted ones left out", async () => {
  const { found, requests } = await topicOf((token) =>
    token === "more"
      ? page([["arn:aws:sns:us-east-1:000000000000:alerts:2", "https", "https://example.com/hook"]])
      : page(
          [
            ["arn:aws:sns:us-east-1:000000000000:alerts:1", "email", "ann@example.com"],
            ["PendingConfirmation", "email", "ben@example.com"],
            ["Deleted", "sms", "+15550100"],
          ],
          "more",
        ),
  );
  expect(found).toEqual([
    { protocol: "email", endpoint: "ann@example.com", confirmed: true },
    { protocol: "email", endpoint: "ben@example.com", confirmed: false },
    { protocol: "https", endpoint: "https://example.com/hook", confirmed: true },
  ]);
  expect(requests.map((form) => [form.get("Action"), form.get("NextToken")])).toEqual([
    ["ListSubscriptionsByTopic", null],
    ["ListSubscriptionsByTopic", "more"],
  ]);
});

test("a topic whose pages never end is given up after 20", async () => {
  const { found, requests } = await topicOf(() => page([["a", "email", "ann@example.com"]], "more"));
  expect(found).toBeUndefined();
  expect(requests).toHaveLength(20);
});

test("the twin's topic lists its ways of delivery", async () => {
  const twin = await liveTwin(Date.now(), {
    delivery: { onMessage: () => {}, webhooks: ["https://example.com/hook?key=1&to=<ops>"] },
  });
  const client = new SNSClient(clientConfig({ AWS_ENDPOINT_URL: twin.endpoint }));
  try {
    expect(await subscriptionsOf(client, TOPIC_ARN)).toEqual([
      { protocol: "https", endpoint: "https://example.com/hook?key=1&to=<ops>", confirmed: true },
    ]);
  } finally {
    client.destroy();
    await twin.close();
  }
});
