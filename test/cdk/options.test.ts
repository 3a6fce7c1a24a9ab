import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOptions as readOptionsIn } from "../../cdk/options.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-options-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readOptions = (context: Record<string, unknown>, where = folder) => readOptionsIn(context, where);

test("options have defaults", () => {
  expect(readOptions({})).toEqual({
    stackName: "Fleetwarden",
    emails: undefined,
    phones: undefined,
    opsEmails: undefined,
    streamMode: "provisioned",
    shards: undefined,
    retentionHours: undefined,
    encryptStream: true,
    opsKey: undefined,
    capacity: "on-demand",
    expectedHosts: undefined,
    removalPolicy: "retain",
    tags: undefined,
    config: undefined,
    feedback: undefined,
    feedbackConcurrency: undefined,
    slack: undefined,
    teams: undefined,
    pagerduty: undefined,
    opsgenie: undefined,
  });
});

test("the configuration is the file that the option names, or the one with the usual name if it exists", () => {
  const file = join(folder, "fleetwarden.config.json");
  expect(readOptions({}, folder).config).toBeUndefined();
  writeFileSync(file, '{"version":1}');
  expect(readOptions({}, folder).config).toBe(file);
  expect(readOptions({ config: "prod.json" }, folder).config).toBe(join(folder, "prod.json"));
  expect(readOptions({ config: file }, "/elsewhere").config).toBe(file);
});

test("reads options as the command line writes them", () => {
  const context = {
    stackName: "Fleetwarden-prod",
    emails: "ann@example.com, bob@example.com",
    phones: "+15550100",
    opsEmails: "ops@example.com",
    shards: "3",
    retentionHours: "48",
    encryptStream: "false",
    capacity: "provisioned",
    expectedHosts: "2000",
    removalPolicy: "destroy",
    tags: "team=storage,cost centre=a=b",
    feedback: "none",
    slack: "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:fleetwarden/slack-a1B2c3",
  };
  expect(readOptions(context)).toEqual({
    stackName: "Fleetwarden-prod",
    emails: ["ann@example.com", "bob@example.com"],
    phones: ["+15550100"],
    opsEmails: ["ops@example.com"],
    streamMode: "provisioned",
    shards: 3,
    retentionHours: 48,
    encryptStream: false,
    capacity: "provisioned",
    expectedHosts: 2_000,
    removalPolicy: "destroy",
    tags: ["team=storage", "cost centre=a=b"],
    feedback: "none",
    slack: "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:fleetwarden/slack-a1B2c3",
  });
});

test("reads options as cdk.json writes them", () => {
  const options = readOptions({
    emails: ["ann@example.com"],
    shards: 2,
    encryptStream: false,
    "@aws-cdk/core:x": true,
  });
  expect(options).toMatchObject({ emails: ["ann@example.com"], shards: 2, encryptStream: false });
});

test.each([
  [{ email: "ann@example.com" }, 'Unknown option "email": the options are stackName, emails, '],
  [{ stackName: "my stack" }, 'Option "stackName" is "my stack", expected letters, digits and hyphens.'],
  [{ config: "" }, 'Option "config" is "", expected the path of a configuration.'],
  [{ config: {} }, 'Option "config" is {}, expected the path of a configuration.'],
  [{ emails: "ann" }, 'Option "emails" is "ann", expected addresses such as ops@example.com, with commas between.'],
  [{ emails: "" }, 'Option "emails" is "", expected addresses'],
  [{ emails: [] }, 'Option "emails" is [], expected addresses'],
  [{ emails: [7] }, 'Option "emails" is 7, expected addresses'],
  [{ emails: "ann@example.com,,bob@example.com" }, 'Option "emails" is "", expected addresses'],
  [{ opsEmails: "ann@" }, 'Option "opsEmails" is "ann@"'],
  [{ phones: "0800 123" }, 'Option "phones" is "0800 123", expected addresses such as +15550100'],
  [{ streamMode: "elastic" }, 'Option "streamMode" is "elastic", expected provisioned or on-demand.'],
  [{ shards: "0" }, 'Option "shards" is "0", expected a whole number from 1 to 500.'],
  [{ shards: "1.5" }, 'Option "shards" is "1.5"'],
  [{ shards: "" }, 'Option "shards" is ""'],
  [{ shards: true }, 'Option "shards" is true'],
  [{ retentionHours: 23 }, 'Option "retentionHours" is 23, expected a whole number from 24 to 8760.'],
  [{ encryptStream: "no" }, 'Option "encryptStream" is "no", expected true or false.'],
  [{ capacity: "provisioned" }, 'Option "capacity" is provisioned, which needs the number of hosts: add -c expectedHo'],
  [
    { expectedHosts: 1000 },
    'Option "expectedHosts" is for the tables of capacity=provisioned: set that, or leave it out',
  ],
  [{ capacity: "reserved" }, 'Option "capacity" is "reserved", expected on-demand or provisioned.'],
  [
    { capacity: "provisioned", expectedHosts: 0 },
    'Option "expectedHosts" is 0, expected a whole number from 1 to 300000',
  ],
  [{ opsKey: "alias/ops" }, 'Option "opsKey" is "alias/ops", expected an ARN such as arn:aws:kms:eu-west-1:'],
  [{ feedback: "api" }, 'Option "feedback" is "api", expected url or none.'],
  [
    { tags: "storage" },
    'Option "tags" is "storage", expected keys and values such as team=storage, with commas between.',
  ],
  [{ tags: "aws:team=storage" }, 'Option "tags" is "aws:team=storage"'],
  [{ tags: { team: "storage" } }, 'Option "tags" is {"team":"storage"}'],
  [{ feedback: "url", feedbackConcurrency: 0 }, 'Option "feedbackConcurrency" is 0, expected a whole number from 1'],
  [{ feedback: "none", feedbackConcurrency: 5 }, 'Option "feedbackConcurrency" is for the page of feedback=url: set'],
  [{ removalPolicy: "snapshot" }, 'Option "removalPolicy" is "snapshot", expected retain or destroy.'],
  [{ streamMode: "on-demand", shards: 2 }, 'Option "shards" has no meaning for an on-demand stream: leave it out'],
])("refuses %j with a message that names the key and the fix", (context, message) => {
  expect(() => readOptions(context)).toThrow(message);
});

test.each(["slack", "teams", "pagerduty", "opsgenie"])(
  "%s takes the ARN of a secret, and never shows another text",
  (key) => {
    for (const text of [
      "https://hooks.slack.com/services/T0/B0/hunter2",
      "hunter2",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hunter2",
      "arn:aws:ssm:eu-west-1:123456789012:parameter/hunter2",
      "",
    ]) {
      const read = () => readOptions({ [key]: text });
      expect(read).toThrow(
        `Option "${key}" is not the whole ARN of a secret that holds the address or key, such as arn:aws:`,
      );
      expect(read).not.toThrow("hunter2");
    }
  },
);

test("every option is documented", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/deploying.md"), "utf8");
  for (const option of Object.keys(readOptions({}))) expect(page).toContain(`\`${option}\``);
});
