// Style as a test: what a reviewer would otherwise have to look for in every change.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const root = join(__dirname, "..");
const files = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    : [];
const sources = ["lib", "functions", "cdk", "bench", "test"].flatMap(files).filter((file) => /\.(ts|js)$/.test(file));
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Files of lib that every room may import. */
const GROUND = ["time", "backoff", "errors", "json"];

/** Rooms of lib and what each may import from, beside itself and the ground floor. Imports point inward. */
const ROOMS: Record<string, readonly string[]> = {
  model: [],
  table: [],
  wire: [],
  watch: ["model", "wire"],
  alert: ["model", "watch"],
  learn: ["model", "wire", "watch", "alert"],
  evaluate: ["model"],
  analyze: ["model", "table", "watch", "evaluate"],
  notify: ["watch", "alert"],
  export: ["model", "table", "watch", "learn", "notify"],
  config: ["model", "watch", "alert", "learn"],
  feedback: ["watch", "alert", "notify", "resources", "clients"],
  store: ["model", "wire", "watch", "alert", "learn", "resources", "clients"],
  page: ["http", "model", "wire", "watch", "alert", "learn", "notify", "store"],
  agent: ["wire", "clients"],
  handlers: [
    "model",
    "wire",
    "watch",
    "alert",
    "learn",
    "notify",
    "config",
    "feedback",
    "store",
    "resources",
    "clients",
  ],
  local: ["http", "resources", "clients", "handlers/contract"],
  demo: ["model", "wire", "watch", "alert", "learn", "notify", "store", "handlers", "local", "resources"],
  cli: [
    "demo",
    "model",
    "wire",
    "watch",
    "alert",
    "learn",
    "evaluate",
    "analyze",
    "notify",
    "config",
    "table",
    "export",
    "store",
    "page",
    "agent",
    "handlers",
    "local",
    "resources",
    "clients",
  ],
};

const imports = (file: string) =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");

const resolved = (file: string, specifier: string) =>
  specifier.startsWith(".")
    ? relative(root, join(root, dirname(file), specifier))
        .split(sep)
        .join("/")
    : specifier;

test.each(sources)("%s has a kebab-case name", (file) => {
  expect(file.split("/").at(-1)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|js)$/);
});

test.each(sources.filter((file) => !file.startsWith("test/")))("%s has at most 300 lines", (file) => {
  expect(read(file).split("\n").length).toBeLessThanOrEqual(301);
});

test.each(Object.keys(ROOMS))("lib/%s imports only what lies further in", (room) => {
  const allowed = [room, ...GROUND, ...(ROOMS[room] ?? [])].map((name) => `lib/${name}`);
  const wrong = sources
    .filter((file) => file.startsWith(`lib/${room}/`))
    .flatMap((file) => imports(file).map((specifier) => ({ file, target: resolved(file, specifier) })))
    .filter(({ target }) => target.startsWith("lib/") || target.startsWith("functions/") || target.startsWith("cdk/"))
    .filter(({ target }) => !allowed.some((prefix) => target === `${prefix}.ts` || target.startsWith(`${prefix}/`)));
  expect(wrong).toEqual([]);
});

test("every room is in the table", () => {
  const rooms = new Set(sources.filter((file) => /^lib\/[^/]+\//.test(file)).map((file) => file.split("/")[1]));
  expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
});

test.each(["model", "wire", "watch", "alert", "learn"])("lib/%s knows no AWS and no clock", (room) => {
  const wrong = sources
    .filter((file) => file.startsWith(`lib/${room}/`))
    .filter(
      (file) =>
        imports(file).some((s) => s.startsWith("@aws-sdk")) ||
        /Date\.now|new Date\(\)|Math\.random|process\.env/.test(read(file)),
    );
  expect(wrong).toEqual([]);
});

test("cdk knows functions by path only, and of lib the resources and the configuration only", () => {
  const targets = sources
    .filter((file) => file.startsWith("cdk/"))
    .flatMap((file) => imports(file).map((specifier) => resolved(file, specifier)))
    .filter((target) => /^(lib|functions)\//.test(target));
  expect(targets.filter((target) => target !== "lib/resources.ts" && !target.startsWith("lib/config/"))).toEqual([]);
});

test.each(files("functions"))("%s holds no logic", (file) => {
  expect(read(file).split("\n").length).toBeLessThanOrEqual(30);
});

test("nothing is left open, focused or loosely compared", () => {
  const marks = /\b(TODO|FIXME|XXX)\b|not implemented|\.only\(|toBeCloseTo\([^,()]+, *1e/;
  expect(sources.filter((file) => file !== "test/tidy.test.ts" && marks.test(read(file)))).toEqual([]);
});

test("no path of a machine and no registry's host is named", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  const machine = new RegExp(
    ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", "registry\\.(npm|yarn)", "/tm" + "p/bash"].join("|"),
  );
  expect(tracked.filter((file) => existsSync(join(root, file)) && machine.test(read(file)))).toEqual([]);
});
