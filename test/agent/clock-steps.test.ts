// A machine whose clock steps while its agent runs: what the agent sends, decoded and judged as the scorer does.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { startAgent } from "../../lib/agent/run.ts";
import { type Arrived, fold } from "../../lib/watch/fold.ts";
import { isSilent } from "../../lib/watch/silent.ts";
import { decodeRecord } from "../../lib/wire/decode.ts";
import { Schemas } from "../../lib/wire/schemas.ts";
import { baseline, START, state } from "../factories.ts";
import { scriptedKinesis, until } from "./kinesis.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const INTERVAL = 10 * SECOND;
const names = ["cpu"];

/** What arrives from an agent that runs for some minutes of true time on a clock with an error that changes. */
async function sent(minutes: number, errorAt: (sinceStart: number) => number, valueAt: (sinceStart: number) => number) {
  let now = START + 5 * SECOND;
  const records: { bytes: Buffer; arrival: number }[] = [];
  const server = await scriptedKinesis((_, { Data }) => {
    records.push({ bytes: Buffer.from(Data, "base64"), arrival: now });
    return { status: 200, body: { ShardId: "shardId-000000000000", SequenceNumber: String(records.length) } };
  });
  const spoolDir = mkdtempSync(join(tmpdir(), "fleetwarden-steps-"));
  let isOver = false;
  let samples = 0;
  const agent = await startAgent({
    ...{ host: () => "web-07", group: "default", stream: "metrics", env: server.env, spoolDir, log: () => {} },
    ...{ intervalMs: INTERVAL, flushMs: MINUTE, random: () => 0 },
    clock: () => now + errorAt(now - START),
    async collect() {
      samples++;
      return { names, row: [valueAt(now - START)] };
    },
    async sleep(ms, signal) {
      // The record of the last minute arrives before the time goes on.
      await until(() => !signal || records.length >= Math.floor(samples / 6));
      isOver = now - START >= minutes * MINUTE;
      if (isOver && signal && !signal.aborted) await once(signal, "abort");
      now += ms;
      await setImmediate();
    },
  });
  await until(() => isOver);
  const running = records.length;
  await agent.stop();
  await server.close();
  rmSync(spoolDir, { recursive: true });
  return { records: records.slice(0, running), samples, now };
}

function decoded(records: readonly { bytes: Buffer; arrival: number }[]): Arrived[] {
  const schemas = new Schemas();
  return records.flatMap(({ bytes, arrival }) =>
    decodeRecord(bytes, arrival, schemas, { partitionKey: "web-07" }).parts.map((part) => ({ part, arrival })),
  );
}

const STEP_AT = 10.4 * MINUTE;
const DISASTER_AT = 38 * MINUTE;

// The scorer knows a wrong clock after six minutes of records (lib/watch/clock.ts). It takes one that is behind by less
// than an hour for late records, and times that it has judged already for duplicates: here those of ten minutes.
test.each<[string, (sinceStart: number) => number, number, number]>([
  ["never steps", () => 0, 0, 0],
  ["steps back by two hours", (t) => (t < STEP_AT ? 0 : -2 * HOUR), 6, 0],
  ["steps back by ten minutes", (t) => (t < STEP_AT ? 0 : -10 * MINUTE), 10, -10 * MINUTE],
  ["steps back by three seconds", (t) => (t < STEP_AT ? 0 : -3 * SECOND), 0, -3 * SECOND],
  ["steps ahead by a day, and back", (t) => (t < STEP_AT || t > 2 * STEP_AT ? 0 : 24 * HOUR), 1, 0],
  ["starts two hours behind and is set right", (t) => (t < STEP_AT ? -2 * HOUR : 0), 6, 0],
])(
  "a clock that %s loses minutes at most, and neither the host nor its disaster",
  async (_, errorAt, minutes, error) => {
    const { records, samples, now } = await sent(40, errorAt, (t) => (t > DISASTER_AT ? 5 : 0));
    const parts = decoded(records);
    for (const { part } of parts) expect([...part.times]).toEqual([...part.times].sort((a, b) => a - b));
    // Each step costs at most the sample during which it happens.
    expect(samples).toBeGreaterThanOrEqual(40 * 6 - 2);
    let known = state();
    const opened: number[] = [];
    for (const part of parts) {
      const { state: after, notices } = fold(known, baseline(), [part]);
      known = after;
      opened.push(...notices.map(({ incident }) => incident.opened));
    }
    const silences = parts.filter(({ arrival }, i) =>
      isSilent(fold(state(), baseline(), parts.slice(0, i)).state, arrival),
    );
    expect(silences).toEqual([]);
    expect(isSilent(known, now)).toBe(false);
    expect(known.ingest.late + known.ingest.duplicates).toBeLessThanOrEqual(minutes * 6 + 1);
    expect(opened).toHaveLength(1);
    expect(Math.abs(opened[0]! - (START + DISASTER_AT + error))).toBeLessThan(MINUTE);
  },
);
