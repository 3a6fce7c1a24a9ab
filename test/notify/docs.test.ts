import { readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "../../lib/notify/render.ts";
import { IN_AWS, opened } from "./example.ts";
import { EXAMPLES } from "./news-examples.ts";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../..", name), "utf8");
const alerts = page("docs/alerts.md");

/** Texts in fences of a page, by their language. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)]
    .filter(([, one]) => one === language)
    .map(([, , block]) => block!);

const messages = Object.values(EXAMPLES).map(([news, context]) => render(news, { ...IN_AWS, ...context }));
const [texts, bodies] = [
  messages.flatMap(({ subject, email, sms }) => [subject, sms, email.trimEnd()]),
  messages.map(({ webhook }) => JSON.stringify(JSON.parse(webhook), null, 2)),
];

test("docs/alerts.md shows texts that are really sent", () => {
  const shown = blocks(alerts, "");
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((block) => !texts.some((text) => `\n${text}\n`.includes(`\n${block}\n`)))).toEqual([]);
});

test("docs/alerts.md shows the real JSON", () => {
  const shown = blocks(alerts, "json");
  expect(shown).toHaveLength(1);
  expect(bodies).toContain(shown[0]);
});

test("docs/alerts.md shows the subject, e-mail and text message of an opening", () => {
  const { subject, email, sms } = render(opened(), IN_AWS);
  expect(blocks(alerts, "")).toEqual(expect.arrayContaining([subject, email.trimEnd(), sms]));
});

test("docs/alerts.md shows the real attributes", () => {
  expect(alerts).toContain(`\`${JSON.stringify({ ...render(opened(), IN_AWS).attributes, sms: "yes" })}\``);
});

test("docs/alerts.md says when every kind of message is sent", () => {
  const kinds = new Set(Object.values(EXAMPLES).map(([{ kind }]) => kind));
  const isInTable = (kind: string) => new RegExp(`^\\| \\[${kind}\\]\\(#[a-z-]+\\) \\| `, "m").test(alerts);
  expect([...kinds].filter((kind) => !isInTable(kind))).toEqual([]);
});

test("docs/alerts.md links to every example", () => {
  const missing = Object.keys(EXAMPLES).filter((name) => !alerts.includes(`](examples/alerts/${name}.txt)`));
  expect(missing).toEqual([]);
});

test("README.md shows real text messages of alerts", () => {
  const [, section = ""] = page("README.md").split("\n## What an alert looks like\n");
  const [lines] = blocks(section.split("\n## ")[0] ?? "", "text");
  const shown = lines?.split("\n").filter((line) => line !== "") ?? [];
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.filter((line) => !texts.includes(line))).toEqual([]);
});
