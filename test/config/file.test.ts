import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "../../lib/config/config.ts";
import { openConfig, readConfig } from "../../lib/config/file.ts";

let folder: string;
let path: string;
let now = 0;
let reloads = 0;
let errors: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-config-"));
  path = join(folder, "fleetwarden.config.json");
  now = 1_000_000;
  reloads = 0;
  errors = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (perMinute: unknown) =>
  writeFileSync(path, JSON.stringify({ version: 1, alerts: { messagesPerMinute: perMinute } }));

function open(optional = false) {
  const config = openConfig({
    path,
    optional,
    clock: () => now,
    onReload: () => {
      reloads++;
    },
    onError: (error) => errors.push(error instanceof Error ? error.message : String(error)),
  });
  return () => config().alerts.messagesPerMinute;
}

test("the first look a second later sees a change and reports it once", () => {
  write(3);
  const perMinute = open();
  expect(perMinute()).toBe(3);
  write(10);
  now += 999;
  expect(perMinute()).toBe(3);
  now += 1;
  expect(perMinute()).toBe(10);
  now += 1_000;
  expect(perMinute()).toBe(10);
  expect(reloads).toBe(1);
  expect(errors).toEqual([]);
});

test("a broken file leaves the last configuration, is reported once per change, and is read again when repaired", () => {
  write(3);
  const perMinute = open();
  write("many");
  now += 1_000;
  expect(perMinute()).toBe(3);
  now += 1_000;
  expect(perMinute()).toBe(3);
  expect(errors).toEqual([`${path}, alerts.messagesPerMinute: "many": use a whole number from 1 to 60`]);
  writeFileSync(path, "{");
  now += 1_000;
  expect(perMinute()).toBe(3);
  expect(errors).toHaveLength(2);
  expect(reloads).toBe(0);
  write(20);
  now += 1_000;
  expect(perMinute()).toBe(20);
  expect(reloads).toBe(1);
});

test("after the file is deleted the last configuration stays", () => {
  write(3);
  const perMinute = open();
  rmSync(path);
  now += 1_000;
  expect(perMinute()).toBe(3);
  expect(errors).toEqual([expect.stringContaining("ENOENT")]);
});

test("looks again after the clock was set back", () => {
  write(3);
  const perMinute = open();
  write(10);
  now -= 500_000;
  expect(perMinute()).toBe(10);
});

test("an optional file may be missing: the defaults apply until it appears", () => {
  const perMinute = open(true);
  expect(perMinute()).toBe(DEFAULT_CONFIG.alerts.messagesPerMinute);
  write(3);
  now += 1_000;
  expect(perMinute()).toBe(3);
});

test.each([true, false])("rejects a file that is broken from the start (optional: %p)", (optional) => {
  write(0);
  expect(() => open(optional)).toThrow(`${path}, alerts.messagesPerMinute: 0: use`);
});

test("rejects a missing file by its name", () => {
  expect(() => open()).toThrow(path);
  expect(() => readConfig(path)).toThrow(
    `Cannot read the configuration ${path}: name a file that is there (Error: ENOENT`,
  );
});
