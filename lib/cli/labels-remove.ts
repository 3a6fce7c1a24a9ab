import type { Command } from "commander";
import { UserError } from "../user-error.ts";
import { answer, targetCommand } from "./connect.ts";

export function labelsRemoveCommand(): Command {
  return targetCommand("remove")
    .description("Remove the label of a time.")
    .argument("<id>", "its id, like T-K7Q2RT: `labels add` and the host's page show it")
    .addHelpText("after", "\nExample:\n  fleetwarden labels remove T-K7Q2RT")
    .action(
      answer(async ({ alerting }, id: string) => {
        const label = (await alerting.timeLabels()).find((one) => one.id === id.toUpperCase());
        if (!label) throw new UserError(`no label ${id} of a time: \`fleetwarden labels export\` lists the labels`);
        await alerting.removeTimeLabel(label.id);
        return [{ removed: label }, `${label.id} is removed. The next refit does without it.`];
      }),
    );
}
