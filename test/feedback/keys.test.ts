import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { cacheKeys, secretKeys } from "../../lib/feedback/keys.ts";
import { keyOf } from "../../lib/feedback/token.ts";

const [FIRST, SECOND] = [keyOf("first".repeat(8)), keyOf("second".repeat(8))];

describe("cached keys", () => {
  const opened = (read: () => Promise<ReturnType<typeof keyOf>[]>) => {
    const world = { now: 0, reads: 0 };
    const keys = cacheKeys(
      () => {
        world.reads++;
        return read();
      },
      () => world.now,
    );
    return { world, keys };
  };

  test("are read once in five minutes, however many callers ask at once", async () => {
    const { world, keys } = opened(async () => [FIRST]);
    expect(await Promise.all([keys(), keys()])).toEqual([[FIRST], [FIRST]]);
    world.now = 299_999;
    await keys();
    expect(world.reads).toBe(1);
    world.now = 300_000;
    await keys();
    expect(world.reads).toBe(2);
  });

  test("that cannot be read are read again after a minute", async () => {
    let broken = true;
    const { world, keys } = opened(async () => {
      if (broken) throw new Error("no network");
      return [FIRST];
    });
    await expect(keys()).rejects.toThrow("no network");
    broken = false;
    world.now = 59_999;
    await expect(keys()).rejects.toThrow("no network");
    expect(world.reads).toBe(1);
    world.now = 60_000;
    expect(await keys()).toEqual([FIRST]);
  });
});

describe("keys of a secret", () => {
  const ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:key";
  let stages: Readonly<Record<string, unknown>> = {};
  let server: Server;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    // Secrets Manager's JSON protocol, as far as GetSecretValue has it.
    server = createServer(async (request, response) => {
      const { SecretId, VersionStage } = (await json(request)) as Record<string, string>;
      const known = SecretId === ARN && request.headers["x-amz-target"] === "secretsmanager.GetSecretValue";
      const value = known && VersionStage ? stages[VersionStage] : undefined;
      response
        .writeHead(value ? 200 : 400, { "content-type": "application/x-amz-json-1.1" })
        .end(
          JSON.stringify(value ?? { __type: "ResourceNotFoundException", message: "Secrets Manager can't find it" }),
        );
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    env = { AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("are only the current one before the first rotation", async () => {
    stages = { AWSCURRENT: { SecretString: FIRST.secret } };
    expect(await secretKeys(env, ARN)()).toEqual([FIRST]);
  });

  test("are the current one, then the previous one, after a rotation", async () => {
    stages = { AWSCURRENT: { SecretString: SECOND.secret }, AWSPREVIOUS: { SecretString: FIRST.secret } };
    expect(await secretKeys(env, ARN)()).toEqual([SECOND, FIRST]);
  });

  test("cause an error if the current one is missing, is no text or is too short", async () => {
    stages = {};
    await expect(secretKeys(env, ARN)()).rejects.toThrow("can't find it");
    stages = { AWSCURRENT: { SecretBinary: "AAAA" } };
    await expect(secretKeys(env, ARN)()).rejects.toThrow("is no text");
    stages = { AWSCURRENT: { SecretString: "short" } };
    await expect(secretKeys(env, ARN)()).rejects.toThrow("32 or more");
  });
});
