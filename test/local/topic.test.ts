import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { outboxSink, type Sink, smtpSink, webhookSink } from "../../lib/local/sinks.ts";
import type { TopicOptions } from "../../lib/local/topic.ts";
import { withFolder } from "./support.ts";
import { flaky, message, open, until } from "./topics.ts";

// Servers and disks of a busy machine may be slow; no test depends on their speed.
jest.setTimeout(60_000);

/** Closing waits until the mails are written, however long the machine takes. A retry would wait for ever. */
const forever: TopicOptions["sleep"] = () => new Promise(() => undefined);

test("delivers by SMTP to every recipient", async () => {
  const mails: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
      done();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const topic = await open([smtpSink({ url: `smtp://127.0.0.1:${port}`, to: ["a@example.com", "b@example.com"] })]);
  expect(topic.subscriptions).toMatchObject([{ protocol: "email", endpoint: "a@example.com, b@example.com" }]);
  await topic.publish(message("m1"));
  await until(() => mails.length === 1);
  await topic.close();
  await new Promise<void>((resolve) => server.close(resolve));
  expect(mails[0]!.to).toEqual(["a@example.com", "b@example.com"]);
  // RFC 2047: é is c3 a9 in UTF-8.
  expect(mails[0]!.text).toMatch(/^Subject: =\?UTF-8\?Q\?web-1=3A_cpu_=C3=A9\?=\r$/m);
  expect(mails[0]!.text).toContain("\r\n.\r\nwith a dot");
  expect(topic.log).toEqual([]);
});

test("posts the https body to a webhook, and retries while the webhook fails", async () => {
  const requests: { body: string; type: unknown }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ body: Buffer.concat(chunks).toString(), type: request.headers["x-amz-sns-message-type"] });
    response.statusCode = requests.length < 3 ? 503 : 200;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const topic = await open([webhookSink(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`)]);
  await topic.publish(message("m1"));
  await until(() => requests.length === 3);
  await topic.close();
  server.close();
  expect(requests).toEqual(Array.from({ length: 3 }, () => ({ body: '{"v":1}', type: "Notification" })));
  expect(topic.log).toEqual([]);
});

test("a message for phones only is shown and goes to the outbox, but to neither mail nor webhooks", () =>
  withFolder(async (folder) => {
    const nowhere = [
      smtpSink({ url: "smtp://127.0.0.1:1", to: ["a@example.com"] }),
      webhookSink("http://127.0.0.1:1/hook"),
    ];
    const shown: string[] = [];
    const topic = await open([outboxSink(folder), ...nowhere], {
      onMessage: ({ id }) => shown.push(id),
      sleep: forever,
    });
    await topic.publish({ ...message("m1"), attributes: { kind: "texts-held", sms: "yes" } });
    await topic.close();
    expect(shown).toEqual(["m1"]);
    expect(await readdir(folder)).toHaveLength(2);
    expect(topic.log).toEqual([]);
  }));

test("a spooled message finds its webhook again, even when other webhooks come and go", () => {
  const names = ["https://a.example/hook", "https://b.example/hook"].map((url) => webhookSink(url).name);
  expect(new Set(names).size).toBe(2);
  expect(webhookSink("https://b.example/hook").name).toBe(names[1]);
});

test("publishing succeeds although the console throws", async () => {
  const good = flaky(0);
  const onMessage = () => {
    throw new Error("closed pipe");
  };
  const topic = await open([good.sink], { onMessage });
  await topic.publish(message("m1"));
  await topic.close();
  expect(good.got).toHaveLength(1);
  expect(topic.log).toEqual(["Message m1 could not be shown: closed pipe"]);
});

test("the outbox sorts by time, and no message overwrites another", () =>
  withFolder(async (folder) => {
    const at = Date.UTC(2026, 7, 1, 12);
    // A restart may deliver a message again.
    for (const run of [[message("m3", at + 1), message("m1", at), message("m2", at)], [message("m2", at)]]) {
      const topic = await open([outboxSink(folder)], { sleep: forever });
      for (const one of run) await topic.publish(one);
      await topic.close();
    }
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(
      ["12.00.00.000Z-m1", "12.00.00.000Z-m2", "12.00.00.001Z-m3"].flatMap((name) =>
        [".eml", ".txt"].map((ending) => `2026-08-01T${name}${ending}`),
      ),
    );
    expect(await readFile(join(folder, names[1]!), "utf8")).toBe("default");
    const eml = await readFile(join(folder, names[0]!), "utf8");
    expect(eml).toContain("\nDate: Sat, 01 Aug 2026 12:00:00 +0000\n");
    expect(eml).toContain("with a dot");
  }));

test("the next start delivers an accepted message to the sink that does not have it yet", () =>
  withFolder(async (spool) => {
    const done = flaky(0, "done");
    const stuck: Sink = { ...flaky(0, "stuck").sink, deliver: () => new Promise(() => undefined) };
    const killed = await open([done.sink, stuck], { spool });
    await killed.publish(message("m1"));
    await until(() => done.got.length === 1);
    await killed.close();
    const [first, second] = [flaky(0, "done"), flaky(1, "stuck")];
    const next = await open([first.sink, second.sink], { spool });
    await until(() => second.got.length === 1);
    await next.close();
    expect({ first: first.got, second: second.got }).toEqual({ first: [], second: [message("m1")] });
    expect(await readdir(spool)).toEqual([]);
    expect([...killed.log, ...next.log]).toEqual([]);
  }));

test("a message that cannot be kept is sent, and unreadable files in the folder stop nothing", () =>
  withFolder(async (folder) => {
    const good = flaky(0, "good");
    const file = join(folder, "file");
    await writeFile(file, "");
    const without = await open([good.sink], { spool: file });
    await without.publish(message("m1"));
    await without.close();
    await mkdir(join(folder, "folder.good.json"));
    const again = await open([good.sink], { spool: folder });
    await again.publish(message("m2"));
    await again.close();
    expect(good.got.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect([...without.log, ...again.log]).toEqual([
      expect.stringMatching(/file cannot be read .*EEXIST/),
      expect.stringMatching(/^Messages cannot be kept in .*ENOTDIR/),
      expect.stringContaining("folder.good.json is left: it is no message"),
    ]);
  }));

test("closing without a folder reports messages that were not delivered", async () => {
  const stuck: Sink = { ...flaky(0, "stuck").sink, deliver: () => new Promise(() => undefined) };
  const topic = await open([stuck]);
  await topic.publish(message("m1"));
  await topic.close();
  expect(topic.log).toEqual([expect.stringContaining("did not reach stuck")]);
});
