import type { Command } from "commander";
import type { AlertingStore } from "../alert/ports.ts";
import type { Silence } from "../alert/silence.ts";
import { moment } from "../notify/time.ts";
import { retryOnConflict } from "../retry.ts";
import { UserError } from "../user-error.ts";
import { answer, targetCommand } from "./connect.ts";

export function silenceEndCommand(): Command {
  return targetCommand("end")
    .description("End a silence now; notifications about trouble that is still there follow within a minute or two.")
    .argument("<silence>", "its id, as `silence list` shows it")
    .addHelpText("after", "\nExample:\n  fleetwarden silence end K7Q2RT")
    .action(
      answer(async ({ alerting }, id: string) => {
        const silence = await endSilence(alerting, id.toUpperCase(), Date.now());
        return [{ silence }, `${silence.id} is over.`];
      }),
    );
}

async function endSilence(alerting: AlertingStore, id: string, now: number): Promise<Silence> {
  return retryOnConflict(`silence ${id}`, async () => {
    const silence = (await alerting.silences()).find((one) => one.id === id);
    if (!silence) throw new UserError(`no silence ${id}: \`fleetwarden silence list --all\` shows them`);
    if (silence.until <= now) throw new UserError(`silence ${id} has been over since ${moment(silence.until)}`);
    // A future silence ends when it would begin, so it never takes effect.
    return alerting.saveSilence({ ...silence, until: Math.max(now, silence.from) });
  });
}
