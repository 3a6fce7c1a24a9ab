import { type Incident, severityOf } from "../incident/incident.ts";
import type { Notice, NoticeKind } from "../incident/notice.ts";
import { type FullUntil, type Held, hold, take, textsOf } from "./allowance.ts";
import type { DigestNews } from "./news.ts";
import type { AlertPorts } from "./ports.ts";
import type { AlertSettings } from "./settings.ts";

/** How to send, and the process's memory of the allowances. */
export interface Sending {
  readonly settings: AlertSettings;
  readonly fullUntil: FullUntil;
  readonly clock: () => number;
}

type SendPorts = Pick<AlertPorts, "alerting" | "publisher">;

/**
 * Publishes a message about these notices: one of them by itself, or a digest of them all. Phones get it as one text if
 * any notice is for them and the allowance has room; true when they got it.
 */
export async function send(
  ports: SendPorts,
  sending: Sending,
  message: Notice | DigestNews,
  notices: readonly Notice[],
): Promise<boolean> {
  const wanted = textsWanted(notices, sending.settings);
  const sms = wanted.critical + wanted.warning > 0 && (await takeText(ports, sending, wanted));
  await ports.publisher.publish(message, { sms });
  return sms;
}

/** Sends phones the number of texts that they did not get, once the allowance has room. */
export async function sendHeldTexts(ports: SendPorts, { settings, fullUntil, clock }: Sending): Promise<void> {
  const texts = textsOf(settings);
  const { critical, warning } = (await ports.alerting.allowance(texts.name)).held;
  if (critical + warning === 0 || !(await take(ports.alerting, texts, fullUntil, clock))) return;
  const at = Math.round(clock());
  await ports.publisher.publish({ kind: "texts-held", at, critical, warning, perHour: texts.most }, { sms: true });
  await hold(ports.alerting, texts, { critical: -critical, warning: -warning });
}

/** Kinds that reach phones; an end does so if its opening did, and a question can wait. */
const TEXTED: ReadonlySet<NoticeKind> = new Set(["opened", "also", "grown", "worsened", "unstable", "reminder"]);

/** How many of the notices are for phones. */
function textsWanted(notices: readonly Notice[], settings: AlertSettings): Held {
  let [critical, warning] = [0, 0];
  for (const { kind, incident } of notices) {
    const wanted = kind === "resolved" ? incident.texted : TEXTED.has(kind) && isSevere(incident, settings);
    if (!wanted) continue;
    if (severityOf(incident) === "critical") critical++;
    else warning++;
  }
  return { critical, warning };
}

function isSevere(incident: Incident, { textSeverity }: AlertSettings): boolean {
  return textSeverity === "warning" || severityOf(incident) === "critical";
}

/** Counts a text that may not go before the message is published: one that fails is sent and counted again. */
async function takeText(ports: SendPorts, { settings, fullUntil, clock }: Sending, wanted: Held): Promise<boolean> {
  const texts = textsOf(settings);
  if (await take(ports.alerting, texts, fullUntil, clock)) return true;
  await hold(ports.alerting, texts, wanted);
  return false;
}
