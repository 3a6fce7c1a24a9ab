import type { Command } from "commander";
import { endSilence } from "../alert/end-silence.ts";
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
