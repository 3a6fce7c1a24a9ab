import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { ackCommand } from "./ack.ts";
import { agentCommand } from "./agent.ts";
import { demoCommand } from "./demo.ts";
import { epsilonCommand } from "./epsilon.ts";
import { explainError, wantsTrace } from "./errors.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { explainCommand } from "./explain.ts";
import { fitCommand } from "./fit-command.ts";
import { hostsCommand } from "./hosts.ts";
import { incidentsCommand } from "./incidents.ts";
import { labelCommand } from "./label.ts";
import { labelsCommand } from "./labels.ts";
import { refitCommand } from "./refit.ts";
import { replayCommand } from "./replay-command.ts";
import { sendCommand } from "./send.ts";
import { silenceCommand } from "./silence.ts";
import { statusCommand } from "./status.ts";
import { upCommand } from "./up.ts";

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly (() => Command)[] = [
  upCommand,
  agentCommand,
  sendCommand,
  statusCommand,
  hostsCommand,
  incidentsCommand,
  explainCommand,
  ackCommand,
  silenceCommand,
  labelCommand,
  labelsCommand,
  refitCommand,
  epsilonCommand,
  fitCommand,
  replayCommand,
  evaluateCommand,
  demoCommand,
];

/** Runs one command line (argv as of `process`) and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram();
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

export function createProgram(): Command {
  const program = new Command("fleetwarden")
    .description("Watches a fleet of servers and explains what is strange.")
    .version(versionOf(join(import.meta.dirname, "../../package.json")))
    .showHelpAfterError("(--help shows the options)")
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH })
    .exitOverride();
  for (const create of COMMANDS) program.addCommand(withSettingsOf(program, create()));
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
