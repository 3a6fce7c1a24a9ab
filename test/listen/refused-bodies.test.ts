import { examine } from "../../lib/doctor/examine.ts";
import { createRefusedBodies } from "../../lib/listen/refused-bodies.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { START } from "../factories.ts";
import { openListening, TOKEN } from "./support.ts";

const DAY = 86_400_000;

function refusals() {
  let now = START;
  const { rejected } = createMemoryStores(() => now);
  const log: string[] = [];
  const refused = createRefusedBodies({ rejected, clock: () => now, log: (line) => log.push(line) });
  const kept = async () => {
    await refused.close();
    return rejected.recent(START - DAY, now + 1);
  };
  const findings = async () => {
    const evidence = { hosts: [], rejected: await kept(), refusals: [] };
    return examine(evidence, now).map(({ cause, what, fix }) => ({ cause, what, fix }));
  };
  return { refused, kept, findings, log, sleep: (ms: number) => (now += ms) };
}

test("the doctor names what senders posted in vain, by reason and sender, each with its fix", async () => {
  const { refused, findings } = refusals();
  const door = await openListening({ refused });
  try {
    const wrong = { authorization: "Bearer mistyped" };
    for (let i = 0; i < 3; i++) await door.post("/v1/records", "{}", wrong);
    await door.post("/api/v1/push", "{}");
    await door.post("/v1/records", Buffer.alloc(4 * 1024 * 1024 + 1));
    await door.post("/v1/metrics", "{}", { "content-type": "text/plain" });
    await door.post("/api/v2/write", "no line protocol");
    expect((await door.post("/v1/records", '{"host":"web-07","metrics":{"cpu":1}}')).status).toBe(200);
  } finally {
    await door.close();
  }
  const over = (count: number, reason: string) =>
    expect.stringMatching(
      new RegExp(`^Refused over HTTP since yesterday: ${count}, the last at .*, from 127\\.0\\.0\\.1: HTTP ${reason}`),
    );
  const found = await findings();
  expect(found.filter(({ cause }) => cause === "rejected")).toEqual([
    { cause: "rejected", what: over(3, "401: the token is wrong"), fix: expect.stringContaining("Give the sender") },
    { cause: "rejected", what: over(1, "404: .*, not to .*push"), fix: expect.stringContaining("as the reason says") },
    { cause: "rejected", what: over(1, "413: more than 4194304 bytes"), fix: expect.stringContaining("batches") },
    { cause: "rejected", what: over(1, "415: send OTLP as"), fix: expect.stringContaining("as the reason says") },
    { cause: "rejected", what: over(1, "400: the body is no line protocol"), fix: expect.any(String) },
  ]);
});

test("a sender that gives its token on request is not refused, a sender that never gives it is", async () => {
  const { refused, kept } = refusals();
  const door = await openListening({ refused });
  const none = { authorization: undefined };
  try {
    await door.post("/v1/records", "{}", none);
    await door.post("/v1/records", '{"host":"web-07","metrics":{"cpu":1}}', { authorization: `Bearer ${TOKEN}` });
    expect(await kept()).toEqual([]);
    await door.post("/v1/records", "{}", none);
    expect(await kept()).toMatchObject([{ problems: [expect.stringContaining("the token is missing")], alike: 1 }]);
  } finally {
    await door.close();
  }
});

test("counts go on where they were, begin anew each day, and stay few whoever posts", async () => {
  const { refused, kept, sleep } = refusals();
  const alike = async () => (await kept()).map((one) => one.alike).sort((a, b) => a - b);
  refused.note("10.0.0.1", "HTTP 401: the token is wrong");
  expect(await alike()).toEqual([1]);
  refused.note("10.0.0.1", "HTTP 401: the token is wrong");
  expect(await alike()).toEqual([2]);
  sleep(DAY);
  refused.note("10.0.0.1", "HTTP 401: the token is wrong");
  expect(await alike()).toEqual([1, 2]);
  for (let i = 0; i < 1_000; i++) refused.note(`10.1.${i >> 8}.${i & 255}`, "HTTP 401: the token is wrong");
  expect((await alike()).length).toBeLessThanOrEqual(60);
  expect((await alike()).reduce((sum, one) => sum + one, 0)).toBe(1_003);
});

test("a bucket that does not take the counts is reported, and they are kept later", async () => {
  const log: string[] = [];
  const kept: number[] = [];
  let isAway = true;
  const refused = createRefusedBodies({
    rejected: {
      async keep({ alike }) {
        if (isAway) throw new Error("no space left on device");
        kept.push(alike);
      },
    },
    clock: () => START,
    log: (line) => log.push(line),
  });
  refused.note("10.0.0.1", "HTTP 401: the token is wrong");
  await refused.close();
  expect(log).toEqual(["Refused bodies are not kept for the doctor: no space left on device"]);
  isAway = false;
  await refused.close();
  expect(kept).toEqual([1]);
});
