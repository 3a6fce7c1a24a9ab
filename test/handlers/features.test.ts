// A list of features that changes while a host is watched: a redefined feature is judged once a refit has learnt it.
import { type Config, parseConfig } from "../../lib/config/config.ts";
import { hostOwner } from "../../lib/watch/baseline.ts";
import { createStage, MINUTE } from "./stage.ts";

const configOf = (...features: readonly object[]): Config =>
  parseConfig(JSON.stringify({ version: 1, detectors: { "*": { detector: "gaussian" } }, features }));

const OLD = configOf({ name: "traffic", sum: ["in", "out"] }, { drop: ["in", "out"] });
const NEW = configOf({ name: "traffic", difference: ["in", "out"] }, { drop: ["in", "out"] });

function aHost() {
  let config = OLD;
  const { stores, messages, send, wait, now, refit } = createStage({ config: () => config });
  /** In and out add up to 1,000, and differ by about 100. */
  const usual = (n: number) => ({ cpu: 20 + (n % 7), in: 550 + (n % 5), out: 450 + (n % 3) });
  return {
    messages,
    async minutes(count: number, more: object = {}) {
      for (let n = 0; n < count; n++) {
        await send({ host: "web-7", time: now(), metrics: { ...usual(n), ...more } });
        await wait(MINUTE);
      }
    },
    configure(next: Config) {
      config = next;
    },
    refitOfTheDay: () => refit({}),
    async baseline() {
      const owner = hostOwner("web-7");
      const schema = (await stores.baselines.active([owner])).get(owner)?.schema;
      return { names: schema?.names, traffic: schema?.defined?.traffic };
    },
  };
}

const definitionIn = (config: Config) => config.policyOf("web-7", "default").features?.defined.traffic;

test("the old baseline does not judge a redefined feature, and the next refit's baseline does", async () => {
  const { messages, minutes, configure, refitOfTheDay, baseline } = aHost();
  await minutes(150);
  expect(await baseline()).toEqual({ names: ["cpu", "traffic"], traffic: definitionIn(OLD) });
  configure(NEW);
  // About 100 instead of 1,000: far from the values that the old baseline knows.
  await minutes(40);
  expect(messages).toEqual([]);
  expect((await baseline()).traffic).toBe(definitionIn(OLD));
  await refitOfTheDay();
  expect(await baseline()).toEqual({ names: ["cpu", "traffic"], traffic: definitionIn(NEW) });
  await minutes(30);
  expect(messages).toEqual([]);
  await minutes(6, { out: 100 });
  expect(messages).toEqual([expect.stringContaining("traffic")]);
});

test("the old baseline judges the other metrics as before", async () => {
  const { messages, minutes, configure } = aHost();
  await minutes(150);
  configure(NEW);
  await minutes(6, { cpu: 90 });
  expect(messages).toEqual([expect.stringContaining("cpu")]);
});

test("a removed list leaves the sent metrics, and no host counts as missing its features", async () => {
  const { messages, minutes, configure, refitOfTheDay, baseline } = aHost();
  await minutes(150);
  configure(configOf());
  await minutes(40);
  await refitOfTheDay();
  expect(messages).toEqual([]);
  expect((await baseline()).names).toEqual(expect.arrayContaining(["cpu", "in", "out"]));
});
