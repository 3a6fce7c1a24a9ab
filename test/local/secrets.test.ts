import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openKey } from "../../lib/local/secrets.ts";
import { openTwin, withFolder } from "./support.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:fleetwarden-feedback";

const fail = (line: string) => {
  throw new Error(line);
};

async function ask(endpoint: string, body: unknown, action = "GetSecretValue") {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "x-amz-target": `secretsmanager.${action}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer };
}

test("a key has 32 random bytes, and each twin in memory has another one", async () => {
  const keys = [await openKey(undefined, fail), await openKey(undefined, fail)];
  for (const key of keys) expect(Buffer.from(key, "base64url")).toHaveLength(32);
  expect(new Set(keys).size).toBe(2);
});

test("the key in a data folder is created once, is readable by its owner only, and outlives the twin", () =>
  withFolder(async (folder) => {
    const dataDir = join(folder, "data");
    const keys: unknown[] = [];
    for (const _ of [1, 2]) {
      const twin = await openTwin({ dataDir });
      const { status, answer } = await ask(twin.endpoint, { SecretId: ARN });
      expect(status).toBe(200);
      keys.push(answer.SecretString);
      await twin.close();
    }
    expect(keys[0]).toBe(keys[1]);
    const file = join(dataDir, "feedback-key");
    expect(await readFile(file, "utf8")).toBe(`${keys[0]}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }));

test("a key that cannot be read is not replaced, and another one serves until the twin stops", () =>
  withFolder(async (folder) => {
    const log: string[] = [];
    const key = await openKey(folder, (line) => log.push(line));
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    expect(log).toEqual([expect.stringMatching(/cannot be used \(.*EISDIR.*make it a file that this user may read/)]);
    const file = join(folder, "key");
    await writeFile(file, "given by hand, of more than 32 characters");
    await chmod(file, 0o400);
    expect(await openKey(file, fail)).toBe("given by hand, of more than 32 characters");
  }));

test.each(["", "short"])("a key %j, which signs nothing, is set aside for a new one", (damaged) =>
  withFolder(async (folder) => {
    const [file, log] = [join(folder, "key"), [] as string[]];
    await writeFile(file, damaged);
    const key = await openKey(file, (line) => log.push(line));
    expect(Buffer.from(key, "base64url")).toHaveLength(32);
    expect(await openKey(file, fail)).toBe(key);
    expect(await readFile(`${file}.damaged`, "utf8")).toBe(damaged);
    expect(log).toEqual([expect.stringContaining("Links in earlier alerts no longer work")]);
  }),
);

test.each([
  ["another secret", { SecretId: `${ARN}-2` }, "GetSecretValue", 400, "ResourceNotFoundException"],
  [
    "a value before the first",
    { SecretId: ARN, VersionStage: "AWSPREVIOUS" },
    "GetSecretValue",
    400,
    "ResourceNotFoundException",
  ],
  ["a body that is no JSON", "{", "GetSecretValue", 400, "ResourceNotFoundException"],
  ["another action", { SecretId: ARN }, "PutSecretValue", 501, "NotImplemented"],
])("the secrets endpoint refuses %s", async (_, body, action, status, type) => {
  const twin = await openTwin();
  const { answer, ...rest } = await ask(twin.endpoint, body, action);
  await twin.close();
  expect(rest).toEqual({ status });
  expect(answer.__type).toBe(type);
});

test("requests below /feedback/ become events of the function, and its failure is a 502", async () => {
  const events: unknown[] = [];
  const twin = await openTwin({
    handlers: {
      async feedback(event) {
        events.push(event);
        if (event.rawPath.endsWith("bad")) throw new Error("no table");
        return { statusCode: 418, headers: { "x-kind": "tea" }, body: "short" };
      },
    },
  });
  const good = await fetch(`${twin.endpoint}/feedback/a.b?c=d`, { method: "POST", body: "e=f" });
  const bad = await fetch(`${twin.endpoint}/feedback/bad`);
  await twin.close();
  expect([good.status, good.headers.get("x-kind"), await good.text()]).toEqual([418, "tea", "short"]);
  expect(bad.status).toBe(502);
  expect(twin.log).toEqual([expect.stringContaining("feedback failed: no table")]);
  expect(events[0]).toEqual({
    rawPath: "/feedback/a.b",
    body: Buffer.from("e=f").toString("base64"),
    isBase64Encoded: true,
    requestContext: { http: { method: "POST" } },
  });
});

test("links are switched on by the environment of the functions alone", async () => {
  const [without, withLinks] = [await openTwin(), await openTwin({ feedback: true })];
  expect(Object.keys(without.env).filter((name) => name.startsWith("FEEDBACK_"))).toEqual([]);
  expect(withLinks.env).toMatchObject({ FEEDBACK_KEY_ARN: ARN, FEEDBACK_URL: withLinks.endpoint });
  await without.close();
  await withLinks.close();
});
