// Plain JavaScript, so that bin/fleetwarden prints help and version without loading TypeScript and all commands.
import { createRequire } from "node:module";
import { Command, CommanderError, Help } from "commander";

/** Every command in the order of `--help`: how it is called, and its summary. lib/cli/commands.ts loads them. */
export const COMMANDS = /** @type {const} */ ({
  up: ["[options]", "Run all of Fleetwarden on this machine, and watch this machine with it."],
  config: ["[options] [file]", "Check a configuration as `up` and a deployment do, and show what it sets."],
  agent: ["[options]", "Collect this machine's metrics and put them on a stream until stopped."],
  send: ["[options] <file>", "Send samples from a file, or from standard input with `-`, to the stream."],
  dashboard: [
    "[options]",
    "Show the fleet in a browser: hosts, incidents, thresholds and labels, live. For this machine only.",
  ],
  status: ["[options]", "List the hosts with their scores, epsilons and states."],
  hosts: ["", "List the hosts and how often they send; retire hosts that are gone."],
  doctor: ["[options] [host]", "Say what arrives, what of it is judged, what is wrong, and what to do first."],
  cost: ["[options]", "Say what a fleet costs in AWS: the bill of what the twin metered, or of any fleet."],
  incidents: [
    "[options]",
    "List incidents: the open ones first, the critical ones before the others, then the newest.",
  ],
  alerts: ["", "Count the incidents that people were notified of, and how many were right."],
  explain: [
    "[options] <incident>",
    "Explain why an incident opened: its causes and score, and the baseline and epsilon that judged it.",
  ],
  ack: [
    "[options] <incident>",
    "Acknowledge an incident, so that nobody gets a reminder of it. The first acknowledgement stays.",
  ],
  silence: ["", "Pause notifications for some hosts, as for maintenance; list and end such silences."],
  event: ["[options] <text>", "Declare an event, such as a release: messages about trouble that follows name it."],
  label: [
    "[options] <incident> <verdict>",
    "Label an incident, and with a fleet's incident those of its hosts. The next refit learns from it.",
  ],
  labels: [
    "",
    "Label missed faults, list the incidents whose labels teach most, export and import labels, and show contradictions.",
  ],
  export: ["[options] <what>", "Write stored data as a table, or the newest scores for Prometheus."],
  refit: ["[options]", "Run the deployed refit now: fit baselines, choose epsilons, promote what passes the gate."],
  epsilon: ["", "Show each epsilon in force and what decided it; try another, and set it."],
  analyze: ["[options] <file>", "Find anomalies in a file or folder; write a table, a chart or a page."],
  import: ["[options] <folder>", "Read data in other layouts, say what is there, and write it for the other commands."],
  fit: ["[options]", "Fit a Gaussian to one CSV file and choose epsilon on another, labelled one."],
  replay: [
    "[options] <recording>",
    "Replay a recording of many hosts and show the incidents and messages that it would have brought.",
  ],
  evaluate: ["[options] <folder>", "Measure a detector on a folder of labelled data, by one protocol."],
  tune: [
    "[options] <folder>",
    "Try settings of the detector on labelled data; keep what is configured unless another is better on later time.",
  ],
  demo: [
    "[options] [scenario]",
    "Play a story of trouble on made-up hosts, in memory and in virtual time, and show the messages people get.",
  ],
});

const { version } = createRequire(import.meta.url)("fleetwarden/package.json");

/** @typedef {keyof typeof COMMANDS} CommandName */

/**
 * The command that a command line (as of `process.argv`) names; undefined where it asks for the program's own help or
 * version.
 * @param {readonly string[]} argv
 * @returns {CommandName | undefined}
 */
export function commandNameOf([, , first, second]) {
  const name = first === "help" ? second : first;
  return names().find((one) => one === name);
}

/**
 * Runs a command line (as of `process.argv`) and returns the exit code; throws what the command throws.
 * @param {readonly string[]} argv
 * @param {readonly Command[]} loaded
 */
export async function run(argv, loaded = []) {
  try {
    await createProgram(loaded).parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

/** @returns {CommandName[]} */
function names() {
  return /** @type {CommandName[]} */ (Object.keys(COMMANDS));
}

/** The same on every terminal, so that docs/cli.md shows what people see. */
const HELP_WIDTH = 100;

const FIRST_STEPS = `
First steps:
  fleetwarden demo spike                   show the messages about a fault; needs no host and no account
  fleetwarden up                           run everything on this machine, and watch it
  fleetwarden doctor --stack Fleetwarden   show what arrives at a stack in AWS, and what to fix first`;

/**
 * The command line. Commands that were not loaded have a name and a summary only.
 * @param {readonly Command[]} loaded
 */
export function createProgram(loaded) {
  const program = new Command("fleetwarden")
    .description("Watches the metrics of a fleet of servers, and explains what is not normal.")
    .addHelpText("after", FIRST_STEPS)
    .version(version)
    .showHelpAfterError("(--help shows the options)")
    .enablePositionalOptions()
    .configureHelp({ optionDescription })
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH })
    .exitOverride();
  for (const name of names()) {
    const [usage, summary] = COMMANDS[name];
    const command = loaded.find((one) => one.name() === name);
    if (command) program.addCommand(withSettingsOf(program, command.description(summary)));
    else program.command(`${name} ${usage}`).description(summary);
  }
  return program;
}

/**
 * Marks options that must be given.
 * @this {Help}
 * @param {import("commander").Option} option
 */
function optionDescription(option) {
  const description = Help.prototype.optionDescription.call(this, option);
  return option.mandatory ? `${description} (required)` : description;
}

/**
 * A command and those below it behave as the program does.
 * @param {Command} program
 * @param {Command} command
 * @returns {Command}
 */
function withSettingsOf(program, command) {
  for (const below of command.commands) withSettingsOf(program, below);
  return command.copyInheritedSettings(program);
}
