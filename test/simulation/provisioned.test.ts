// Worlds whose tables are provisioned for less than their fleets need (docs/simulation.md).
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

jest.setTimeout(120_000);

test("40 worlds whose tables are out of capacity again and again lose nothing, and do nothing twice", async () => {
  const main = ["--import", "tsx", join(import.meta.dirname, "main.ts"), "--worlds", "40", "--provisioned"];
  const { stdout } = await promisify(execFile)(process.execPath, main, { maxBuffer: 2 ** 26 });
  expect(stdout).toMatch(/^40 worlds, /);
  // Every world has some hundreds, and no records are given up for them alone.
  expect(Number(/ throttle (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(1_000);
});
