// The posts to each service for the opening of docs/alerts.md. After a change run UPDATE_EXAMPLES=1 npx jest
// test/forward/examples, and read the diff.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDestination } from "../../lib/forward/destination.ts";
import { postingsOf } from "../../lib/forward/postings.ts";
import { render } from "../../lib/notify/render.ts";
import { SERVICES } from "../../lib/resources.ts";
import { IN_AWS, opened } from "../notify/example.ts";
import { SECRETS } from "./secrets.ts";

const docs = join(import.meta.dirname, "../../docs");

test.each(SERVICES)("docs/examples/services shows what %s really gets, and docs/alerts.md links to it", (service) => {
  const to = parseDestination(service, SECRETS[service], "test");
  const text = `${JSON.stringify(postingsOf(render(opened(), IN_AWS).webhook, to), null, 2)}\n`;
  const path = join(docs, `examples/services/${service}.txt`);
  if (process.env.UPDATE_EXAMPLES === "1") writeFileSync(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(readFileSync(join(docs, "alerts.md"), "utf8")).toContain(`](examples/services/${service}.txt)`);
});
