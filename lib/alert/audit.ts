import { DAY_MS } from "../time.ts";
import type { NewsPublisher, Subscription } from "./news.ts";
import type { AlertingStore, Audit } from "./ports.ts";

/** A subscription as the topic knows it, with its whole endpoint. */
export interface TopicSubscription extends Subscription {
  readonly confirmed: boolean;
}

export interface AuditPorts {
  readonly alerting: Pick<AlertingStore, "audit" | "saveAudit">;
  readonly publisher: NewsPublisher;
  /** All subscriptions of the alerts topic; undefined when there are too many to look at. */
  readonly subscriptions: () => Promise<readonly TopicSubscription[] | undefined>;
}

/**
 * Once a day, however often it is called: announces subscriptions that vanished since the last audit, and subscriptions
 * that were unconfirmed then too. SNS forgets an unconfirmed one after 48 hours, so each is announced once; a crash
 * before the audit is saved announces it again. Returns the number announced.
 */
export async function auditSubscriptions(ports: AuditPorts, now: number): Promise<number> {
  const last = await ports.alerting.audit();
  if (last && now - last.at < DAY_MS) return 0;
  const found = await ports.subscriptions();
  // The list is too long to compare, so the next audit cannot miss any.
  if (!found) {
    await ports.alerting.saveAudit({ at: now, confirmed: [], unconfirmed: [] });
    return 0;
  }
  const audit = auditOf(found, now);
  const vanished = (last?.confirmed ?? []).filter((key) => !audit.confirmed.includes(key)).map(shortened);
  const unconfirmed = audit.unconfirmed.filter((key) => last?.unconfirmed.includes(key)).map(shortened);
  if (vanished.length + unconfirmed.length > 0) {
    await ports.publisher.publish({ kind: "subscriptions", at: now, vanished, unconfirmed }, { sms: false });
  }
  await ports.alerting.saveAudit(audit);
  return vanished.length + unconfirmed.length;
}

function auditOf(found: readonly TopicSubscription[], at: number): Audit {
  const keysOf = (confirmed: boolean) => [
    ...new Set(
      found.filter((one) => one.confirmed === confirmed).map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
    ),
  ];
  return { at, confirmed: keysOf(true), unconfirmed: keysOf(false) };
}

/**
 * Shortens an address so that people still recognise it. A webhook's address is often its password, and a phone number
 * is private.
 */
function shortened(key: string): Subscription {
  const [protocol = ""] = key.split(" ", 1);
  const endpoint = key.slice(protocol.length + 1);
  if (protocol === "sms") return { protocol, endpoint: `…${endpoint.slice(-4)}` };
  if (protocol !== "http" && protocol !== "https") return { protocol, endpoint };
  return { protocol, endpoint: URL.canParse(endpoint) ? `${protocol}://${new URL(endpoint).host}` : protocol };
}
