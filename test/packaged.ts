import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../packaging");

/** Runs a program with this input. */
export function runProgram(file: string, words: readonly string[], input = "") {
  return spawnSync(file, words, { input, encoding: "utf8", env: { ...process.env, SYSTEMD_LOG_LEVEL: "warning" } });
}

export function readPackaged(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

/** The long options in a command. */
export function optionsIn(text: string): string[] {
  return [...text.matchAll(/(?<=[\s"])--[a-z-]+/g)].map(([option]) => option);
}

/** Tests that systemd accepts a unit without a warning, where systemd-analyze is installed. */
export function testUnit(name: string): void {
  const canVerify = runProgram("systemd-analyze", ["--version"]).status === 0;
  (canVerify ? test : test.skip)(`systemd accepts ${name} without a warning (skipped without systemd-analyze)`, () => {
    const { status, stderr } = runProgram("systemd-analyze", ["verify", join(folder, "systemd", name)]);
    expect([status, stderr]).toEqual([0, ""]);
  });
}
