// Style as a test: the rules that a reviewer would otherwise check in every change.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

const root = join(__dirname, "..");
const files = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    : [];
const sources = ["bin", "lib", "functions", "cdk", "bench", "browser", "test"]
  .flatMap(files)
  .filter((file) => /\.(ts|js)$/.test(file));
const others = sources.filter((file) => file !== "test/tidy.test.ts");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The places of the lines that match, as "file:line". */
const linesWith = (among: readonly string[], pattern: RegExp) =>
  among.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}`] : [])),
  );

/** The rooms of lib, and the rooms that each may import beside itself and the ground floor. Imports point inward. */
const ROOMS: Record<string, readonly string[]> = {
  model: [],
  neural: ["model"],
  table: [],
  wire: [],
  rows: ["wire", "alert/zone"],
  import: ["rows", "table"],
  incident: [],
  watch: ["incident", "model", "wire"],
  alert: ["incident", "model", "watch"],
  learn: ["incident", "model", "wire", "watch", "alert"],
  analyze: ["model", "table", "rows", "watch", "report"],
  notify: ["incident", "watch", "alert"],
  export: ["incident", "model", "wire", "table", "rows", "watch", "alert", "learn", "notify"],
  doctor: ["wire", "watch", "alert", "learn", "notify", "resources", "stack-metrics"],
  config: ["model", "wire", "watch", "alert", "learn", "page/chart-settings", "table/metrics-history"],
  feedback: ["incident", "watch", "alert", "notify", "resources", "clients", "secret"],
  forward: ["notify", "resources"],
  store: ["incident", "model", "wire", "watch", "alert", "learn", "resources", "clients"],
  page: ["incident", "http", "model", "wire", "watch", "alert", "learn", "notify", "store"],
  report: ["model", "page/browser-files"],
  agent: ["wire", "clients"],
  listen: ["wire", "http"],
  handlers: [
    "incident",
    "model",
    "wire",
    "watch",
    "alert",
    "learn",
    "notify",
    "config",
    "feedback",
    "forward",
    "store",
    "resources",
    "clients",
    "secret",
  ],
  cost: ["watch", "alert/given-up", "learn/report", "store/baseline-cache", "resources", "stack-metrics"],
  local: ["http", "resources", "clients", "forward", "handlers/contract", "cost"],
  replay: [
    "incident",
    "model",
    "wire",
    "rows",
    "watch",
    "alert",
    "learn",
    "notify",
    "export",
    "config",
    "feedback",
    "store",
    "handlers",
    "resources",
  ],
  evaluate: ["model", "neural", "wire", "rows", "import", "watch", "learn", "config", "replay", "report"],
  demo: [
    "config",
    "table",
    "incident",
    "model",
    "wire",
    "watch",
    "alert",
    "learn",
    "notify",
    "store",
    "handlers",
    "local",
    "resources",
  ],
  cli: [
    "incident",
    "demo",
    "replay",
    "rows",
    "model",
    "wire",
    "watch",
    "alert",
    "learn",
    "evaluate",
    "import",
    "analyze",
    "notify",
    "config",
    "cost",
    "table",
    "export",
    "doctor",
    "store",
    "page",
    "agent",
    "handlers",
    "listen",
    "local",
    "forward",
    "http",
    "resources",
    "stack-metrics",
    "clients",
  ],
};

/** Files that every room may import. */
const GROUND = [
  "time",
  "backoff",
  "retry",
  "recent",
  "errors",
  "gather-all",
  "json",
  "listed",
  "user-error",
  "text-table",
  "plain-text",
  "command-line",
  "markup",
  "web-address",
];

/** Rooms without AWS, clock, randomness and environment: all of these are passed in. */
const PURE = ["incident", "model", "wire", "watch", "alert", "learn"];

const imports = (file: string) =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? join(dirname(file), specifier).split(sep).join("/") : specifier,
  );

/** Every source with its imports, in the project's own paths. */
const graph = new Map(sources.map((file) => [file, imports(file)]));

/** Every import by those files, as "file imports target". */
const importsOf = (isWanted: (file: string) => boolean) =>
  [...graph]
    .filter(([file]) => isWanted(file))
    .flatMap(([file, targets]) => targets.map((target) => ({ file, target })));

/** The files on the shortest way of imports from a file back to itself; empty when there is none. */
function circleThrough(start: string): string[] {
  const ways = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const target of graph.get(way.at(-1)!) ?? []) {
      if (target === start) return [...way, start];
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return [];
}

test("file names are kebab-case, files have at most 300 lines, and files of functions at most 30", () => {
  const linesMax = (file: string) =>
    /^functions\//.test(file) ? 30 : /^test\//.test(file) ? Number.POSITIVE_INFINITY : 300;
  const lines = (file: string) => read(file).split("\n").length - 1;
  expect(sources.filter((file) => !/\/[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|js)$/.test(file))).toEqual([]);
  expect(sources.filter((file) => lines(file) > linesMax(file)).map((file) => `${file}: ${lines(file)}`)).toEqual([]);
});

test("no two rooms have a file of one name, except the CLI, which names files after its commands", () => {
  const names = sources.filter((file) => /^lib\/(?!cli\/|.*\/public\/)/.test(file)).map((file) => basename(file));
  // Ports belong to a room, times are constants and texts, and to label an incident makes a label.
  const both = ["label.ts", "ports.ts", "time.ts"];
  expect(names.filter((name, i) => names.indexOf(name) < i && !both.includes(name))).toEqual([]);
});

test("rooms import only what lies further in, and every room is in the table", () => {
  const rooms = new Set(sources.filter((file) => /^lib\/[^/]+\//.test(file)).map((file) => file.split("/")[1]!));
  expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  const isAllowed = (room: string, target: string) =>
    !/^(lib|functions|cdk)\//.test(target) ||
    [room, ...GROUND, ...ROOMS[room]!].some((name) => target === `lib/${name}.ts` || target.startsWith(`lib/${name}/`));
  const outward = [...rooms].flatMap((room) =>
    importsOf((file) => file.startsWith(`lib/${room}/`)).filter(({ target }) => !isAllowed(room, target)),
  );
  const wrongOfCdk = importsOf((file) => file.startsWith("cdk/")).filter(
    ({ target }) => /^(lib|functions)\//.test(target) && !/^lib\/(resources\.ts$|config\/|cost\/)/.test(target),
  );
  expect([...outward, ...wrongOfCdk].map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("no files import one another in a circle, not even types", () => {
  const circles = sources
    .filter((file) => /^(lib|functions|cdk)\//.test(file))
    .map(circleThrough)
    .filter(([start, ...others]) => start && others.every((file) => start <= file));
  expect(circles.map((circle) => circle.join(" → "))).toEqual([]);
});

test("the pure rooms know no AWS, clock, randomness or environment", () => {
  const isPure = (file: string) => PURE.some((room) => file.startsWith(`lib/${room}/`));
  const wrong = importsOf(isPure).filter(({ target }) => target.startsWith("@aws-sdk"));
  const impure = /Date\.now|new Date\(\)|Math\.random|process\.env/;
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  expect(linesWith(sources.filter(isPure), impure)).toEqual([]);
});

test("comments end at column 120", () => {
  const checked = sources.filter((file) => !file.startsWith("test/"));
  expect(linesWith(checked, /^(?=.{121})\s*(\/\/|\/\*|\*)/)).toEqual([]);
});

test("no code is made from text", () => {
  expect(linesWith(others, /\bnew Function\b|\beval\(|\bnode:vm\b/)).toEqual([]);
});

test("nothing is left open, focused or loosely compared", () => {
  const open = /\b([T]ODO|[F]IXME|[X]XX)\b|not[ ]implemented|\.only\(|toBeCloseTo\([^,()]+, *1e/;
  expect(linesWith(others, open)).toEqual([]);
});

test("no path of a machine and no registry's host is named", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  const machine = new RegExp(
    ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", "registry\\.(npm|yarn)", "/tm" + "p/bash"].join("|"),
  );
  expect(tracked.filter((file) => existsSync(join(root, file)) && machine.test(read(file)))).toEqual([]);
});
