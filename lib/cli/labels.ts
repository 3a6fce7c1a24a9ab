import { Command } from "commander";
import { labelsAddCommand } from "./labels-add.ts";
import { labelsConflictsCommand } from "./labels-conflicts.ts";
import { labelsExportCommand } from "./labels-export.ts";
import { labelsImportCommand } from "./labels-import.ts";
import { labelsQueueCommand } from "./labels-queue.ts";
import { labelsQuietCommand } from "./labels-quiet.ts";
import { labelsRemoveCommand } from "./labels-remove.ts";
import { labelsRowsCommand } from "./labels-rows.ts";

export function labelsCommand(): Command {
  return new Command("labels")
    .addCommand(labelsAddCommand())
    .addCommand(labelsRemoveCommand())
    .addCommand(labelsRowsCommand())
    .addCommand(labelsExportCommand())
    .addCommand(labelsImportCommand())
    .addCommand(labelsQueueCommand())
    .addCommand(labelsConflictsCommand())
    .addCommand(labelsQuietCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden labels export --since 90d > labels.csv");
}
