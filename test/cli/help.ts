// `npm run docs` writes the help of each command into docs/cli.md, around which the prose is written by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { LOADERS } from "../../lib/cli/commands.ts";
import { createProgram } from "../../lib/cli/program.js";

export const CLI_PAGE = join(import.meta.dirname, "../../docs/cli.md");
const BLOCK = /```text\nUsage: fleetwarden [\s\S]*?```/g;

/** Every command and those below it, by the words that call them, in the order of `--help`. */
export async function allCommands(): Promise<ReadonlyMap<string, Command>> {
  const loaded = await Promise.all(Object.values(LOADERS).map((load) => load()));
  return new Map(below(createProgram(loaded), ""));
}

function below(parent: Command, before: string): (readonly [string, Command])[] {
  return parent.commands.flatMap((command) => {
    const words = `${before}${command.name()}`;
    return [[words, command] as const, ...below(command, `${words} `)];
  });
}

export function helpOf(command: Command): string {
  let help = "";
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return help.trim();
}

/** docs/cli.md with the help of today in each of its blocks of help: one for each command, in their order. */
export async function withHelp(): Promise<string> {
  const page = readFileSync(CLI_PAGE, "utf8");
  const helps = [...(await allCommands()).values()].map(helpOf);
  const blocks = page.match(BLOCK)?.length ?? 0;
  if (blocks !== helps.length) throw new Error(`docs/cli.md has ${blocks} blocks of help for ${helps.length} commands`);
  return page.replace(BLOCK, () => `\`\`\`text\n${helps.shift()}\n\`\`\``);
}
