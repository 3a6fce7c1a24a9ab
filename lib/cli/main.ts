import type { Command } from "commander";
import { ackCommand } from "./ack.ts";
import { agentCommand } from "./agent.ts";
import { alertsCommand } from "./alerts.ts";
import { analyzeCommand } from "./analyze-command.ts";
import { configCommand } from "./config.ts";
import { dashboardCommand } from "./dashboard.ts";
import { demoCommand } from "./demo.ts";
import { epsilonCommand } from "./epsilon.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { fitCommand } from "./fit-command.ts";
import { hostsCommand } from "./hosts.ts";
import { incidentsCommand } from "./incidents.ts";
import { labelCommand } from "./label.ts";
import { labelsCommand } from "./labels.ts";
import { programOf, run } from "./program.ts";
import { refitCommand } from "./refit.ts";
import { replayCommand } from "./replay-command.ts";
import { sendCommand } from "./send.ts";
import { silenceCommand } from "./silence.ts";
import { statusCommand } from "./status.ts";
import { upCommand } from "./up.ts";

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly (() => Command)[] = [
  upCommand,
  configCommand,
  agentCommand,
  sendCommand,
  dashboardCommand,
  statusCommand,
  hostsCommand,
  incidentsCommand,
  alertsCommand,
  explainCommand,
  ackCommand,
  silenceCommand,
  labelCommand,
  labelsCommand,
  exportCommand,
  refitCommand,
  epsilonCommand,
  analyzeCommand,
  fitCommand,
  replayCommand,
  evaluateCommand,
  demoCommand,
];

/** Runs one command line (argv as of `process`) and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  return run(createProgram(), argv);
}

export function createProgram(): Command {
  return programOf(COMMANDS.map((create) => create()));
}
