import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../local/support.ts";
import { run } from "./live.ts";

/** Two metrics that swing calmly about 20 and 50, a row a minute; the CPU of the marked rows is at 90. */
function csv(rows: number, strange: readonly number[] = []): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const cpu = strange.includes(i) ? 90 : 20 + 3 * Math.sin(i / 3);
    return `${cpu},${50 + 2 * Math.cos(i / 5)},${strange.includes(i) ? 1 : 0}`;
  });
  return ["cpu,memory,label", ...lines].join("\n");
}

const STRANGE = [100, 101, 102, 103, 104, 105];

async function replay(config?: unknown) {
  return withFolder(async (folder) => {
    const path = (name: string) => join(folder, name);
    await writeFile(path("train.csv"), csv(600));
    await writeFile(path("today.csv"), csv(240, STRANGE));
    if (config) await writeFile(path("config.json"), JSON.stringify(config));
    const words = ["replay", path("today.csv"), "--host", "web-07", "--train", path("train.csv"), "--json"];
    const { out, err } = await run(...words, ...(config ? ["--config", path("config.json")] : []));
    return out === "" ? err : JSON.parse(out);
  });
}

test("shows the incident that a recording would have opened, with its first cause", async () => {
  const { samples, incidents, notices, eventRecall } = await replay();
  expect({ samples, eventRecall }).toEqual({ samples: 240, eventRecall: 1 });
  expect(incidents).toMatchObject([{ causes: [{ metric: "cpu", now: 90 }, {}] }]);
  expect(notices.map(({ kind }: { kind: string }) => kind)).toEqual(["opened", "resolved"]);
});

test("applies the metric policies of a configuration: a CPU that may move by 80 opens no incident", async () => {
  const { incidents } = await replay({ version: 1, metrics: [{ metric: "cpu", minChange: { absolute: 80 } }] });
  expect(incidents).toEqual([]);
});

test("applies the rules of a configuration: the memory is above 49 for most of the time", async () => {
  const { notices } = await replay({ version: 1, rules: [{ name: "memory in use", if: "memory > 49" }] });
  expect(notices[0].sms).toContain("memory in use");
});

test("rejects an invalid configuration", async () => {
  expect(await replay({ version: 2 })).toContain("version");
});
