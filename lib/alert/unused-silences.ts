import type { NewsPublisher } from "./news.ts";
import type { AlertingStore } from "./ports.ts";
import type { Silence } from "./silence.ts";

/**
 * Announces each silence that ended and held nothing back: a mistyped pattern, or a habit without a cause. It publishes
 * before it notes so, so at least once. Returns the number announced.
 */
export async function reportUnused(
  store: Pick<AlertingStore, "silences" | "saveSilence">,
  publisher: NewsPublisher,
  now: number,
): Promise<number> {
  const unused = (await store.silences()).filter((silence) => isUnused(silence, now));
  for (const silence of unused) {
    await publisher.publish({ kind: "silence-unused", silence }, { sms: false });
    // A process that was faster has noted the same: nothing else is written to a silence that is over.
    await store.saveSilence({ ...silence, reported: true });
  }
  return unused.length;
}

/** One that was withdrawn before it began never held. */
function isUnused({ from, until, matched, reported }: Silence, now: number): boolean {
  return from < until && until <= now && matched === undefined && !reported;
}
