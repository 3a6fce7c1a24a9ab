// The real command with servers in place of Slack and PagerDuty, which refuse what the services would refuse.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECRETS } from "../forward/secrets.ts";
import { startService } from "../forward/service.ts";
import { run } from "./live.ts";
import { type Running, start } from "./process.ts";

const MINUTE = 60_000;

let folder: string;
let running: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetwarden-delivery-"));
});

afterEach(async () => {
  running?.kill();
  await rm(folder, { recursive: true, force: true });
});

function up(words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  running = start(["up", "--port", "0", "--data-dir", join(folder, "data"), "--no-agent", ...words], env);
  return running;
}

/** Sends a sample of each minute from `from` to `to` minutes ago. */
async function send(endpoint: string, now: number, from: number, to: number, cpu: number): Promise<void> {
  const path = join(folder, "samples.csv");
  const rows = Array.from({ length: from - to }, (_, i) => `${now - (from - i) * MINUTE},${cpu}`);
  await writeFile(path, ["time,cpu", ...rows].join("\n"));
  expect((await run("send", path, "--host", "web-07", "--group", "web", "--endpoint", endpoint)).code).toBe(0);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 100));
}

test("an alert and its end reach Slack and PagerDuty, which resolves what it opened", async () => {
  const [slack, pagerduty] = [await startService("slack"), await startService("pagerduty")];
  const config = join(folder, "c.json");
  await writeFile(config, '{"version":1,"rules":[{"if":"cpu > 90","severity":"critical"}]}');
  const twin = up(["--config", config, "--pagerduty", pagerduty.secret], { FLEETWARDEN_SLACK: slack.secret });
  const [, endpoint = ""] = await twin.until(/listens at (http:\S+) /);
  await twin.until(/^Alerts also go to Slack, PagerDuty\.$/m);
  expect(execFileSync("ps", ["-o", "args=", "-p", String(twin.pid)]).toString()).toBe("fleetwarden up\n");

  const now = Date.now();
  await send(endpoint, now, 30, 27, 99);
  await until(() => slack.seen.length === 1 && pagerduty.seen.length === 1);
  await send(endpoint, now, 27, 1, 20);
  await until(() => slack.seen.length === 2 && pagerduty.seen.length === 2);

  const { err, out } = await twin.stop();
  for (const service of [slack, pagerduty]) await service.close();
  // The servers would have answered 400 to a request that the service does not take, and the twin would have reported
  // it.
  expect(err).toBe("");
  expect(out).not.toMatch(new RegExp(`${SECRETS.pagerduty}|/hook/secret`));
  const [opened, resolved] = pagerduty.seen.map(({ body }) => body as Record<string, unknown>);
  expect(opened).toMatchObject({ event_action: "trigger", payload: { source: "web-07", severity: "critical" } });
  expect(resolved).toMatchObject({ event_action: "resolve", dedup_key: opened?.dedup_key });
  const titles = slack.seen.map(({ body }) => (body as { readonly text: string }).text);
  expect(titles).toEqual([
    expect.stringMatching(/^\[CRIT\] web-07 \(web\): .*cpu/),
    expect.stringMatching(/^\[OK\] web-07 \(web\): back to normal/),
  ]);
}, 120_000);

test("an address that can never get an alert is one clear line with the fix, before anything starts", async () => {
  const { code, err, out } = await up(["--slack", "http://hooks.slack.com/services/secret"]).exited;
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^fleetwarden: --slack: an http address would send alerts unencrypted\. .*https.*\n$/);
  expect(err).not.toContain("secret");
}, 30_000);
