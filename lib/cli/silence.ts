import { Command } from "commander";
import { silenceAddCommand } from "./silence-add.ts";
import { silenceEndCommand } from "./silence-end.ts";
import { silenceListCommand } from "./silence-list.ts";
import { refuseUnknown } from "./unknown-command.ts";

export function silenceCommand(): Command {
  const command = new Command("silence")
    .addCommand(silenceListCommand(), { isDefault: true })
    .addCommand(silenceAddCommand())
    .addCommand(silenceEndCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden silence add --group web --for 2h --reason 'new disks'");
  return refuseUnknown(command);
}
