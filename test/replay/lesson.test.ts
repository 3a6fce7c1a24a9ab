import { parseConfig } from "../../lib/config/config.ts";
import { gather } from "../../lib/gather-all.ts";
import { teach } from "../../lib/replay/lesson.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { START } from "../factories.ts";

const MINUTE = 60_000;

test("rows of normal behaviour get the same features as samples, in history and baseline", async () => {
  const config = parseConfig(
    JSON.stringify({
      version: 1,
      detectors: { "*": { detector: "gaussian" } },
      metrics: [{ metric: "jobs_total", as: "rate" }],
      features: [{ name: "both", sum: ["in", "out"] }, { drop: ["in", "out"] }],
    }),
  );
  const stores = createMemoryStores(() => START);
  const rows = Float64Array.from(Array.from({ length: 200 }, (_, i) => [i % 5, 10, 120 * i]).flat());
  const table = { names: ["in", "out", "jobs_total"], rows };
  await teach(stores, { host: "web-07", group: "web", path: "normal.csv", table, intervalMs: MINUTE }, START, config);
  const chunks = await gather(stores.history.read("web-07", 0, START));
  const stored = chunks.flatMap(({ schema: { names }, times, values }) =>
    [...times].map((_, i) => Object.fromEntries(names.map((name, j) => [name, values[i * names.length + j]] as const))),
  );
  expect(stored).toHaveLength(200);
  expect(stored.slice(0, 2)).toEqual([
    { both: 10, jobs_per_second: Number.NaN },
    { both: 11, jobs_per_second: 2 },
  ]);
  const owner = hostOwner("web-07");
  const schema = (await stores.baselines.active([owner])).get(owner)?.schema;
  expect(schema).toMatchObject({ defined: config.policyOf("web-07", "web").features!.defined });
  expect(schema!.names).toEqual(expect.arrayContaining(["both"]));
});
