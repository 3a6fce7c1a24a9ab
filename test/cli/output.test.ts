import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { log, say } from "../../lib/cli/output.ts";
import { withProgress } from "../../lib/cli/progress.ts";
import { formatOf, writeOut } from "../../lib/cli/write-out.ts";
import { forTerminal } from "../../lib/plain-text.ts";
import { textTable } from "../../lib/text-table.ts";

test("characters that control a terminal are printed as JSON escapes, and JSON stays the same", () => {
  const text = "web\u001b]8;;http://x\u0007 a\rb \u009b1m \u202exe \u2028 \ud800 é 👍🏽\n\tend";
  const printed = forTerminal(text);
  expect(printed).toBe("web\\u001b]8;;http://x\\u0007 a\\u000db \\u009b1m \\u202exe \\u2028 \\ud800 é 👍🏽\n\tend");
  expect(JSON.parse(forTerminal(JSON.stringify({ text })))).toEqual({ text });
});

test("all output and logs of commands go through that escape", async () => {
  const written: unknown[] = [];
  const keep = (text: unknown) => written.push(text) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write").mockImplementation(keep));
  say("\u001b");
  log("\u001b");
  await writeOut(undefined, ["\u001b"]);
  for (const spy of spies) spy.mockRestore();
  expect(written).toEqual(["\\u001b\n", "\\u001b\n", "\\u001b"]);
});

test("the extension chooses the format; without one it is CSV, and an unknown one is refused", () => {
  expect(["a.XLSX", "b.ndjson", "folder.v2/c", undefined].map(formatOf)).toEqual(["xlsx", "ndjson", "csv", "csv"]);
  expect(() => formatOf("a.foo")).toThrow("a.foo: not a format to write: use .csv, .json, .ndjson, .xlsx");
});

test("columns are as wide as their widest cell, without trailing blanks", () => {
  expect(
    textTable(
      ["a", "host"],
      [
        ["1", "web-07"],
        ["12345", "b"],
      ],
    ),
  ).toBe("a      host\n1      web-07\n12345  b");
});

test("a progress bar draws only on a terminal, at most every 100 ms", async () => {
  const drawn: string[] = [];
  let now = 0;
  const stream = { isTTY: true, write: (text: string) => drawn.push(text) > 0 };
  const work = async (progress: (share: number) => void) => {
    progress(0.25);
    progress(0.3);
    now += 100;
    progress(1);
    return "done";
  };
  expect(await withProgress("replaying", work, stream, () => now)).toBe("done");
  expect(drawn.slice(0, 2)).toEqual([
    `\rreplaying [${"#".repeat(8)}${".".repeat(22)}] 25 %`,
    `\rreplaying [${"#".repeat(30)}] 100 %`,
  ]);
  expect(drawn[2]?.trim()).toBe("");

  drawn.length = 0;
  await withProgress("replaying", work, { ...stream, isTTY: false }, () => now);
  expect(drawn).toEqual([]);
});

test("a work that fails leaves no bar before its message", async () => {
  const drawn: string[] = [];
  const stream = { isTTY: true, write: (text: string) => drawn.push(text) > 0 };
  const work = async (progress: (share: number) => void) => {
    progress(0.5);
    throw new Error("no such file");
  };
  await expect(withProgress("evaluating", work, stream)).rejects.toThrow("no such file");
  expect(drawn).toHaveLength(2);
  expect(drawn[1]).toMatch(/^\r +\r$/);
});

test.each([
  ["a table", ["demo", "generate", "--for", "6h"]],
  ["help", ["--help"]],
])("a reader that stops after the beginning of %s, like `head`, causes no error", async (_, words) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../bin/fleetwarden"), ...words]);
  let err = "";
  child.stderr.on("data", (text) => {
    err += text;
  });
  child.stdout.destroy();
  const [code] = await once(child, "close");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
