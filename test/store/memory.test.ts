import { createMemoryStores } from "../../lib/store/memory.ts";
import { describeAlerting } from "../contract/alerting.ts";
import { describeStores } from "../contract/stores.ts";

describeStores("memory", 100, async (clock) => createMemoryStores(clock));
describeAlerting("memory", 100, async (clock) => createMemoryStores(clock));

test("shows the rejected records, each once", async () => {
  const { rejected, rejectedRecords } = createMemoryStores(() => 0);
  const record = {
    sequenceNumber: "49",
    partitionKey: "web-07",
    arrival: 0,
    problems: ["no JSON"],
    bytes: Buffer.of(1),
    alike: 1,
  };
  await rejected.keep(record);
  await rejected.keep(record);
  expect([...rejectedRecords.values()]).toEqual([record]);
});
