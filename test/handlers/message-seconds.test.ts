// The latency of messages as the function `score` reports it.
import { parseConfig } from "../../lib/config/config.ts";
import type { Counts } from "../../lib/handlers/options.ts";
import { createStage, NOON } from "./stage.ts";

test("a run that sends a first message reports its latency, and no other run does", async () => {
  const reported: Counts[] = [];
  const config = parseConfig(JSON.stringify({ version: 1, rules: [{ if: "cpu > 90" }] }));
  const stage = createStage({ config: () => config, report: (counts) => reported.push(counts) });
  const sample = (cpu: number, ago: number) => ({ host: "web-1", group: "web", time: NOON - ago, metrics: { cpu } });
  await stage.send(sample(10, 60_000));
  await stage.send(sample(99, 41_500));
  await stage.send(sample(99, 20_000));
  expect(stage.messages).toHaveLength(1);
  expect(reported.map(({ MessageSeconds }) => MessageSeconds)).toEqual([undefined, [41.5], undefined]);
});
