import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSpoolFolder } from "../../lib/agent/spool-folder.ts";

let base: string;
let lines: string[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "fleetwarden-folder-"));
  lines = [];
});

afterEach(() => rmSync(base, { recursive: true }));

const user = process.getuid?.();
const folderFor = (home: () => string) =>
  defaultSpoolFolder({ home, temporary: base, user, log: (line) => lines.push(line) });
const fallback = () => join(base, `fleetwarden-${user}`, "spool");

test("records wait below the home folder", () => {
  expect(folderFor(() => join(base, "home"))).toBe(join(base, "home/.fleetwarden/spool"));
  expect(lines).toEqual([]);
});

test.each<[string, () => string]>([
  [
    "is missing",
    () => {
      throw new Error("no such user");
    },
  ],
  ["is empty", () => ""],
  ["takes no files", () => join(base, "file")],
])("a home that %s: records wait in a private temporary folder, and one line says so", (_, home) => {
  writeFileSync(join(base, "file"), "");
  expect(folderFor(home)).toBe(fallback());
  expect(statSync(join(base, `fleetwarden-${user}`)).mode & 0o777).toBe(0o700);
  expect(lines).toEqual([
    expect.stringMatching(/^no home folder to write to \(.+\): records wait in .+ with --spool$/),
  ]);
});

test("a temporary folder into which others may write is refused: they could put in records of their own", () => {
  mkdirSync(join(base, `fleetwarden-${user}`));
  chmodSync(join(base, `fleetwarden-${user}`), 0o777);
  expect(() => folderFor(() => "")).toThrow(/^others may write to .+: name a spool folder with --spool$/);
});
