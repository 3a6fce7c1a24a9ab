import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRule } from "../../../lib/watch/rule-text.ts";
import { CORPUS } from "./corpus.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/senders.md"), "utf8");
const [, section = ""] = /## Names of metrics\n([\s\S]*?)\n## /.exec(page) ?? [];
/** The names in the table's right column. */
const names = section
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .flatMap((line) => [...line.split("|")[2]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
  .filter((name) => !name.startsWith("_"));

test("docs/senders.md names the metrics of the corpus, and rules take them without quotes", () => {
  const known = new Set(CORPUS.flatMap(({ samples }) => samples.flatMap(({ metrics }) => Object.keys(metrics))));
  expect(names.length).toBeGreaterThan(6);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  expect(() => names.map((name) => parseRule({ if: `${name} > 1` }))).not.toThrow();
});
