// Every alert as a file that people can read.
// After a change of words run UPDATE_EXAMPLES=1 npx jest test/notify/examples, and read the diff.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Message, render } from "../../lib/notify/render.ts";
import { IN_AWS } from "./example.ts";
import { EXAMPLES } from "./news-examples.ts";

const folder = join(import.meta.dirname, "../../docs/examples/alerts");
const fileOf = (name: string) => join(folder, `${name}.txt`);
const isUpdate = process.env.UPDATE_EXAMPLES === "1";

const sections = ({ subject, email, sms, webhook, attributes }: Message) =>
  [
    `== Subject\n\n${subject}`,
    `== E-mail\n\n${email.trimEnd()}`,
    `== Text message\n\n${sms}`,
    `== JSON\n\n${JSON.stringify(JSON.parse(webhook), null, 2)}`,
    `== Attributes\n\n${JSON.stringify(attributes)}`,
  ].join("\n\n");

test("docs/examples/alerts shows every alert as it is sent", () => {
  for (const [name, [news, context]] of Object.entries(EXAMPLES)) {
    const text = `${sections(render(news, { ...IN_AWS, ...context }))}\n`;
    if (isUpdate) writeFileSync(fileOf(name), text);
    // The name is in what is compared, so that a failure shows it.
    expect(`${name}\n${readFileSync(fileOf(name), "utf8")}`).toBe(`${name}\n${text}`);
  }
});

test("docs/examples/alerts has a file for every alert, and no other file", () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(EXAMPLES)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});
