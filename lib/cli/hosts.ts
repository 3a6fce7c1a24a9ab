import { Command } from "commander";
import { hostsListCommand } from "./hosts-list.ts";
import { hostsRetireCommand, hostsReturnCommand } from "./hosts-retire.ts";

export function hostsCommand(): Command {
  return new Command("hosts")
    .addCommand(hostsListCommand(), { isDefault: true })
    .addCommand(hostsRetireCommand())
    .addCommand(hostsReturnCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden hosts retire web-07");
}
