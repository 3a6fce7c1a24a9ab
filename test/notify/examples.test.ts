// What every alert looks like, as files that people can read. After a change of words: UPDATE_EXAMPLES=1 npx jest test/notify/examples, and read the diff.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Message, render } from "../../lib/notify/render.ts";
import { DEPLOYED, EXAMPLES } from "./example.ts";

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

test.each(Object.entries(EXAMPLES))("docs/examples/alerts shows %s as it is", (name, [news, context]) => {
  const text = `${sections(render(news, { ...DEPLOYED, ...context }))}\n`;
  if (isUpdate) writeFileSync(fileOf(name), text);
  expect(readFileSync(fileOf(name), "utf8")).toBe(text);
});

test("docs/examples/alerts has no file that nothing is compared with", () => {
  expect(readdirSync(folder).sort()).toEqual(
    Object.keys(EXAMPLES)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});
