// Tests for Windows that run on any system: cmd and PowerShell run the scripts, and npm makes a shim of the command.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bin } from "./process.ts";

const root = join(import.meta.dirname, "../..");
const { scripts, bin: shipped } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** cmd knows `&&` and double quotes, but none of these; a path as the program needs the system to read its first line. */
const POSIX_ONLY: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a single quote outside of double quotes", /^(?:[^"']|"[^"]*")*'/],
  ["a variable", /\$\w|\$\{/],
  ["an assignment before a program", /(?:^|&& )\w+=/],
  ["a semicolon outside of quotes", /^(?:[^";]|"[^"]*");/],
  ["a program of POSIX", /(?:^|&& )(?:rm|cp|mv|mkdir|export|cat|sh|bash|chmod|sleep|env)\b/],
  ["a path as the program", /(?:^|&& )[.\w]*\//],
];

test("no npm script needs a POSIX shell", () => {
  const wrong = Object.entries<string>(scripts).flatMap(([name, script]) =>
    POSIX_ONLY.flatMap(([what, pattern]) => (pattern.test(script) ? [`${name} has ${what}: ${script}`] : [])),
  );
  expect(wrong).toEqual([]);
  const found = ["FOO=1 node x", "rm -rf dist", "bin/fleetwarden up", "node -e 'x'", "node $X"];
  expect(found.filter((script) => !POSIX_ONLY.some(([, pattern]) => pattern.test(script)))).toEqual([]);
});

test("the command is a script of Node, for which npm writes the files fleetwarden.cmd and fleetwarden.ps1", () => {
  expect(shipped).toEqual({ fleetwarden: "bin/fleetwarden" });
  expect(readFileSync(bin, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  expect(execFileSync(process.execPath, [bin, "--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
});
