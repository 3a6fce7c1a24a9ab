import { type Incident, severityOf } from "../incident/incident.ts";
import type { Notice, NoticeKind } from "../incident/notice.ts";
import { type AllowanceStore, type FullUntil, type Held, hold, take, textsOf } from "./allowance.ts";
import type { DigestNews, NewsPublisher } from "./news.ts";
import type { AlertSettings } from "./settings.ts";

export interface TellPorts {
  readonly alerting: AllowanceStore;
  readonly publisher: NewsPublisher;
}

/** How to tell, and what the process knows of the allowances. */
export interface Telling {
  readonly settings: AlertSettings;
  readonly fullUntil: FullUntil;
  readonly clock: () => number;
}

/** Publishes one notice, to phones as well if it is for them and they may have one more; true when they got it. */
export async function tell(ports: TellPorts, telling: Telling, notice: Notice): Promise<boolean> {
  const { critical, warning } = textsWanted([notice], telling.settings);
  const sms = critical + warning > 0 && (await takeText(ports, telling, { critical, warning }));
  await ports.publisher.publish(notice, { sms });
  return sms;
}

/** Publishes one message for many notices; phones get it if any of these was for them, as one text. */
export async function tellDigest(
  ports: TellPorts,
  telling: Telling,
  digest: DigestNews,
  notices: readonly Notice[],
): Promise<void> {
  const wanted = textsWanted(notices, telling.settings);
  const sms = wanted.critical + wanted.warning > 0 && (await takeText(ports, telling, wanted));
  await ports.publisher.publish(digest, { sms });
}

/** Tells phones how many texts they did not get, once they may have one more. */
export async function tellHeldTexts(ports: TellPorts, { settings, fullUntil, clock }: Telling): Promise<void> {
  const texts = textsOf(settings);
  const { critical, warning } = (await ports.alerting.allowance(texts.name)).held;
  if (critical + warning === 0 || !(await take(ports.alerting, texts, fullUntil, clock))) return;
  const at = Math.round(clock());
  await ports.publisher.publish({ kind: "texts-held", at, critical, warning, perHour: texts.most }, { sms: true });
  await hold(ports.alerting, texts, { critical: -critical, warning: -warning });
}

/** Kinds that reach phones; an end does so where the beginning did, and a question can wait. */
const TEXTED: ReadonlySet<NoticeKind> = new Set(["opened", "worsened", "unstable", "reminder"]);

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

/** What does not go is counted first: a message that fails is told again, and counted again. */
async function takeText(ports: TellPorts, { settings, fullUntil, clock }: Telling, wanted: Held): Promise<boolean> {
  const texts = textsOf(settings);
  if (await take(ports.alerting, texts, fullUntil, clock)) return true;
  await hold(ports.alerting, texts, wanted);
  return false;
}
