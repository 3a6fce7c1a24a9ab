// How long the twin tries to deliver a message, and what bounds the messages that wait.
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { SMTPServer } from "smtp-server";
import { type Sink, smtpSink } from "../../lib/local/sinks.ts";
import type { TopicOptions } from "../../lib/local/topic.ts";
import { instantTimer, withFolder } from "./support.ts";
import { flaky, message, open, until } from "./topics.ts";

// Servers and disks of a busy machine may be slow; no test depends on their speed.
jest.setTimeout(60_000);

const HOUR = 3_600_000;

/** Shorter waits than that are over at once. Longer ones end with the signal. */
const patienceUpTo =
  (limit: number): TopicOptions["sleep"] =>
  (ms, signal) =>
    new Promise((resolve) => {
      if (ms < limit) setImmediate(resolve);
      else signal?.addEventListener("abort", () => resolve());
    });

test("a sink that fails for good is reported soon and at the end, and does not delay the others", async () => {
  const [bad, good] = [flaky(Number.POSITIVE_INFINITY, "bad"), flaky(0, "good")];
  const topic = await open([bad.sink, good.sink]);
  await topic.publish(message("m1"));
  await until(() => topic.log.length > 1);
  const failed = 'Message "web-1: cpu é" did not reach bad (somewhere): no way';
  expect(topic.log).toEqual([`${failed}; the twin tries again for about an hour`, failed]);
  expect(bad.attempts()).toBe(34);
  expect(good.got.map(({ id }) => id)).toEqual(["m1"]);
  await topic.close();
});

test("a server that refuses connections for an hour still gets the message", async () => {
  const timer = instantTimer();
  let arrived: number | undefined;
  const server: Sink = {
    ...flaky(0, "server").sink,
    async deliver() {
      if (timer.now() < HOUR) throw new Error("connection refused");
      arrived = timer.now();
    },
  };
  // Half of each longest wait: the median of the sum, as each wait is as often shorter as longer by the same time.
  const topic = await open([server], { ...timer, random: () => 0.5 });
  await topic.publish(message("m1"));
  await until(() => arrived !== undefined);
  // (1 + 2 + 4 + ... + 256) / 2 s = 255.5 s; then every 150 s: 255.5 + 23 * 150 = 3,705.5 s.
  expect(arrived).toBe(3_705_500);
  await topic.close();
});

test("a webhook that takes the message and never answers gets six copies", async () => {
  let copies = 0;
  const slow: Sink = {
    ...flaky(0, "slow").sink,
    async deliver() {
      copies++;
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    },
  };
  const topic = await open([slow]);
  await topic.publish(message("m1"));
  await until(() => topic.log.length > 0);
  expect(topic.log).toEqual([expect.stringMatching(/did not reach slow .*aborted due to timeout$/)]);
  expect(copies).toBe(6);
  await topic.close();
});

test("five hundred messages wait for a sink; one more is given up as soon as the failure is known", async () => {
  const [bad, other] = [flaky(Number.POSITIVE_INFINITY, "bad"), flaky(Number.POSITIVE_INFINITY, "other")];
  const topic = await open([bad.sink, other.sink], { sleep: patienceUpTo(16_000) });
  for (let n = 0; n < 501; n++) await topic.publish(message(`m${n}`));
  await until(() => topic.log.length === 1_002);
  expect(topic.log.filter((line) => line.endsWith("tries again for about an hour"))).toHaveLength(1_000);
  expect(topic.log.filter((line) => line.endsWith("no way (500 other messages wait for it)"))).toHaveLength(2);
  await topic.close();
});

test("Node.js warns of no leak, however many messages wait", async () => {
  const program = ["--import", "tsx", join(__dirname, "many-waiting.ts")];
  expect((await promisify(execFile)(process.execPath, program)).stderr).toBe("");
});

test("closing waits for no retry; the next start delivers the message", () =>
  withFolder(async (spool) => {
    const down = flaky(Number.POSITIVE_INFINITY, "server");
    const closed = await open([down.sink], { spool, sleep: patienceUpTo(16_000) });
    await closed.publish(message("m1"));
    await until(() => closed.log.length === 1);
    await closed.close();
    expect(await readdir(spool)).toHaveLength(1);
    const up = flaky(0, "server");
    const next = await open([up.sink], { spool });
    await until(() => up.got.length === 1);
    await next.close();
    expect(await readdir(spool)).toEqual([]);
  }));

test("while the mail server refuses one recipient, the other gets one mail", async () => {
  const mails: (readonly string[])[] = [];
  let refusals = 0;
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo({ address }, _session, done) {
      if (address !== "new@example.com" || refusals++ >= 3) return done();
      done(new Error("try again later"));
    },
    onData(stream, { envelope }, done) {
      mails.push(envelope.rcptTo.map(({ address }) => address));
      stream.resume().on("end", done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const to = ["old@example.com", "new@example.com"];
  const topic = await open([smtpSink({ url: `smtp://127.0.0.1:${port}`, to })]);
  await topic.publish(message("m1"));
  await until(() => mails.length === 2);
  await topic.close();
  await new Promise<void>((resolve) => server.close(resolve));
  expect(mails).toEqual([["old@example.com"], ["new@example.com"]]);
});
