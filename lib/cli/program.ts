import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { explainError, wantsTrace } from "./errors.ts";

/** Runs one command line (argv as of `process`) and returns the exit code. */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`fleetwarden: ${explainError(error)}\n`);
    if (wantsTrace(process.env)) console.error(error);
    return 1;
  }
}

/** The same on every terminal, so that docs/cli.md can be compared with it. */
const HELP_WIDTH = 100;

/** The command line with these commands. */
export function programOf(commands: readonly Command[]): Command {
  const program = new Command("fleetwarden")
    .description("Watches a fleet of servers and explains what is strange.")
    .version(versionOf(join(import.meta.dirname, "../../package.json")))
    .showHelpAfterError("(--help shows the options)")
    .enablePositionalOptions()
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH })
    .exitOverride();
  for (const command of commands) program.addCommand(withSettingsOf(program, command));
  return program;
}

/** A command and those below it behave as the program does. */
function withSettingsOf(program: Command, command: Command): Command {
  for (const below of command.commands) withSettingsOf(program, below);
  return command.copyInheritedSettings(program);
}

function versionOf(path: string): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(path, "utf8"));
  return String(version);
}
