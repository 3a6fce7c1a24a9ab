// The configuration at the time of a batch applies to its samples.
import { type Config, parseConfig } from "../../lib/config/config.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { ENVIRONMENT } from "../../lib/resources.ts";
import { createStores } from "../../lib/store/aws.ts";
import { startDynalite } from "../store/dynalite.ts";

jest.setTimeout(60_000);

const NOW = Date.now();

/** One record of one sample, in the plain format. */
function eventOf(host: string, sequence: number, metrics: Record<string, number>) {
  const time = NOW + sequence * 1_000;
  const json = JSON.stringify({ host, group: "web", time, metrics });
  return {
    Records: [
      {
        eventID: `shardId-000000000000:${sequence}`,
        kinesis: {
          sequenceNumber: String(sequence),
          partitionKey: host,
          data: Buffer.from(json).toString("base64"),
          approximateArrivalTimestamp: time / 1000,
        },
      },
    ],
  };
}

test("each batch uses the rules and policies of the current configuration", async () => {
  const database = await startDynalite();
  const stores = createStores(database.env, () => NOW, Math.random);
  let config: Config = parseConfig('{"version":1}');
  const { score } = createHandlers({
    // Nothing answers at the topic's address, so notices stay unsent.
    env: { ...database.env, [ENVIRONMENT.alerts]: "arn:aws:sns:eu-central-1:000000000000:alerts" },
    clock: () => NOW,
    random: Math.random,
    config: () => config,
    report: () => {},
    log: () => {},
  });
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const incidentOf = async (host: string) => (await stores.hosts.load([host])).get(host)?.incident;
  try {
    await score(eventOf("web-1", 1, { cpu: 99 }), context);
    expect(await incidentOf("web-1")).toBeUndefined();
    config = parseConfig(JSON.stringify({ version: 1, rules: [{ name: "cpu full", if: "cpu > 95", host: "web-*" }] }));
    await score(eventOf("web-1", 2, { cpu: 99 }), context);
    await score(eventOf("db-1", 3, { cpu: 99 }), context);
    expect(await incidentOf("web-1")).toMatchObject({ rules: [{ rule: "cpu full" }] });
    expect(await incidentOf("db-1")).toBeUndefined();
  } finally {
    stores.close();
    await database.stop();
  }
});
