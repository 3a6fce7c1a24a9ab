import type { Command } from "commander";
import { UserError } from "../user-error.ts";
import { proposalFor } from "./did-you-mean.ts";

/**
 * For a command whose default takes no word: people misspell the others, or type a name. `otherwise` is the message
 * about a word that is near no command.
 */
export function refuseUnknown(command: Command, otherwise?: (word: string) => string): Command {
  return command.hook("preSubcommand", ({ args: [word], commands }) => {
    const names = commands.map((one) => one.name());
    if (word === undefined || word.startsWith("-") || names.includes(word)) return;
    const proposal = proposalFor(word, names);
    if (proposal === "" && otherwise) throw new UserError(otherwise(word));
    const help = `\`fleetwarden ${command.name()} --help\` lists them`;
    throw new UserError(`no such command: ${command.name()} ${word}${proposal === "" ? ":" : proposal} ${help}`);
  });
}
