import { retryOnConflict } from "../retry.ts";
import type { AlertingStore } from "./ports.ts";
import type { Silence } from "./silence.ts";

/**
 * Ends a silence at `now` (ms since the epoch); one that is still to come never begins. Throws a RangeError if there is
 * none to end.
 */
export async function endSilence(
  alerting: Pick<AlertingStore, "silences" | "saveSilence">,
  id: string,
  now: number,
): Promise<Silence> {
  return retryOnConflict(`silence ${id}`, async () => {
    const silence = (await alerting.silences()).find((one) => one.id === id);
    if (!silence) throw new RangeError(`no silence ${id}: \`fleetwarden silence list --all\` shows them`);
    if (silence.until <= now)
      throw new RangeError(`silence ${id} is over already: \`fleetwarden silence list --all\` says since when`);
    return alerting.saveSilence({ ...silence, until: Math.max(now, silence.from) });
  });
}
