// Messages print the command that works where they are read.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callAs, log, say } from "../lib/cli/output.ts";
import { INSTALLED, withCommands } from "../lib/command-line.ts";
import { render } from "../lib/notify/render.ts";
import { CONTEXT, opened } from "./notify/example.ts";

const clone = join(import.meta.dirname, "..");
const bin = join(clone, "bin/fleetwarden");
/** Three steps up from here at least, wherever the clone is. */
const far = join(mkdtempSync(join(tmpdir(), "fleetwarden-")), "far/away");
mkdirSync(far, { recursive: true });

test("a command in backticks gets the reader's program and target; other text stays", () => {
  const clone = { program: "bin/fleetwarden", target: "--endpoint http://127.0.0.1:9000" };
  expect(withCommands("run `fleetwarden refit`, or see fleetwarden and `hosts`", clone)).toBe(
    "run `bin/fleetwarden refit --endpoint http://127.0.0.1:9000`, or see fleetwarden and `hosts`",
  );
  expect(withCommands("run `fleetwarden refit`", INSTALLED)).toBe("run `fleetwarden refit`");
  expect(withCommands("`fleetwarden import FOLDER`", clone)).toBe("`bin/fleetwarden import FOLDER`");
});

test("everything that a command prints and logs is written so", () => {
  const written: unknown[] = [];
  const keep = (text: unknown) => written.push(text) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write").mockImplementation(keep));
  callAs({ program: "bin/fleetwarden" });
  say("`fleetwarden hosts`");
  log("`fleetwarden hosts`");
  callAs(INSTALLED);
  for (const spy of spies) spy.mockRestore();
  expect(written).toEqual(["`bin/fleetwarden hosts`\n", "`bin/fleetwarden hosts`\n"]);
});

test("the e-mail and the JSON of an alert name the program and the deployment of their reader", () => {
  const { email, webhook } = render(opened(), {
    ...CONTEXT,
    command: { program: "bin/fleetwarden", target: "--endpoint http://127.0.0.1:9000" },
  });
  expect(email).toContain("\n  bin/fleetwarden label K7Q2RT fault --endpoint http://127.0.0.1:9000   # yes\n");
  expect(JSON.parse(webhook).custom_details.answer).toBe(
    "bin/fleetwarden label K7Q2RT fault --endpoint http://127.0.0.1:9000 (or: false)",
  );
});

test.each([
  ["the clone's own folder", clone, "bin/fleetwarden"],
  ["a folder of the clone", join(clone, "docs"), "../bin/fleetwarden"],
  ["a folder far away", far, bin],
])("a clone proposes a command that works in the current folder: %s", (_, cwd, program) => {
  const told = (...more: readonly string[]) => {
    try {
      const words = [bin, "doctor", "web-07", "--endpoint", "http://127.0.0.1:1", ...more];
      return execFileSync(process.execPath, words, { cwd, encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };
  expect(told("--profile", "x")).toContain("--profile is for a stack in AWS");
  expect(told()).toContain(`nobody answers at 127.0.0.1:1: start the twin with \`${program} up`);
});
