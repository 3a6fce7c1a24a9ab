// Messages name the attributes of the host's machine.
import { render } from "../../lib/notify/render.ts";
import { DEPLOYED, opened, silent } from "./example.ts";

const attributes = { region: "eu-west-1", "host.type": "m5.large" };

test.each([
  ["anomalous", opened()],
  ["silent", silent()],
])("the e-mail and the JSON of an %s host have its attributes, the short texts do not", (_, notice) => {
  const bare = render(notice, DEPLOYED);
  const { subject, email, sms, webhook } = render(notice, { ...DEPLOYED, attributes });
  const line = "The machine: region eu-west-1, host.type m5.large.\n";
  expect(email.replace(line, "")).toBe(bare.email);
  expect(email).toContain(`Compared with web-07's own baseline v3, 41 labels.\n${line}\n`);
  expect(JSON.parse(webhook)).toEqual({ ...JSON.parse(bare.webhook), attributes });
  expect({ subject, sms }).toEqual({ subject: bare.subject, sms: bare.sms });
});

test("a redacted message has no attributes", () => {
  const redacted = { ...DEPLOYED, redact: true };
  expect(render(opened(), { ...redacted, attributes })).toEqual(render(opened(), redacted));
});

test("an attribute with a character that SNS refuses does not hold back the message", () => {
  const { email, webhook } = render(opened(), { ...DEPLOYED, attributes: { rack: "a\ufffe1" } });
  expect(email).toContain("The machine: rack a?1.");
  expect(JSON.parse(webhook).attributes).toEqual({ rack: "a?1" });
});
