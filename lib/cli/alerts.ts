import { Command } from "commander";
import { alertsStatsCommand } from "./alerts-stats.ts";

export function alertsCommand(): Command {
  return new Command("alerts")
    .description("Show what people were told of, and how much of it was right.")
    .addCommand(alertsStatsCommand(), { isDefault: true })
    .addHelpText("after", "\nExample:\n  fleetwarden alerts stats --since 30d --by reason");
}
