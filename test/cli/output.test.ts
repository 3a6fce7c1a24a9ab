import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { progressBar } from "../../lib/cli/progress.ts";
import { textTable } from "../../lib/text-table.ts";

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

test("a progress bar draws only on a terminal, at most every 100 ms", () => {
  const drawn: string[] = [];
  let now = 0;
  const stream = { isTTY: true, write: (text: string) => drawn.push(text) > 0 };
  const bar = progressBar("replaying", stream, () => now);
  bar.update(0.25);
  bar.update(0.3);
  now = 100;
  bar.update(1);
  bar.end();
  expect(drawn.slice(0, 2)).toEqual([
    `\rreplaying [${"#".repeat(8)}${".".repeat(22)}] 25 %`,
    `\rreplaying [${"#".repeat(30)}] 100 %`,
  ]);
  expect(drawn[2]?.trim()).toBe("");

  const silent = { ...stream, isTTY: false };
  drawn.length = 0;
  const other = progressBar("replaying", silent, () => now);
  other.update(0.25);
  other.end();
  expect(drawn).toEqual([]);
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
