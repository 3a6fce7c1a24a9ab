import type { Command } from "commander";
import { UserError } from "../user-error.ts";
import { proposalFor } from "./did-you-mean.ts";

/**
 * For a command whose default takes no word: people misspell the others, or type a name. `otherwise` is the message
 * about a word that is near no command.
 */
export function refuseUnknown(command: Command, otherwise?: (word: string) => string): Command {
  return command.hook("preSubcommand", ({ args: [word, next], commands }, below) => {
    const names = commands.map((one) => one.name());
    const help = `\`fleetwarden ${command.name()} --help\``;
    if (!isWord(word)) return;
    if (names.includes(word)) {
      if (!isWord(next) || below.registeredArguments.length > 0) return;
      throw new UserError(
        otherwise?.(next) ?? `${command.name()} ${word} takes no name such as ${next}: ${help} says more`,
      );
    }
    const proposal = proposalFor(word, names);
    if (proposal === "" && otherwise) throw new UserError(otherwise(word));
    throw noSuchCommand(command, word, proposal);
  });
}

/** For a command whose default takes one word, such as a host: before a second word, it may be a misspelt command. */
export function refuseMisspelt(command: Command): Command {
  return command.hook("preSubcommand", ({ args: [word, next], commands }) => {
    const names = commands.map((one) => one.name());
    if (!isWord(word) || !isWord(next) || names.includes(word)) return;
    const proposal = proposalFor(word, names);
    if (proposal !== "") throw noSuchCommand(command, word, proposal);
  });
}

function noSuchCommand(command: Command, word: string, proposal: string): UserError {
  const help = `\`fleetwarden ${command.name()} --help\``;
  return new UserError(
    `no such command: ${command.name()} ${word}${proposal === "" ? ":" : proposal} ${help} lists them`,
  );
}

function isWord(typed: string | undefined): typed is string {
  return typed !== undefined && !typed.startsWith("-");
}
