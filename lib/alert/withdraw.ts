import { retryOnConflict } from "../retry.ts";
import type { AlertingStore } from "./ports.ts";
import { isActiveQuiet, type QuietPattern } from "./quiet.ts";

/** Ends a quiet pattern at `now` (ms since the epoch). Throws a RangeError if there is none to end. */
export async function withdrawQuiet(
  alerting: Pick<AlertingStore, "quiets" | "saveQuiet">,
  id: string,
  now: number,
): Promise<QuietPattern> {
  return retryOnConflict(`the quiet pattern ${id}`, async () => {
    const quiet = (await alerting.quiets()).find((one) => one.id === id);
    if (!quiet)
      throw new RangeError(`nothing quiet has the id ${id}: \`fleetwarden labels quiet --all\` lists the ids`);
    if (!isActiveQuiet(quiet, now))
      throw new RangeError(`${id} is over already: \`fleetwarden labels quiet --all\` says since when`);
    return alerting.saveQuiet({ ...quiet, until: now });
  });
}
