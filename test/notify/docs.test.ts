import { readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "../../lib/notify/render.ts";
import { DEPLOYED, EXAMPLES, opened } from "./example.ts";

const page = (name: string) => readFileSync(join(import.meta.dirname, "../..", name), "utf8");
const alerts = page("docs/alerts.md");

/** Texts in fences of a page, by their language. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)]
    .filter(([, one]) => one === language)
    .map(([, , block]) => block!);

const messages = Object.values(EXAMPLES).map(([news, context]) => render(news, { ...DEPLOYED, ...context }));
const [texts, bodies] = [
  messages.flatMap(({ subject, email, sms }) => [subject, sms, email.trimEnd()]),
  messages.map(({ webhook }) => JSON.stringify(JSON.parse(webhook), null, 2)),
];

test.each(blocks(alerts, "").map((block) => [block.split("\n")[0], block]))(
  "docs/alerts.md shows what is sent: %s",
  (_first, block) => {
    expect(texts.some((text) => `\n${text}\n`.includes(`\n${block}\n`))).toBe(true);
  },
);

test("docs/alerts.md shows the real JSON", () => {
  const shown = blocks(alerts, "json");
  expect(shown).toHaveLength(1);
  expect(bodies).toContain(shown[0]);
});

test.each([
  ["opening's subject", render(opened(), DEPLOYED).subject],
  ["opening's e-mail", render(opened(), DEPLOYED).email.trimEnd()],
  ["opening's text message", render(opened(), DEPLOYED).sms],
])("docs/alerts.md shows the %s", (_what, text) => {
  expect(blocks(alerts, "")).toContain(text);
});

test("docs/alerts.md shows the real attributes", () => {
  expect(alerts).toContain(`\`${JSON.stringify({ ...render(opened(), DEPLOYED).attributes, sms: "yes" })}\``);
});

test.each([...new Set(Object.values(EXAMPLES).map(([{ kind }]) => kind))])(
  "docs/alerts.md says when people hear of %s",
  (kind) => {
    expect(alerts).toMatch(new RegExp(`^\\| \\[${kind}\\]\\(#[a-z-]+\\) \\| `, "m"));
  },
);

test.each(Object.keys(EXAMPLES))("docs/alerts.md leads to the example %s", (name) => {
  expect(alerts).toContain(`](examples/alerts/${name}.txt)`);
});

test("every anchor within docs/alerts.md is one of its headings", () => {
  const headings = [...alerts.matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  const anchors = [...alerts.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(anchors.filter((anchor) => !headings.includes(anchor!))).toEqual([]);
});

test("README.md shows real text messages of alerts", () => {
  const [, section = ""] = page("README.md").split("\n## What an alert looks like\n");
  const [lines] = blocks(section.split("\n## ")[0] ?? "", "text");
  const shown = lines?.split("\n").filter((line) => line !== "") ?? [];
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.filter((line) => !texts.includes(line))).toEqual([]);
});
