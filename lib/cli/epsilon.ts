import { Command } from "commander";
import { budgetCommand } from "./epsilon-budget.ts";
import { rollbackCommand, setCommand } from "./epsilon-by-hand.ts";
import { historyCommand } from "./epsilon-history.ts";
import { modelCommand } from "./epsilon-model.ts";
import { showCommand } from "./epsilon-show.ts";
import { whatIfCommand } from "./epsilon-what-if.ts";
import { refuseMisspelt } from "./unknown-command.ts";

export function epsilonCommand(): Command {
  const command = new Command("epsilon")
    .addCommand(showCommand(), { isDefault: true })
    .addCommand(modelCommand())
    .addCommand(whatIfCommand())
    .addCommand(setCommand())
    .addCommand(budgetCommand())
    .addCommand(historyCommand())
    .addCommand(rollbackCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden epsilon what-if 12");
  return refuseMisspelt(command);
}
