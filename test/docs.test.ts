// The docs are true: they show help texts verbatim, name commands and scripts that exist, and link to existing files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { COMMANDS } from "../lib/cli/program.js";
import { allCommands, helpOf, withHelp } from "./cli/help.ts";
import { withBills } from "./cost/cost-table.ts";

const root = join(__dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${name}`),
].filter((page) => page.endsWith(".md"));
const { scripts, version } = JSON.parse(read("package.json"));

test("docs/cli.md shows the help of every command: `npm run docs` writes it", async () => {
  expect(read("docs/cli.md")).toBe(await withHelp());
});

test("docs/deploying.md shows the bills that `fleetwarden cost` computes: `npm run docs` writes them", () => {
  expect(read("docs/deploying.md")).toBe(withBills());
});

test("the help of every command ends with an example of it", async () => {
  const without = [...(await allCommands())].filter(
    ([words, command]) => !new RegExp(`Example:\n  fleetwarden ${words}\\b`).test(helpOf(command)),
  );
  expect(without.map(([words]) => words)).toEqual([]);
});

test("the program's own help, which loads no command, calls each as the command itself does", async () => {
  const commands = [...(await allCommands())].filter(([words]) => !words.includes(" "));
  expect(Object.entries(COMMANDS).map(([name, [usage]]) => [name, usage])).toEqual(
    commands.map(([name, command]) => [name, usageOf(command)]),
  );
});

function usageOf({ options, registeredArguments }: Command): string {
  const words = registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [...(options.length > 0 ? ["[options]"] : []), ...words].join(" ");
}

/** Lines in shell blocks of a page. */
function shellLines(page: string): string[] {
  return [...read(page).matchAll(/```(?:sh|console)\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"));
}

test("command lines in the docs have commands and options that exist", async () => {
  const commands = [...(await allCommands())];
  const wrong = pages.flatMap((page) =>
    shellLines(page).flatMap((line) => {
      const [, called] = /^(?:\$ )?(?:bin\/)?fleetwarden ([a-z].*)$/.exec(line.trim()) ?? [];
      if (called === undefined) return [];
      const command = commands.findLast(([words]) => `${called} `.startsWith(`${words} `))?.[1];
      const known = command?.options.flatMap(({ short, long }) => [short, long]) ?? [];
      const used = [...called.replace(/#.*/, "").matchAll(/\s(--?[a-z][a-z-]*)/g)].map(([, flag]) => flag);
      return command && used.every((flag) => known.includes(flag)) ? [] : [`${page}: ${line}`];
    }),
  );
  expect(wrong).toEqual([]);
});

/** The matches of the pattern's group in the docs, with their page. */
const found = (pattern: RegExp) =>
  pages.flatMap((page) => [...read(page).matchAll(pattern)].map(([, text = ""]) => ({ page, text })));

test("the npm scripts that the docs name exist", () => {
  const named = found(/npm run ([a-z:]+)/g);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ text }) => !(text in scripts))).toEqual([]);
});

test("links in the docs lead to files that exist", () => {
  const links = found(/\]\((?!https?:)([^)#]+)[^)]*\)/g);
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter(({ page, text }) => !existsSync(join(root, dirname(page), text)))).toEqual([]);
});

test("links in the docs lead to headings that exist", () => {
  const headings = new Map(pages.map((page) => [page, headingsOf(read(page))]));
  const links = found(/\]\((?!https?:)([^)#]*#[^)]+)\)/g);
  expect(links.length).toBeGreaterThan(100);
  const isWrong = ({ page, text }: { readonly page: string; readonly text: string }) => {
    const [file, anchor = ""] = text.split("#");
    const target = file ? join(dirname(page), file) : page;
    return headings.get(target)?.includes(anchor) === false;
  };
  expect(links.filter(isWrong)).toEqual([]);
});

/** The anchors of a page, as GitHub makes them. */
function headingsOf(text: string): readonly string[] {
  return [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("source files and tests that the docs name exist", () => {
  const named = found(/`((?:bench|bin|browser|cdk|lib|packaging|test)\/[\w./-]+)`/g);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ text }) => !["", ".test.ts"].some((end) => existsSync(join(root, text + end))))).toEqual([]);
});

test("every version in the changelog begins with what a deployment must know before it upgrades", () => {
  const [, ...versions] = read("CHANGELOG.md").split(/^## /m);
  const isFirst = (text: string) => text === versions.at(-1);
  const about = ["Order", "Kept", "Options", "Cost", "Going back"];
  const wrong = versions.flatMap((text) => {
    const [, note = ""] = /^\[[^\]]+\].*\n\n### Upgrading\n\n([^#]+)/.exec(text) ?? [];
    const missing = about.filter((word) => !note.includes(`- **${word}**: `));
    return note === "" || (!isFirst(text) && missing.length > 0) ? [`${text.split("\n")[0]}: ${missing}`] : [];
  });
  expect(versions.map((text) => /^\[([^\]]+)/.exec(text)?.[1])).toContain(version);
  expect(wrong).toEqual([]);
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
