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

test("a change is seen with the first look a second later, and told once", () => {
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

test("a file that breaks keeps what was, is told once for each change, and is read again when mended", () => {
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

test("a file that goes keeps what was", () => {
  write(3);
  const perMinute = open();
  rmSync(path);
  now += 1_000;
  expect(perMinute()).toBe(3);
  expect(errors).toEqual([expect.stringContaining("ENOENT")]);
});

test("a clock that was set back hinders no look", () => {
  write(3);
  const perMinute = open();
  write(10);
  now -= 500_000;
  expect(perMinute()).toBe(10);
});

test("where there may be none everything is as by default until there is one", () => {
  const perMinute = open(true);
  expect(perMinute()).toBe(DEFAULT_CONFIG.alerts.messagesPerMinute);
  write(3);
  now += 1_000;
  expect(perMinute()).toBe(3);
});

test.each([true, false])("a broken file is refused at first (optional: %p)", (optional) => {
  write(0);
  expect(() => open(optional)).toThrow(`${path}, alerts.messagesPerMinute: 0: use`);
});

test("a file that is not there is refused with its name", () => {
  expect(() => open()).toThrow(path);
  expect(() => readConfig(path)).toThrow(
    `Cannot read the configuration ${path}: name a file that is there (Error: ENOENT`,
  );
});
