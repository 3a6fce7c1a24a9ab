// The docs say what is so: help texts verbatim, commands and scripts that exist, links that lead somewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { COMMANDS, createProgram } from "../lib/cli/main.ts";

const root = join(__dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${name}`),
].filter((page) => page.endsWith(".md"));
const { scripts } = JSON.parse(read("package.json"));

/** Every command and those below it, by the words that call them. */
function allCommands(of: Command = createProgram(), before = ""): readonly (readonly [string, Command])[] {
  return of.commands.flatMap((command) => {
    const words = `${before}${command.name()}`;
    return [[words, command] as const, ...allCommands(command, `${words} `)];
  });
}

test.each(allCommands())("docs/cli.md shows the help of %s as it is", (_, command) => {
  let help = "";
  command
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => 100,
    })
    .outputHelp();
  expect(read("docs/cli.md")).toContain(help.trim());
});

test.each(COMMANDS.map((create) => [create().name(), create()] as const))(
  "the help of %s ends with an example of it",
  (name, command) => {
    let help = "";
    command
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    expect(help).toMatch(new RegExp(`Example:\n  fleetwarden ${name}\\b`));
  },
);

/** Lines in shell blocks of a page. */
function shellLines(page: string): string[] {
  return [...read(page).matchAll(/```(?:sh|console)\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"));
}

const commandLines = pages.flatMap((page) =>
  shellLines(page)
    .map((line) => /^(?:\$ )?(?:bin\/)?fleetwarden ([a-z]+)(.*)$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name = "", rest = ""]) => [page, name, rest] as const),
);

test.each(commandLines)("%s: `fleetwarden %s%s` has options that exist", (_, name, rest) => {
  const line = `${name}${rest} `;
  const command = allCommands().findLast(([words]) => line.startsWith(`${words} `))?.[1];
  const known = command?.options.flatMap(({ short, long }) => [short, long]) ?? [];
  const used = [...rest.replace(/#.*/, "").matchAll(/(?:^|\s)(--?[a-z][a-z-]*)/g)].map(([, flag]) => flag);
  expect(command).toBeDefined();
  expect(used.filter((flag) => !known.includes(flag))).toEqual([]);
});

test.each(
  pages.flatMap((page) => [...read(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => [page, name] as const)),
)("%s: `npm run %s` exists", (_, name) => {
  expect(Object.keys(scripts)).toContain(name);
});

test.each(
  pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = ""]) => [page, link] as const),
  ),
)("%s links to %s, which is there", (page, link) => {
  expect(existsSync(join(root, dirname(page), link))).toBe(true);
});

test("every page of docs is linked from the README or from a page that is", () => {
  const texts = pages.map(read).join("\n");
  const orphans = pages
    .filter((page) => page !== "README.md" && !page.startsWith("docs/adr/"))
    .filter((page) => !texts.includes(`(${page})`) && !texts.includes(`(${page.replace("docs/", "")})`));
  expect(orphans).toEqual([]);
});

test("the tree in docs/architecture.md names every room", () => {
  const page = read("docs/architecture.md");
  const rooms = readdirSync(join(root, "lib"), { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? `${entry.name}/` : entry.name,
  );
  expect(rooms.filter((room) => !page.includes(`      ${room}`))).toEqual([]);
});
