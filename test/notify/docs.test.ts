import { readFileSync } from "node:fs";
import { join } from "node:path";
import { render } from "../../lib/notify/render.ts";
import { DEPLOYED, opened, resolved, silent } from "./example.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/alerts.md"), "utf8");
const silence = render(silent(), DEPLOYED);
const [opening, ending] = [render(opened(), DEPLOYED), render(resolved(), DEPLOYED)];

test.each([
  ["subject", opening.subject],
  ["e-mail", opening.email.trimEnd()],
  ["text message", opening.sms],
  ["JSON", JSON.stringify(JSON.parse(opening.webhook), null, 2)],
  ["resolved subject", ending.subject],
  ["resolved e-mail", ending.email.trimEnd()],
  ["resolved text message", ending.sms],
  ["silence's subject", silence.subject],
  ["silence's e-mail", silence.email.trimEnd()],
  ["silence's text message", silence.sms],
])("docs/alerts.md shows the real %s", (_what, text) => {
  expect(page).toContain(`\n${text}\n\`\`\``);
});

test("docs/alerts.md shows the real attributes", () => {
  expect(page).toContain(`\`${JSON.stringify(opening.attributes)}\``);
});
