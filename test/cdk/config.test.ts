// The effect of the configuration on the stack: who gets which messages, and how the functions find the file.
import { execSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Template } from "aws-cdk-lib/assertions";
import { copyCommand } from "../../cdk/copy-command.ts";
import { output, resources, synthesize } from "./synth.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-cdk-"));
  path = join(folder, "c.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(document: object): { readonly config: string } {
  writeFileSync(path, JSON.stringify({ version: 1, ...document }));
  return { config: path };
}

describe("subscriptions", () => {
  const list = (template: Template) =>
    resources(template, "AWS::SNS::Subscription").map(([, { Properties: p }]) => [p.TopicArn, p.Protocol, p.Endpoint]);
  const topics = (template: Template) => [output(template, "AlertsTopicArn"), output(template, "OpsTopicArn")];

  test("come from the options; people who get alerts also get alarms unless the options name others", () => {
    const template = synthesize({ emails: "ann@example.com,bob@example.com", phones: "+15550100" });
    const [alerts, ops] = topics(template);
    expect(list(template)).toEqual([
      [alerts, "email", "ann@example.com"],
      [alerts, "email", "bob@example.com"],
      [alerts, "sms", "+15550100"],
      [ops, "email", "ann@example.com"],
      [ops, "email", "bob@example.com"],
    ]);
    expect(list(synthesize({ emails: "ann@example.com", opsEmails: "ops@example.com" }))).toEqual([
      [alerts, "email", "ann@example.com"],
      [ops, "email", "ops@example.com"],
    ]);
  });

  test("do not exist without options", () => expect(list(synthesize())).toEqual([]));

  const alertsOfAll = {
    emails: ["ann@example.com"],
    phones: ["+15550100"],
    opsEmails: ["ops@example.com"],
    webhooks: ["https://example.com/hook"],
  };

  test("come from the configuration; an option overrides its own kind", () => {
    const config = write({ alerts: alertsOfAll });
    const template = synthesize(config);
    const [alerts, ops] = topics(template);
    expect(list(template)).toEqual([
      [alerts, "email", "ann@example.com"],
      [alerts, "sms", "+15550100"],
      [alerts, "https", "https://example.com/hook"],
      [ops, "email", "ops@example.com"],
    ]);
    expect(list(synthesize({ ...config, emails: "eve@example.com", phones: "+15550199" }))).toEqual([
      [alerts, "email", "eve@example.com"],
      [alerts, "sms", "+15550199"],
      [alerts, "https", "https://example.com/hook"],
      [ops, "email", "ops@example.com"],
    ]);
    expect(list(synthesize({ ...config, opsEmails: "eve@example.com" })).at(-1)).toEqual([
      ops,
      "email",
      "eve@example.com",
    ]);
  });

  test("send phones messages for phones, and everybody else all that are not for phones only", () => {
    const template = synthesize(write({ alerts: alertsOfAll }));
    const others = { FilterPolicy: { kind: [{ "anything-but": ["texts-held"] }] } };
    const TopicArn = output(template, "AlertsTopicArn");
    const policies = resources(template, "AWS::SNS::Subscription").map(([, { Properties }]) => Properties);
    expect(policies).toEqual([
      { TopicArn, Protocol: "email", Endpoint: "ann@example.com", ...others },
      { TopicArn, Protocol: "sms", Endpoint: "+15550100", FilterPolicy: { sms: ["yes"] } },
      { TopicArn, Protocol: "https", Endpoint: "https://example.com/hook", RawMessageDelivery: true, ...others },
      { TopicArn: output(template, "OpsTopicArn"), Protocol: "email", Endpoint: "ops@example.com" },
    ]);
  });
});

const configFiles = (template: Template) =>
  resources(template, "AWS::Lambda::Function").map(([, { Properties }]) => {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    return Variables.CONFIG_FILE;
  });

test("every function finds the configuration beside its code under one name", () => {
  expect(configFiles(synthesize(write({})))).toEqual(Array.from({ length: 4 }, () => "fleetwarden.config.json"));
});

test.each([
  [{ refitEvery: "6h" }, 8],
  [{}, 26],
  [{ refitEvery: "7d" }, 26],
])("with %j the alarm RefitStale fires after %d hours without a successful run", (document, EvaluationPeriods) => {
  const [[, alarm] = []] = resources(synthesize(write(document)), "AWS::CloudWatch::Alarm", "FleetRefitStale");
  expect(alarm?.Properties).toMatchObject({
    EvaluationPeriods,
    AlarmDescription: expect.stringContaining(`for ${EvaluationPeriods} hours`),
  });
});

test("without a configuration the functions look for no file", () => {
  expect(configFiles(synthesize())).toEqual(Array.from({ length: 4 }, () => undefined));
});

test("a mistake stops the synthesis with a message that names the file, the path in it and the fix", () => {
  expect(() => synthesize(write({ alerts: { messagesPerMinute: 0 } }))).toThrow(
    `${path}, alerts.messagesPerMinute: 0: use a whole number from 1 to 60`,
  );
  expect(() => synthesize({ config: join(folder, "none.json") })).toThrow(
    `Cannot read the configuration ${join(folder, "none.json")}: name a file that is there`,
  );
});

test("the shell copies the file from a folder with any name", () => {
  const odd = join(folder, `a $HOME "b' \`c\` %PATH% ü`);
  mkdirSync(odd);
  writeFileSync(join(odd, "c.json"), "content");
  execSync(copyCommand(join(odd, "c.json"), join(odd, "copy.json")));
  expect(readFileSync(join(odd, "copy.json"), "utf8")).toBe("content");
});
