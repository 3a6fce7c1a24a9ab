import { queryObjects } from "node:v8";
import { START } from "../../factories.ts";
import { readSamples } from "./reading.ts";

/** The bytes of the heap that are in use: V8 collects all garbage before it answers a query. */
function usedBytes(): number {
  queryObjects(class {});
  return process.memoryUsage().heapUsed;
}

const RECORDS = 40;
/** A record has half a megabyte, so the memories of all would hold 20 MB. */
const BLANKS = " ".repeat(500_000);

/** Two lines of one series each, on the instance of this number. V8 copies texts of fewer than 13 characters. */
const LINES: Readonly<Record<string, (number: string) => string>> = {
  "a bridge's line": (number) =>
    JSON.stringify({
      ...{ name: "node_filesystem_avail_bytes", time: START, value: 5 },
      labels: { device: `/dev/sda${number}`, fstype: "ext4", instance: "web-07:9100", mountpoint: `/srv/${number}` },
    }),
  "the name of a disk": (number) => `diskio,host=web-07,name=nvme0n1-disk-${number} reads=5i`,
};

test.each(Object.entries(LINES))("the memory of %s does not keep its record", (_, lineOf) => {
  const read = (number: number) => {
    const lines = ["front", "back"].map((end) => lineOf(`${`${number}`.padStart(8, "0")}-${end}`));
    return readSamples(`${lines.join("\n")}\n${BLANKS}`);
  };
  expect(read(0)).toMatchObject({ samples: [{ host: "web-07" }], problems: [] });
  const before = usedBytes();
  for (let number = 1; number <= RECORDS; number++) read(number);
  expect(usedBytes() - before).toBeLessThan(5_000_000);
});
