// docs/json.md is the contract of each `--json`: what a command prints has its fields, and no others.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { activate, aReport } from "../contract/examples.ts";
import { baseline } from "../factories.ts";
import { allCommands } from "./help.ts";
import { run } from "./live.ts";
import { smallFleet } from "./small-fleet.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/json.md"), "utf8");
/** The documents of the page by their headings; a heading may name two commands. */
const CONTRACTS = new Map(
  PAGE.split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const [heading = "", ...body] = section.split("\n");
      const [, json = ""] = /```json\n([\s\S]*?)```/.exec(body.join("\n")) ?? [];
      return heading.split(", ").map((name) => [name, JSON.parse(json) as unknown] as const);
    }),
);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const LEAVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  time: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value),
  // 2001 to 2286.
  ms: (value) => typeof value === "number" && value > 1e12 && value < 1e13,
  list: Array.isArray,
  object: isFields,
};

/** Says where a value is not as its contract has it. */
function differences(value: unknown, contract: unknown, path: string): string[] {
  if (typeof contract === "string") {
    if (contract.endsWith(" or null")) {
      return value === null ? [] : differences(value, contract.replace(/ or null$/, ""), path);
    }
    const isRight = LEAVES[contract];
    if (isRight) return isRight(value) ? [] : [`${path} is no ${contract}: ${JSON.stringify(value)}`];
    if (!CONTRACTS.has(contract)) throw new Error(`${contract}: no type of docs/json.md`);
    return differences(value, CONTRACTS.get(contract), path);
  }
  if (Array.isArray(contract)) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, i) => differences(one, contract[0], `${path}[${i}]`));
  }
  if (!isFields(contract) || !isFields(value)) return [`${path} is no object`];
  const { "*": others, ...named } = contract;
  const known = Object.entries(named).map(([name, of]) => [name.replace("?", ""), name.endsWith("?"), of] as const);
  const names = known.map(([name]) => name);
  return [
    ...known.flatMap(([name, isOptional, of]) => {
      if (value[name] !== undefined) return differences(value[name], of, `${path}.${name}`);
      return isOptional ? [] : [`${path}.${name} is missing`];
    }),
    ...Object.entries(value)
      .filter(([name]) => !names.includes(name))
      .flatMap(([name, one]) =>
        others === undefined ? [`${path}.${name} is not in docs/json.md`] : differences(one, others, `${path}.${name}`),
      ),
  ];
}

let root: string;
let fleet: Awaited<ReturnType<typeof smallFleet>>;
const file = (name: string) => join(root, name);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "fleetwarden-json-"));
  fleet = await smallFleet();
  const stores = createStores(localEnvironment(fleet.endpoint), Date.now, Math.random);
  const own = baseline({ owner: hostOwner("web-07"), version: 2, names: ["cpu", "load"] });
  await activate(stores.baselines, aReport(own.owner, own.version), own);
  stores.close();
  const generated = ["--hosts", "2", "--rows", "120", "--interval", "1m", "--faults", "spike"];
  await run("demo", "generate", ...generated, "-o", file("fleet.csv"));
  // Two busy times of ten rows, calm otherwise, for each of four folds.
  const isBusy = (row: number) => row % 100 >= 80 && row % 100 < 90;
  const rows = Array.from({ length: 1_000 }, (_, i) => `${isBusy(i) && i >= 200 ? 90 : 20 + ((i * 7) % 5)},${i % 3}`);
  mkdirSync(file("machines"));
  writeFileSync(file("machines/web-1.train.csv"), `cpu,memory\n${rows.slice(0, 200).join("\n")}\n`);
  const labelled = rows.slice(200).map((row, i) => `${row},${Number(isBusy(i))}`);
  writeFileSync(file("machines/web-1.test.csv"), `cpu,memory,label\n${labelled.join("\n")}\n`);
  writeFileSync(file("config.json"), JSON.stringify({ version: 1 }));
});

afterAll(async () => {
  await fleet.close();
  rmSync(root, { recursive: true });
});

/** The headings in an order in which each finds what it needs; `before` is what the last command printed. */
const CALLS: readonly (readonly [string, (before: string) => readonly string[]])[] = [
  ["status", () => ["status"]],
  ["hosts list", () => ["hosts", "list"]],
  ["hosts list --worst", () => ["hosts", "--worst"]],
  ["hosts retire", () => ["hosts", "retire", "db-01"]],
  ["hosts return", () => ["hosts", "return", "db-01"]],
  ["doctor", () => ["doctor"]],
  ["doctor HOST", () => ["doctor", "web-07"]],
  ["incidents", () => ["incidents"]],
  ["alerts stats", () => ["alerts"]],
  ["alerts fits", () => ["alerts", "fits"]],
  ["explain", () => ["explain", "WEB7AA"]],
  ["ack", () => ["ack", "WEB7AA"]],
  ["silence list", () => ["silence"]],
  ["silence add", () => ["silence", "add", "--group", "web", "--for", "2h", "--reason", "disks"]],
  ["silence end", (before) => ["silence", "end", JSON.parse(before).silence.id]],
  ["event", () => ["event", "deploy 4.2"]],
  ["event list", () => ["event", "list"]],
  ["event remove", (before) => ["event", "remove", JSON.parse(before).events[0].id]],
  ["label", () => ["label", "WEB7AA", "fault"]],
  ["labels add", () => ["labels", "add", "fault", "--host", "web-07", "--from", "3h", "--to", "2h"]],
  ["labels remove", (before) => ["labels", "remove", JSON.parse(before).id]],
  ["labels rows", () => ["labels", "rows", "web-07"]],
  ["labels export", () => ["labels", "export"]],
  ["labels import", () => ["labels", "import", file("fleet.faults.csv"), "--dry-run"]],
  ["labels queue", () => ["labels", "queue"]],
  ["labels conflicts", () => ["labels", "conflicts"]],
  ["labels quiet", () => ["labels", "quiet"]],
  ["refit", () => ["refit"]],
  ["epsilon show", () => ["epsilon"]],
  ["epsilon show HOST", () => ["epsilon", "show", "web-07"]],
  ["epsilon model", () => ["epsilon", "model", "web-07"]],
  ["epsilon what-if", () => ["epsilon", "what-if", "12"]],
  ["epsilon set", () => ["epsilon", "set", "web-07", "12"]],
  ["epsilon rollback", () => ["epsilon", "rollback", "web-07", "2"]],
  ["epsilon history", () => ["epsilon", "history", "web-07"]],
  ["epsilon budget", () => ["epsilon", "budget", "web"]],
  ["send", () => ["send", file("fleet.csv")]],
];

test.each(CALLS)("%s prints the fields of docs/json.md", async (heading, wordsFor) => {
  await check(heading, () => fleet.run(...wordsFor(printed), "--json"));
});

/** What the last command printed. */
let printed = "";

async function check(heading: string, call: () => ReturnType<typeof run>) {
  const { code, out, err } = await call();
  if (code !== 0) throw new Error(err);
  printed = out;
  expect(CONTRACTS.has(heading)).toBe(true);
  expect(differences(JSON.parse(out), CONTRACTS.get(heading), heading)).toEqual([]);
}

/** These need no twin. */
const ALONE: readonly (readonly [string, () => readonly string[]])[] = [
  ["cost", () => ["cost", "--hosts", "10"]],
  ["analyze", () => ["analyze", file("fleet.csv")]],
  ["import", () => ["import", file("machines")]],
  ["fit", () => ["fit", "--train", file("machines/web-1.train.csv"), "--validation", file("machines/web-1.test.csv")]],
  ["replay", () => ["replay", file("fleet.csv")]],
  ["evaluate", () => ["evaluate", file("machines")]],
  ["tune", () => ["tune", file("machines"), "--vary", "sensitivity=quiet", "--refit", "never", "--measure", "ap"]],
  ["demo", () => ["demo"]],
  ["demo SCENARIO", () => ["demo", "spike"]],
  ["config", () => ["config", file("config.json")]],
];

test.each(ALONE)("%s prints the fields of docs/json.md", async (heading, words) => {
  await check(heading, () => run(...words(), "--json"));
});

test("each command with --json has its document in docs/json.md, and is run here", async () => {
  const wanted = [...(await allCommands())].filter(([, { options }]) => options.some(({ long }) => long === "--json"));
  const tried = [...CALLS, ...ALONE].map(([heading]) => heading);
  expect(wanted.map(([name]) => name).filter((name) => !tried.includes(name))).toEqual([]);
});

test("a missing, a new and a changed field are found", () => {
  const latencies = { messages: 3, medianMs: 1_000, p95Ms: 2_000 };
  const found = (value: unknown) => differences(value, "Latencies", "a");
  expect(found(latencies)).toEqual([]);
  expect(found({ ...latencies, p95Ms: undefined })).toEqual(["a.p95Ms is missing"]);
  expect(found({ ...latencies, extra: 1 })).toEqual(["a.extra is not in docs/json.md"]);
  expect(found({ ...latencies, messages: "3" })).toEqual(['a.messages is no number: "3"']);
});
