// The credentials and the region with which a command looks for a stack.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientConfig } from "../../lib/clients.ts";
import { run } from "./live.ts";

const before = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-target-"));
  for (const name of ["AWS_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    delete process.env[name];
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
  process.env.AWS_CONFIG_FILE = join(folder, "config");
  writeFileSync(
    join(folder, "credentials"),
    ["default", "ops"]
      .map((name) => `[${name}]\naws_access_key_id = KEY-${name}\naws_secret_access_key = s\n`)
      .join(""),
  );
  writeFileSync(join(folder, "config"), "[default]\nregion = eu-west-1\n[profile ops]\nregion = eu-north-1\n");
});

afterEach(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

/** The key that the command signs with when it asks for the stack. */
async function keyOf(...words: readonly string[]): Promise<string | undefined> {
  let authorization = "";
  const server = createServer((request, response) => {
    authorization = request.headers.authorization ?? "";
    response.writeHead(400).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await run("status", "--stack", "Fleetwarden", ...words);
  } finally {
    server.close();
  }
  return /Credential=([^/]+)\//.exec(authorization)?.[1];
}

test("--profile chooses the credentials, before AWS_PROFILE", async () => {
  expect(await keyOf("--profile", "ops")).toBe("KEY-ops");
  process.env.AWS_PROFILE = "ops";
  expect(await keyOf()).toBe("KEY-ops");
  expect(await keyOf("--profile", "default")).toBe("KEY-default");
});

test("the region comes from the profile, unless another is set", async () => {
  const regionOf = (env: Record<string, string>) => new DynamoDBClient(clientConfig(env)).config.region();
  expect(await regionOf({ AWS_PROFILE: "ops" })).toBe("eu-north-1");
  expect(await regionOf({})).toBe("eu-west-1");
  expect(await regionOf({ AWS_PROFILE: "ops", AWS_REGION: "us-west-2" })).toBe("us-west-2");
});

test("an unknown profile, or one without a stack, gets an error of one line", async () => {
  process.env.AWS_REGION = "eu-west-1";
  expect(await run("status", "--stack", "Fleetwarden", "--profile", "nobody")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^fleetwarden: no AWS credentials: .*profile.*\n$/),
  });
  expect(await run("status", "--profile", "ops")).toEqual({
    code: 1,
    out: "",
    err: "fleetwarden: --profile is for a stack in AWS: name it with --stack, or leave --profile out\n",
  });
});
