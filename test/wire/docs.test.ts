import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as limits from "../../lib/wire/limits.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { read } from "./reading.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/wire-format.md"), "utf8");

/** The ```json blocks in their order; a block to refuse is preceded by "Rejected: `reason`". */
const examples = [...page.matchAll(/(?:Rejected: `([^`]+)`\n\n)?```json\n([\s\S]*?)```/g)].map(([, reason, text]) => ({
  text: text!.trim(),
  reason,
}));

test("docs/wire-format.md shows examples of both kinds", () => {
  expect(examples.filter(({ reason }) => reason).length).toBe(6);
  expect(examples.filter(({ reason }) => !reason).length).toBe(6);
  expect(page.match(/^```json$/gm)).toHaveLength(examples.length);
});

/** One process reads the whole page, so that an example may send names that a later one refers to. */
const schemas = new Schemas();

test("the examples of docs/wire-format.md are read, or rejected with the reason that it states", () => {
  // As the deployed scorer reads them, under a partition key that names no host.
  const outcomes = examples.map(({ text }) => ({ text, ...read(text, schemas, "") }));
  expect(outcomes.map(({ text, parts, problems }) => ({ text, isRead: parts.length > 0, problems }))).toEqual(
    examples.map(({ text, reason }) => ({ text, isRead: !reason, problems: reason ? [reason] : [] })),
  );
});

test("the record that the put-record example of docs/wire-format.md sends is read", () => {
  const data = /aws kinesis put-record[\s\S]*?--data '([^']+)'/.exec(page)![1]!;
  expect(read(data)).toMatchObject({ problems: [], parts: [{ host: "web-07", values: [12.5, 0.4] }] });
});

test("docs/wire-format.md states every limit", () => {
  const rows = Object.entries(limits).map(
    ([name, value]) => `| \`${name}\` | ${value === 1e100 ? "1e100" : value.toLocaleString("en")} `,
  );
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});
