// Two senders for one host: its samples come in pieces, and are whole behind the scorer.
import { hostOwner } from "../../lib/watch/baseline.ts";
import { GAUSSIAN_CONFIG, state as stateOf } from "../factories.ts";
import { createStage, MINUTE } from "./stage.ts";

function aHost(options: Parameters<typeof createStage>[0] = {}) {
  const { stores, messages, send, wait, now } = createStage({ config: () => GAUSSIAN_CONFIG, ...options });
  const minute = () => Math.floor(now() / MINUTE);
  const agent = () => {
    const t = [minute() * MINUTE];
    return {
      v: 1,
      host: "web-7",
      group: "web",
      names: ["cpu", "load"],
      t,
      rows: [[20 + (minute() % 7), minute() % 3]],
    };
  };
  const application = (latency = 50 + (minute() % 5)) => ({ host: "web-7", time: now(), metrics: { latency } });
  const minutes = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await send(agent());
      await wait(7_000);
      await send(application());
      await wait(MINUTE - 7_000);
    }
  };
  const state = async () => (await stores.hosts.load(["web-7"])).get("web-7")!;
  return { stores, messages, send, agent, application, wait, minutes, state, now };
}

test("the pieces of an agent and an application for one host are learnt and judged together", async () => {
  const { stores, messages, minutes, send, agent, application, wait, state } = aHost();
  await minutes(130);
  const baseline = (await stores.baselines.active([hostOwner("web-7")])).get(hostOwner("web-7"));
  expect(baseline?.schema.names).toEqual(["cpu", "load", "latency"].sort());
  expect(await state()).toMatchObject({ group: "web", ingest: { late: 0, duplicates: 0 } });
  for (let i = 0; i < 6; i++) {
    await send(agent());
    await send(application(900));
    await wait(MINUTE);
  }
  expect(messages).toEqual([expect.stringContaining("latency")]);
});

test("the sweep judges the last sample of a dead sender, though its other pieces never came", async () => {
  const { minutes, send, agent, wait, state, now } = aHost();
  await minutes(70);
  const last = Math.floor(now() / MINUTE) * MINUTE;
  await send(agent());
  await wait(MINUTE);
  expect((await state()).newest).toBe(last - MINUTE);
  await wait(MINUTE);
  expect((await state()).newest).toBe(last);
});

test("the sweep judges the last sample also while the message about another host cannot be sent", async () => {
  const refused = new Error("the topic refuses this message");
  const topic = { name: "alerts", publish: () => Promise.reject(refused), subscriptions: async () => [] };
  const { stores, minutes, send, agent, wait, state, now } = aHost({ topic });
  await minutes(70);
  const last = Math.floor(now() / MINUTE) * MINUTE;
  const arrived = now() - 10 * MINUTE;
  await stores.hosts.save(stateOf({ host: "gone", seen: 600, interval: MINUTE, newest: arrived, arrived }));
  await send(agent());
  for (let minute = 0; minute < 2; minute++) await expect(wait(MINUTE)).rejects.toThrow(refused.message);
  expect((await state()).newest).toBe(last);
});
