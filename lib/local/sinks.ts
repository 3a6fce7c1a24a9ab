import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../backoff.ts";
import { type Destination, TITLES } from "../forward/destination.ts";
import { postAlert } from "../forward/post.ts";
import { FILTERS } from "../resources.ts";
import { replaceFile } from "./files.ts";
import { bodyFor, type Message } from "./message.ts";
import { TOPIC_ARN } from "./names.ts";

/** A destination of messages. */
export interface Sink {
  readonly name: string;
  /** The protocol and endpoint that ListSubscriptionsByTopic shows. */
  readonly protocol: string;
  readonly endpoint: string;
  /** The filter of its subscription. Without one it gets every message. */
  readonly wants?: (message: Message) => boolean;
  /** Throws when the message did not arrive. A retry calls it again with the same message. */
  deliver(message: Message, signal: AbortSignal): Promise<void>;
}

export interface SmtpOptions {
  /** Like `smtp://user:password@host:587`. */
  readonly url: string;
  readonly to: readonly string[];
  readonly from?: string;
}

const HASH_LENGTH = 8;
const FROM = "Fleetwarden <fleetwarden@localhost>";
/**
 * SNS gives an https endpoint 15 seconds (https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html).
 */
const ATTEMPT_TIMEOUT_MS = 15_000;

/** Imported with the first mail: a calm machine sends none. */
const mailer = () => import("nodemailer");

/** Writes the e-mail as `.eml` and the SMS as `.txt`. Names sort by time; a message delivered twice is one file. */
export function outboxSink(folder: string): Sink {
  return {
    name: "outbox",
    protocol: "email",
    endpoint: folder,
    async deliver(message) {
      await mkdir(folder, { recursive: true });
      const composer = (await mailer()).createTransport({ streamTransport: true, buffer: true, newline: "unix" });
      const { message: eml } = await composer.sendMail(mailOf(message, FROM, ["outbox@localhost"]));
      if (!Buffer.isBuffer(eml)) throw new Error("The mail composer gave no buffer");
      await replaceFile(join(folder, `${fileName(message)}.eml`), eml);
      await replaceFile(join(folder, `${fileName(message)}.txt`), bodyFor(message, "sms"));
    },
  };
}

export function smtpSink({ url, to, from = FROM }: SmtpOptions): Sink {
  /** Recipients that the server refused: a retry repeats no mail to the others. */
  const refused = new WeakMap<Message, readonly string[]>();
  const timeouts = { connectionTimeout: ATTEMPT_TIMEOUT_MS, greetingTimeout: ATTEMPT_TIMEOUT_MS };
  return {
    name: "smtp",
    protocol: "email",
    endpoint: to.join(", "),
    wants: isNotForPhonesOnly,
    async deliver(message) {
      const transport = (await mailer()).createTransport({ url, socketTimeout: ATTEMPT_TIMEOUT_MS, ...timeouts });
      const envelope = { from, to: [...(refused.get(message) ?? to)] };
      const { rejected } = await transport.sendMail({ ...mailOf(message, from, to), envelope });
      if (rejected.length === 0) return;
      refused.set(message, rejected);
      throw new Error(`The mail server refused ${rejected.join(", ")}`);
    },
  };
}

/** Posts the https body to an `http:` or `https:` URL, as SNS does with raw message delivery. */
export function webhookSink(url: string): Sink {
  return {
    // Spooled messages carry this name, so they find their webhook again even when other webhooks come and go.
    name: `webhook-${createHash("sha256").update(url).digest("hex").slice(0, HASH_LENGTH)}`,
    protocol: new URL(url).protocol.slice(0, -1),
    endpoint: url,
    wants: isNotForPhonesOnly,
    async deliver(message, signal) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "text/plain; charset=UTF-8",
          "x-amz-sns-message-type": "Notification",
          "x-amz-sns-message-id": message.id,
          "x-amz-sns-topic-arn": TOPIC_ARN,
          "x-amz-sns-rawdelivery": "true",
        },
        body: bodyFor(message, "https"),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    },
  };
}

/** Does the same as the deployed function of that service. */
export function forwardSink(to: Destination): Sink {
  return {
    name: to.service,
    protocol: "lambda",
    // Neither the path of a webhook nor a key, which are secrets.
    endpoint: `${TITLES[to.service]} at ${to.url.host}`,
    wants: isNotForPhonesOnly,
    deliver: (message, signal) => postAlert(bodyFor(message, "lambda"), to, sleep, signal),
  };
}

function isNotForPhonesOnly({ attributes }: Message): boolean {
  const { attribute, allBut } = FILTERS.others;
  return attributes[attribute] !== allBut;
}

/** Sorts by time. The id distinguishes messages of the same millisecond. */
export function fileName({ at, id }: Message): string {
  return `${new Date(at).toISOString().replaceAll(":", ".")}-${id}`;
}

function mailOf(message: Message, from: string, to: readonly string[]) {
  return {
    from,
    to: [...to],
    subject: message.subject ?? "AWS Notification Message",
    text: bodyFor(message, "email"),
    date: new Date(message.at),
    messageId: `<${message.id}@fleetwarden.localhost>`,
  };
}
