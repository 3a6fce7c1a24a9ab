// The package as its users get it: packed, installed from the file, imported, started. Needs the npm registry.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../cli/process.ts";

const MINUTE_MS = 60_000;
const root = join(import.meta.dirname, "../..");
const { version, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "fleetwarden-package-"));
const globally = join(folder, "global");
const installed = join(globally, "lib/node_modules/fleetwarden/bin/fleetwarden");
let packed: string;

jest.setTimeout(10 * MINUTE_MS);

beforeAll(() => {
  run("npm", ["pack", "--pack-destination", folder], root);
  const [name = ""] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  packed = join(folder, name);
  run("npm", ["install", "--global", "--prefix", globally, packed]);
}, 10 * MINUTE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program and returns what it prints; throws with all of it when it fails. */
function run(file: string, words: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(file, words, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${words.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The binary of a Node release, from the registry. */
function nodeOf(release: string): string {
  const prefix = join(folder, `node-${release}`);
  const name = `node-${process.platform}-${process.arch}`;
  run("npm", ["install", "--prefix", prefix, `${name}@${release}`]);
  return join(prefix, "node_modules", name, "bin/node");
}

describe("a project of `cdk init app --language typescript`", () => {
  const app = join(folder, "app");

  beforeAll(() => {
    mkdirSync(app);
    run(join(root, "node_modules/.bin/cdk"), ["init", "app", "--language", "typescript", "--generate-only"], app);
    run("npm", ["install", packed, "esbuild"], app);
    const page = readFileSync(join(root, "docs/deploying.md"), "utf8");
    const [, stack = ""] = /## In a stack of your own[\s\S]*?```ts\n([\s\S]*?)```/.exec(page) ?? [];
    writeFileSync(join(app, "lib/app-stack.ts"), stack);
  }, 10 * MINUTE_MS);

  test("compiles the stack that docs/deploying.md shows", () => {
    expect(run("npx", ["tsc", "--noEmit"], app)).toBe("");
    expect(run("npx", ["tsc", "--noEmit", "--skipLibCheck", "false"], app)).toBe("");
  });

  test("synthesises it, with a bundle for each function", () => {
    run("npx", ["cdk", "synth", "--quiet"], app);
    const out = join(app, "cdk.out");
    const { Resources, Outputs } = JSON.parse(readFileSync(join(out, "AppStack.template.json"), "utf8"));
    const functions = Object.values<{ Type: string; Metadata?: Record<string, string> }>(Resources).filter(
      ({ Type }) => Type === "AWS::Lambda::Function",
    );
    const assets = functions.map(({ Metadata }) => Metadata?.["aws:asset:path"] ?? "");
    expect(assets).toHaveLength(4);
    for (const asset of assets) expect(readdirSync(join(out, asset))).toEqual(["index.mjs"]);
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(["HostsTable", "StreamName", "FeedbackUrl"]));
  });

  test.each([
    ["an ES module", "module", 'import { encodeRecord } from "fleetwarden";'],
    ["CommonJS", "commonjs", 'import("fleetwarden").then(({ encodeRecord }) => {'],
  ])("makes records for the stream, from %s", (_, type, load) => {
    const fields =
      '{ host: "web-07", group: "web", boot: 1, seq: 0, names: ["cpu"], withNames: true, times: [1], rows: [[97]] }';
    const print = `console.log(require("node:zlib").gunzipSync(encodeRecord(${fields})).toString());`;
    const program =
      type === "module"
        ? `import { createRequire } from "node:module"; const require = createRequire("/"); ${load} ${print}`
        : `${load} ${print} });`;
    const record = JSON.parse(run(process.execPath, [`--input-type=${type}`, "-e", program], app));
    expect(record).toMatchObject({ v: 1, host: "web-07", names: ["cpu"], t: [1], rows: [[97]] });
  });
});

test("the global installation has the command", () => {
  expect(run(join(globally, "bin/fleetwarden"), ["--version"])).toBe(`${version}\n`);
});

test.each(["20.11.0", "22", "24"])("on Node %s the installed twin starts, answers and stops", async (release) => {
  const twin = start(["up", "--memory", "--no-agent", "--port", "0"], {}, [nodeOf(release), installed]);
  try {
    const [, page = ""] = await twin.until(/in your browser: (http:\S+)/);
    expect(await (await fetch(page)).text()).toContain("<title>Fleetwarden</title>");
    expect(await twin.stop()).toMatchObject({ code: 0, err: "" });
  } finally {
    twin.kill();
  }
});

test.each(["22", "24"])("on Node %s some rooms' tests pass", (release) => {
  run(nodeOf(release), ["node_modules/jest/bin/jest.js", "test/wire", "test/export"], root);
});

test.each(["18", "20.9.0"])("Node %s is refused in one line that names the releases that work", (release) => {
  const { status, stdout, stderr } = spawnSync(nodeOf(release), [installed, "--version"], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(
    /^fleetwarden: Node [\d.]+ does not work\. Use Node 20\.11 or a later 20, or Node 22 or newer\.\n$/,
  );
  expect(engines.node).toBe("^20.11 || >=22");
});

test("a clone runs its sources, not what an earlier build left in dist/", () => {
  const clone = join(folder, "clone");
  mkdirSync(join(clone, "dist/lib/cli"), { recursive: true });
  for (const name of ["bin", "lib", "package.json"]) cpSync(join(root, name), join(clone, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  for (const name of ["program", "start"]) {
    writeFileSync(join(clone, `dist/lib/cli/${name}.js`), 'throw new Error("stale");');
  }
  expect(execFileSync(join(clone, "bin/fleetwarden"), ["label", "--help"], { encoding: "utf8" })).toContain("Usage: ");
});
