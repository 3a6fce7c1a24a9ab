// The options that the functions read from Lambda's environment.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lambdaOptions } from "../../lib/handlers/lambda-options.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-lambda-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the configuration is the named file in the folder of the code", () => {
  writeFileSync(join(folder, "c.json"), '{"version":1,"alerts":{"messagesPerMinute":3}}');
  const named = { CONFIG_FILE: "c.json", LAMBDA_TASK_ROOT: folder };
  expect(lambdaOptions(named).config?.().alerts.messagesPerMinute).toBe(3);
  expect(lambdaOptions({ CONFIG_FILE: join(folder, "c.json") }).config?.().alerts.messagesPerMinute).toBe(3);
});

test("without a name there is no configuration", () => {
  expect(lambdaOptions({})).not.toHaveProperty("config");
});

test("an unreadable configuration stops the function at once", () => {
  expect(() => lambdaOptions({ CONFIG_FILE: "c.json", LAMBDA_TASK_ROOT: folder })).toThrow(join(folder, "c.json"));
});
