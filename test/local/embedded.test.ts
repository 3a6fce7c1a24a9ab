import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { uniform } from "../../bench/random.ts";
import { clientConfig } from "../../lib/clients.ts";
import { openEmulators } from "../../lib/local/embedded.ts";
import { urlOf } from "../store/dynalite.ts";

/** Noise, for LevelDB compresses what it writes. */
function incompressible(seed: number): Buffer {
  const random = uniform(seed);
  return Buffer.from(Uint8Array.from({ length: 225_000 }, () => Math.floor(256 * random())));
}

test("items that are written again and again, and read in between, do not fill the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fleetwarden-embedded-"));
  const dynamodb = join(folder, "dynamodb");
  const emulators = openEmulators({ dynamodb, kinesis: join(folder, "kinesis") });
  emulators.dynamodb.listen(0, "127.0.0.1");
  await once(emulators.dynamodb, "listening");
  const client = new DynamoDBClient(clientConfig({ AWS_ENDPOINT_URL: urlOf(emulators.dynamodb) }));
  await client.send(
    new CreateTableCommand({
      TableName: "hosts",
      KeySchema: [{ AttributeName: "host", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "host", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  // 60 MB in all, of which 3 MB remain. LevelDB keeps a file as long as an open iterator may read it.
  for (let round = 0; round < 20; round++) {
    const payload = { S: incompressible(round).toString("base64") };
    for (let host = 0; host < 10; host++)
      await client.send(new PutItemCommand({ TableName: "hosts", Item: { host: { S: `${host}` }, payload } }));
    await client.send(new ScanCommand({ TableName: "hosts", Limit: 1 }));
  }
  const files = readdirSync(dynamodb).map((name) => statSync(join(dynamodb, name)).size);
  client.destroy();
  emulators.dynamodb.close();
  await once(emulators.dynamodb, "close");
  rmSync(folder, { recursive: true, force: true });
  expect(files.reduce((sum, size) => sum + size, 0)).toBeLessThan(30e6);
}, 120_000);
