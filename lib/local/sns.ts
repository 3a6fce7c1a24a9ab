import { randomUUID } from "node:crypto";
import { type Reply, type Request, RequestError } from "../http.ts";
import { isObject, parseJson } from "../json.ts";
import { escapeMarkup } from "../markup.ts";
import type { Clock } from "../time.ts";
import { element, xml } from "./aws-replies.ts";
import type { Message } from "./message.ts";
import { ACCOUNT, TOPIC_ARN } from "./names.ts";
import type { Topic } from "./topic.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MESSAGE_BYTES_MAX = 256 * 1024;
const SUBJECT_LENGTH_MAX = 99;

/** SNS's query protocol, for publishing to the one topic and listing its subscriptions. */
export function createSns(topic: Topic, clock: Clock): (request: Request) => Promise<Reply> {
  return async (request) => {
    const form = new URLSearchParams(request.body.toString("utf8"));
    const action = form.get("Action") ?? "";
    try {
      return reply(action, await act(action, form, topic, clock));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return snsError(error);
    }
  };
}

async function act(action: string, form: URLSearchParams, topic: Topic, clock: Clock): Promise<string> {
  if (action !== "Publish" && action !== "ListSubscriptionsByTopic") {
    throw new RequestError(501, `SNS's ${action} is not supported here`, "NotImplemented");
  }
  if (form.get("TopicArn") !== TOPIC_ARN) {
    const message = `Topic does not exist: ${form.get("TopicArn")}; here there is only ${TOPIC_ARN}`;
    throw new RequestError(404, message, "NotFound");
  }
  if (action === "ListSubscriptionsByTopic") return subscriptions(topic);
  const message = messageFrom(form, clock());
  await topic.publish(message);
  return element("MessageId", message.id);
}

function subscriptions(topic: Topic): string {
  const members = topic.subscriptions.map(({ protocol, endpoint }, position) => {
    const fields = {
      SubscriptionArn: `${TOPIC_ARN}:local-${position}`,
      Owner: ACCOUNT,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: TOPIC_ARN,
    };
    const content = Object.entries(fields).map(([name, value]) => element(name, escapeMarkup(value)));
    return element("member", content.join(""));
  });
  return element("Subscriptions", members.join(""));
}

function messageFrom(form: URLSearchParams, at: number): Message {
  const text = form.get("Message");
  const subject = form.get("Subject");
  const attributes = attributesFrom(form);
  if (!text) throw invalid("Empty message");
  const bytes = [text, ...Object.entries(attributes).flat()].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > MESSAGE_BYTES_MAX) throw invalid("Message too long");
  if (subject !== null && !isSubject(subject)) throw invalid("Subject");
  const bodies = bodiesFrom(text, form.get("MessageStructure"));
  return { id: randomUUID(), at, ...(subject === null ? {} : { subject }), bodies, attributes };
}

function isSubject(subject: string): boolean {
  return subject.length > 0 && subject.length <= SUBJECT_LENGTH_MAX && !/\p{Cc}/u.test(subject);
}

function bodiesFrom(text: string, structure: string | null): Message["bodies"] {
  if (structure === null) return { default: text };
  if (structure !== "json") throw invalid("Message Structure - the only structure is json");
  const parsed = parseJson(text);
  if (!isObject(parsed)) throw invalid("Message Structure - JSON message body failed to parse");
  const bodies: Record<string, string> = {};
  for (const [protocol, body] of Object.entries(parsed)) if (typeof body === "string") bodies[protocol] = body;
  const { default: fallback } = bodies;
  if (fallback === undefined) throw invalid("Message Structure - No default entry in JSON message body");
  return { ...bodies, default: fallback };
}

function attributesFrom(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n++) {
    const entry = `MessageAttributes.entry.${n}`;
    const name = form.get(`${entry}.Name`) ?? "";
    const value = form.get(`${entry}.Value.StringValue`) ?? form.get(`${entry}.Value.BinaryValue`);
    const type = form.get(`${entry}.Value.DataType`);
    if (!name || !type || !value) throw invalid(`Message attribute ${name} must have a name, a type and a value`);
    attributes[name] = value;
  }
  return attributes;
}

function invalid(what: string): RequestError {
  return new RequestError(400, `Invalid parameter: ${what}`, "InvalidParameter");
}

function reply(action: string, result: string): Reply {
  const metadata = element("ResponseMetadata", element("RequestId", randomUUID()));
  return xml(200, element(`${action}Response`, element(`${action}Result`, result) + metadata));
}

function snsError({ status, code, message }: RequestError): Reply {
  const error = element("Type", "Sender") + element("Code", code) + element("Message", escapeMarkup(message));
  return xml(status, element("ErrorResponse", element("Error", error) + element("RequestId", randomUUID())));
}
