import { Argument, Command } from "commander";
import { lessonTable, playLessons } from "../demo/lessons.ts";
import type { Scenario } from "../demo/scenario.ts";
import { scenarioTable } from "../demo/scenario-table.ts";
import { SCENARIOS } from "../demo/scenarios.ts";
import { createStage, type Told } from "../demo/stage.ts";
import { bodyFor } from "../local/message.ts";
import { duration } from "../notify/time.ts";
import { UserError } from "../user-error.ts";
import { seedArgument } from "./arguments.ts";
import { demoGenerateCommand } from "./demo-generate.ts";
import { demoSampleCommand } from "./demo-sample.ts";
import { print, say } from "./output.ts";

interface Options {
  readonly seed: number;
  readonly brief?: boolean;
  readonly json?: boolean;
}

const ALL = "all";
const LESSONS = "lessons";

export function demoCommand(): Command {
  return new Command("demo")
    .addArgument(
      new Argument(
        "[scenario]",
        "the story; `all` plays each one and prints a table; `lessons` plays faults before and after a label",
      ).choices([...SCENARIOS.map(({ name }) => name), ALL, LESSONS]),
    )
    .option("--seed <n>", "seed of the made-up hosts", seedArgument, 1)
    .option("--brief", "print one line for each message")
    .option("--json", "print JSON")
    .addCommand(demoGenerateCommand())
    .addCommand(demoSampleCommand())
    .addHelpText("after", "\nExample:\n  fleetwarden demo fleet-outage --brief")
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined) return print(options.json, SCENARIOS, listScenarios);
      if (name === ALL) return demoAll(options);
      if (name === LESSONS) {
        const lessons = await playLessons(options.seed);
        return print(options.json, lessons, () => lessonTable(lessons));
      }
      const scenario = SCENARIOS.find((one) => one.name === name);
      if (!scenario) throw new UserError(`no scenario ${name}: \`fleetwarden demo\` lists them`);
      await demoOne(scenario, options);
    });
}

function listScenarios(): string {
  return SCENARIOS.map(({ name, story }) => `${name}\n    ${story}`).join("\n");
}

async function demoAll({ seed, json }: Options): Promise<void> {
  const results: { scenario: Scenario; told: Told[] }[] = [];
  const play = createStage(seed);
  for (const scenario of SCENARIOS) {
    const told: Told[] = [];
    await play(scenario, (one) => told.push(one));
    results.push({ scenario, told });
  }
  print(json, results, () => scenarioTable(results));
}

const RULE = "-".repeat(72);

async function demoOne(scenario: Scenario, { seed, brief, json }: Options): Promise<void> {
  const told: Told[] = [];
  const show = (one: Told) => {
    told.push(one);
    const { at, message } = one;
    const head = `after ${duration(at)}: ${message.subject ?? ""}`;
    const text = brief ? head : [RULE, head, "", bodyFor(message, "email").trimEnd()].join("\n");
    if (!json) say(text);
  };
  if (!json) say(scenario.story);
  await createStage(seed)(scenario, show);
  if (json) say(JSON.stringify({ scenario, told }));
}
