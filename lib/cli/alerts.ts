import { Command } from "commander";
import { alertsStatsCommand } from "./alerts-stats.ts";

export function alertsCommand(): Command {
  return new Command("alerts")
    .addCommand(alertsStatsCommand(), { isDefault: true })
    .addHelpText("after", "\nExample:\n  fleetwarden alerts stats --since 30d --by reason");
}
