// The published schema and the page describe the configuration as it is read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../lib/config/config.ts";
import { jsonSchema, SCHEMA_FILE } from "./json-schema.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");
const page = read("configuration.md");
const pages = ["configuration.md", "detector.md", "rules.md"];

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
}

/** Every key with its path, as `rules[].for`, and its description. */
function keysOf({ properties = {}, items, additionalProperties }: Node, path = ""): [string, string, Node][] {
  return [
    ...Object.entries(properties).flatMap(([key, node]) => {
      const own = `${path}${path && "."}${key}`;
      return [[own, key, node] as [string, string, Node], ...keysOf(node, own)];
    }),
    ...(items ? keysOf(items, `${path}[]`) : []),
    ...(typeof additionalProperties === "object" ? keysOf(additionalProperties, `${path}.*`) : []),
  ];
}

const keys = keysOf(jsonSchema());

test("the published schema is what the file is checked against: npm run schema writes it", () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(jsonSchema());
});

test("the list of keys has the leaves of the schema", () => {
  const paths = keys.map(([path]) => path);
  expect(paths).toContain("detectors.*.seed");
  expect(paths).toContain("metrics[].minChange.relative");
  expect(paths).toContain("alerts.sms.perHour");
});

test("editors show a sentence about every key", () => {
  const bare = keys.filter(([, , { description }]) => !/\.$/.test(description ?? ""));
  expect(bare.map(([path]) => path)).toEqual([]);
});

test("docs/configuration.md names every key", () => {
  expect(keys.filter(([, key]) => !page.includes(`\`${key}\``)).map(([path]) => path)).toEqual([]);
});

const examplesOf = (text: string) => [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => json);
const examples = examplesOf(page);

test("the second example of the page has every key but the optional ones of detectors", () => {
  const example = JSON.parse(examples[1] ?? "");
  const said = new Set(JSON.stringify(example).match(/"[$\w]+"(?=:)/g));
  const missing = keys.map(([, key]) => key).filter((key) => !said.has(`"${key}"`));
  expect(missing).toEqual(["seed"]);
});

test("the docs show configurations that can be read", () => {
  for (const name of pages) {
    const configurations = examplesOf(read(name)).filter((json) => json.includes('"version"'));
    expect({ name, count: configurations.length }).not.toEqual({ name, count: 0 });
    for (const json of configurations) expect(() => parseConfig(json)).not.toThrow();
  }
});

test("docs/configuration.md states the defaults", () => {
  const { alerts } = parseConfig('{"version":1}');
  const alertsPart = page.slice(page.indexOf("## `alerts`"));
  const defaultOf = (key: string) => new RegExp(`\`${key}\` *\\| ([^|]+?) *\\|`).exec(alertsPart)?.[1];
  expect(defaultOf("messagesPerMinute")).toBe(String(alerts.messagesPerMinute));
  expect(defaultOf("perHour")).toBe(String(alerts.textsPerHour));
  expect(defaultOf("remindAfter")).toBe(`\`${alerts.remindAfterMs / 3_600_000}h\``);
  expect(defaultOf("share")).toBe(String(alerts.fleetShare));
  expect(defaultOf("hosts")).toBe(String(alerts.fleetHosts));
  expect(defaultOf("redact")).toBe(`\`${alerts.redact}\``);
});
