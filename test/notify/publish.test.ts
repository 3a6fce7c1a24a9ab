import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { clientConfig } from "../../lib/clients.ts";
import type { Notice } from "../../lib/incident/notice.ts";
import { Publisher } from "../../lib/notify/publish.ts";
import { render } from "../../lib/notify/render.ts";
import { snsTopic } from "../../lib/notify/sns-topic.ts";
import { CONTEXT, DEPLOYED, LINK, opened } from "./example.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:alerts";
const ACCEPTED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId>' +
  "</PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>";
const REFUSED =
  '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code>' +
  "<Message>Topic does not exist</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";

/** SNS's query protocol: a form in, XML out. */
const requests: URLSearchParams[] = [];
let answer = { status: 200, body: ACCEPTED };
const nothing = async () => ({});
const server = createServer(async (request, response) => {
  requests.push(new URLSearchParams(await text(request)));
  response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
});
let client: SNSClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new SNSClient({ ...clientConfig({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }), maxAttempts: 1 });
});

beforeEach(() => {
  requests.length = 0;
  answer = { status: 200, body: ACCEPTED };
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test("publishes one text per protocol, with subject and attributes", async () => {
  await new Publisher(snsTopic(client, TOPIC), () => CONTEXT, nothing).publish(opened(), { sms: false });

  expect(requests).toHaveLength(1);
  const { Message = "", ...form } = Object.fromEntries(requests[0]!);
  expect(form).toEqual({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: TOPIC,
    Subject: "[CRIT] web-07 (web): cpu_user 97, normal 2-31 - K7Q2RT",
    MessageStructure: "json",
    ...attribute(1, "severity", "critical"),
    ...attribute(2, "kind", "opened"),
    ...attribute(3, "group", "web"),
    ...attribute(4, "host", "web-07"),
    ...attribute(5, "sms", "no"),
  });
  const { email, sms, webhook } = render(opened(), CONTEXT);
  expect(JSON.parse(Message)).toEqual({
    default: email,
    email,
    "email-json": webhook,
    sms,
    http: webhook,
    https: webhook,
    sqs: webhook,
    lambda: webhook,
  });
});

test("publish says whether phones get the message", async () => {
  await new Publisher(snsTopic(client, TOPIC), () => CONTEXT, nothing).publish(opened(), { sms: true });
  expect(Object.fromEntries(requests[0]!)).toMatchObject(attribute(5, "sms", "yes"));
});

test("publish adds the link of the incident and the number of labels behind its baseline", async () => {
  const asked: Notice[] = [];
  const about = async (notice: Notice) => {
    asked.push(notice);
    return { link: LINK, labels: 7 };
  };
  await new Publisher(snsTopic(client, TOPIC), () => CONTEXT, about).publish(opened(), { sms: true });
  expect(asked).toEqual([opened()]);
  expect(JSON.parse(requests[0]?.get("Message") ?? "").email).toBe(render(opened(), { ...DEPLOYED, labels: 7 }).email);
});

test.each([
  ["refuses", { status: 404, body: REFUSED }, "NotFoundException: Topic does not exist."],
  ["fails", { status: 500, body: "" }, "sns:Publish"],
])("publish rejects when the topic %s, naming incident and topic", async (_how, failure, reason) => {
  answer = failure;
  const published = new Publisher(snsTopic(client, TOPIC), () => CONTEXT, nothing).publish(opened(), { sms: true });
  await expect(published).rejects.toThrow(`Cannot publish the opened notice of incident K7Q2RT to ${TOPIC}: `);
  await expect(published).rejects.toThrow(reason);
  await expect(published).rejects.toHaveProperty("cause");
});

test("message and attributes together stay far below the 256 KiB of SNS for the costliest names", async () => {
  const costly = fc.constantFrom('"', "\\", "\u{1f4a5}", "a").map((character) => character.repeat(400));
  await fc.assert(
    fc.asyncProperty(costly, costly, async (host, group) => {
      requests.length = 0;
      await new Publisher(snsTopic(client, TOPIC), () => CONTEXT, nothing).publish(opened({ host, group }), {
        sms: true,
      });
      const sizes = [...requests[0]!].map(([name, part]) => Buffer.byteLength(name) + Buffer.byteLength(part));
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(262_144);
    }),
    { numRuns: 16 },
  );
});

function attribute(index: number, name: string, value: string) {
  const entry = `MessageAttributes.entry.${index}`;
  return { [`${entry}.Name`]: name, [`${entry}.Value.DataType`]: "String", [`${entry}.Value.StringValue`]: value };
}
