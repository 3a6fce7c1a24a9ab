import { type Command, Option } from "commander";
import { EMAIL } from "../config/addresses.ts";
import type { Recipients } from "../config/config.ts";
import { parseDestination, TITLES } from "../forward/destination.ts";
import type { TwinOptions } from "../local/twin.ts";
import { SERVICES, type Service } from "../resources.ts";
import { UserError } from "../user-error.ts";
import { webAddress } from "../web-address.ts";

/** Where `up` sends alerts beside the console and the outbox. */
export interface DeliveryOptions extends Readonly<Partial<Record<Service, string>>> {
  readonly smtp?: string;
  readonly email?: readonly string[];
  readonly webhook?: readonly string[];
}

const MAIL_SERVER = "smtp://user:password@host:587";

const SERVICE_OPTIONS: Readonly<Record<Service, readonly [flags: string, description: string]>> = {
  slack: ["--slack <url>", "post alerts to this incoming webhook of Slack"],
  teams: ["--teams <url>", "post alerts to this workflow of Microsoft Teams"],
  pagerduty: ["--pagerduty <key>", "send incidents to PagerDuty with this integration key"],
  opsgenie: ["--opsgenie <key>", "send incidents to Opsgenie with this key of an API integration"],
};

export function addDeliveryOptions(command: Command): Command {
  command
    .option("--smtp <url>", `send alerts by e-mail through this server, like ${MAIL_SERVER}`)
    .option("--email <address...>", "send the e-mails to these addresses instead of those in the configuration")
    .option("--webhook <url...>", "post alerts as JSON to these URLs instead of those in the configuration");
  for (const service of SERVICES) {
    command.addOption(new Option(...SERVICE_OPTIONS[service]).env(`FLEETWARDEN_${service.toUpperCase()}`));
  }
  return command;
}

/**
 * Reads recipients once: the subscriptions of a topic in AWS do not change with the configuration either. Throws a
 * UserError for a recipient that can never get an alert; errors do not contain an address that may be a secret.
 */
export function deliveryOf(
  options: DeliveryOptions,
  recipients: Recipients,
): Omit<TwinOptions["delivery"], "onMessage"> {
  const { smtp, email, webhook } = options;
  for (const address of email ?? []) {
    if (!EMAIL.test(address))
      throw new UserError(`--email: ${JSON.stringify(address)} is no address. Use one like ops@example.com.`);
  }
  for (const text of webhook ?? []) checkWebhook(text);
  const forwards = SERVICES.flatMap((service) => {
    const { [service]: secret } = options;
    return secret ? [parseDestination(service, secret, `--${service}`)] : [];
  });
  const posted = { webhooks: [...new Set(webhook ?? recipients.webhooks)], forwards };
  if (smtp === undefined && email === undefined) return posted;
  if (smtp === undefined) {
    throw new UserError(`--email needs --smtp: name a mail server, like ${MAIL_SERVER}. The twin has none of its own.`);
  }
  if (!/^smtps?:$/.test(URL.canParse(smtp) ? new URL(smtp).protocol : "")) {
    throw new UserError(`--smtp: this is no address of a mail server. Use one like ${MAIL_SERVER}.`);
  }
  const to = email ?? recipients.emails;
  if (to.length > 0) return { ...posted, smtp: { url: smtp, to } };
  throw new UserError("--smtp needs --email, or emails in the configuration: say whom to send alerts to");
}

function checkWebhook(text: string): void {
  const url = webAddress(text);
  if (typeof url === "string") throw new UserError(`--webhook: ${url}. Use an https address, or http on this machine.`);
  if (url.username !== "") throw new UserError("--webhook: leave user and password out: they cannot be sent that way.");
}

/** Facts for people at the start. */
export function deliveryNotes(options: DeliveryOptions, { emails }: Recipients): readonly string[] {
  const services = SERVICES.filter((service) => options[service]).map((service) => TITLES[service]);
  const forwarded = services.length > 0 ? [`Alerts also go to ${services.join(", ")}.`] : [];
  if (options.smtp !== undefined || emails.length === 0) return forwarded;
  return [
    ...forwarded,
    `No mail goes to the emails of the configuration: name a mail server with --smtp, like ${MAIL_SERVER}.`,
  ];
}

/** Whether the command line may show a password or key to other users of this machine. */
export function hasSecrets(options: DeliveryOptions): boolean {
  return options.smtp !== undefined || SERVICES.some((service) => options[service] !== undefined);
}
