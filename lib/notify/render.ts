import { type Notice, severityOf } from "../watch/incident.ts";
import { renderEmail } from "./email.ts";
import { renderSms } from "./sms.ts";
import { renderSubject } from "./subject.ts";
import { clean, shorten } from "./text.ts";
import { renderWebhook } from "./webhook.ts";

/** What the alert says about its sender. */
export interface RenderContext {
  readonly stack: string;
  /** Where this incident can be labelled; absent when nowhere but on the command line. */
  readonly link?: string;
}

/** One notice in the words of every channel. All limits of docs/alerts.md hold for any notice. */
export interface Message {
  /** Fewer than 100 printable ASCII characters. */
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** JSON. */
  readonly webhook: string;
  /** For filter policies. */
  readonly attributes: {
    readonly severity: string;
    readonly kind: string;
    readonly group: string;
    readonly host: string;
  };
}

/** As long as a host can be: a Kinesis partition key has at most 256 characters. */
const ATTRIBUTE_LENGTH_MAX = 256;

export function render(notice: Notice, context: RenderContext): Message {
  const subject = renderSubject(notice);
  return {
    subject,
    email: renderEmail(notice, context),
    sms: renderSms(notice),
    webhook: renderWebhook(notice, subject, context),
    attributes: {
      severity: severityOf(notice.incident),
      kind: notice.kind,
      group: attribute(notice.incident.group),
      host: attribute(notice.incident.host),
    },
  };
}

/** Filters read a value as a JSON string (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html). */
function attribute(name: string): string {
  return shorten(clean(name).replace(/["\\]/g, "?"), ATTRIBUTE_LENGTH_MAX);
}
