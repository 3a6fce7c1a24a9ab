import { Command } from "commander";
import { labelsConflictsCommand } from "./labels-conflicts.ts";
import { labelsExportCommand } from "./labels-export.ts";
import { labelsImportCommand } from "./labels-import.ts";

export function labelsCommand(): Command {
  return new Command("labels")
    .addCommand(labelsExportCommand())
    .addCommand(labelsImportCommand())
    .addCommand(labelsConflictsCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden labels export --since 90d > labels.csv");
}
