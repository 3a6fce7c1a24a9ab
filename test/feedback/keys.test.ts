import { secretKeys } from "../../lib/feedback/keys.ts";
import { keyOf } from "../../lib/feedback/token.ts";
import { startSecrets } from "../secrets.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:key";

const [FIRST, SECOND] = [keyOf("first".repeat(8)), keyOf("second".repeat(8))];

describe("keys of a secret", () => {
  let stages: Readonly<Record<string, unknown>> = {};
  let secrets: Awaited<ReturnType<typeof startSecrets>>;

  beforeAll(async () => {
    secrets = await startSecrets(ARN, (stage) => stages[stage]);
  });

  afterAll(() => secrets.close());

  test("are only the current one before the first rotation", async () => {
    stages = { AWSCURRENT: { SecretString: FIRST.secret } };
    expect(await secretKeys(secrets.env, ARN)()).toEqual([FIRST]);
  });

  test("are the current one, then the previous one, after a rotation", async () => {
    stages = { AWSCURRENT: { SecretString: SECOND.secret }, AWSPREVIOUS: { SecretString: FIRST.secret } };
    expect(await secretKeys(secrets.env, ARN)()).toEqual([SECOND, FIRST]);
  });

  test("cause an error if the current one is missing, is no text or is too short", async () => {
    stages = {};
    await expect(secretKeys(secrets.env, ARN)()).rejects.toThrow("can't find it");
    stages = { AWSCURRENT: { SecretBinary: "AAAA" } };
    await expect(secretKeys(secrets.env, ARN)()).rejects.toThrow("is no text");
    stages = { AWSCURRENT: { SecretString: "short" } };
    await expect(secretKeys(secrets.env, ARN)()).rejects.toThrow("32 or more");
  });
});
