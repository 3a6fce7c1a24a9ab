import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../local/support.ts";
import { run } from "./live.ts";

const CONFIG = {
  version: 1,
  detectors: { db: { detector: "gaussian" } },
  features: [{ name: "net", sum: "network:*", group: "web" }, { drop: "network:*" }],
  rules: [
    { if: "cpu > 95", for: "2m", severity: "critical", group: "web" },
    { name: "no room", if: "disk_free_bytes < 1e9", host: "db-*" },
  ],
  alerts: {
    emails: ["ops@example.com"],
    phones: ["+15550100"],
    sms: { severity: "warning", perHour: 3 },
    redact: true,
  },
};

async function check(document: unknown, ...options: readonly string[]) {
  return withFolder(async (folder) => {
    const file = join(folder, "some.json");
    await writeFile(file, JSON.stringify(document));
    const { code, out, err } = await run("config", file, ...options);
    return { code, out: out.replaceAll(folder, ""), err: err.replaceAll(folder, "") };
  });
}

test("shows the settings of a configuration", async () => {
  expect(await check(CONFIG)).toEqual({
    code: 0,
    err: "",
    out: [
      "/some.json is valid.",
      "A refit every 1 d, and sooner of hosts whose level has moved for good.",
      "Alerts go to 1 by e-mail, 1 by SMS from warning on, 0 webhooks, without values.",
      "At most 5 messages a minute and 3 SMS an hour; a reminder after 4 h.",
      "A fleet's incident is that of 20 % of a group, and at least 5 hosts.",
      "",
    ].join("\n"),
  });
});

test.each([
  ["web-07", "web", "bands", ["cpu > 95 for 2m (critical)"], ["net"]],
  ["db-01", "db", "gaussian", ["no room (warning)"], []],
  ["cache-1", "cache", "bands", [], []],
])("shows the policies and rules of %s of group %s", async (host, group, detector, rules, features) => {
  const { out } = await check(CONFIG, "--host", host, "--group", group, "--json");
  expect(JSON.parse(out).host).toEqual({ host, group, detector, rules, features });
});

test("names the mistake and its place", async () => {
  const { code, err } = await check({ version: 1, rules: [{ if: "cpu >" }] });
  expect(code).toBe(1);
  expect(err).toContain("/some.json, rules[0]: expected a number after >");
});
