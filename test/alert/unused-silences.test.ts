import type { News } from "../../lib/alert/news.ts";
import { reportUnused } from "../../lib/alert/unused-silences.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aSilence, NOON } from "../contract/examples.ts";

const HOUR = 3_600_000;

async function aStore() {
  const { alerting } = createMemoryStores(() => NOON);
  const told: string[] = [];
  const publisher = {
    async publish(news: News, channels: { readonly sms: boolean }) {
      if (news.kind !== "silence-unused") throw new Error(`unexpected ${news.kind}`);
      told.push(`${news.silence.id} ${channels.sms ? "sms" : "no sms"}`);
    },
  };
  const reported = async () => (await alerting.silences()).filter((one) => one.reported).map(({ id }) => id);
  return { alerting, publisher, told, reported };
}

test("a silence that held nothing back is reported when it is over, once and not to phones", async () => {
  const { alerting, publisher, told, reported } = await aStore();
  await alerting.saveSilence(aSilence("AAA222"));
  expect(await reportUnused(alerting, publisher, NOON + HOUR - 1)).toBe(0);
  expect(await reportUnused(alerting, publisher, NOON + HOUR)).toBe(1);
  expect(await reportUnused(alerting, publisher, NOON + HOUR + 60_000)).toBe(0);
  expect(told).toEqual(["AAA222 no sms"]);
  expect(await reported()).toEqual(["AAA222"]);
});

test.each([
  ["held something back", { matched: NOON + 1 }],
  ["was withdrawn before it began", { until: NOON }],
  ["was reported before", { reported: true as const }],
])("a silence that %s is not reported", async (_, fields) => {
  const { alerting, publisher, told } = await aStore();
  await alerting.saveSilence(aSilence("AAA222", fields));
  expect(await reportUnused(alerting, publisher, NOON + 24 * HOUR)).toBe(0);
  expect(told).toEqual([]);
});

test("a silence whose report failed is reported the next time", async () => {
  const { alerting, publisher, told, reported } = await aStore();
  await alerting.saveSilence(aSilence("AAA222"));
  const down = { publish: async () => Promise.reject(new Error("down")) };
  await expect(reportUnused(alerting, down, NOON + HOUR)).rejects.toThrow("down");
  expect(await reported()).toEqual([]);
  await reportUnused(alerting, publisher, NOON + HOUR);
  expect(told).toEqual(["AAA222 no sms"]);
});
