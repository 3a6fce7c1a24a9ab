// A host that falls silent, with the real commands on the twin.
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientConfig } from "../../lib/clients.ts";
import { functionName, localEnvironment } from "../../lib/local/names.ts";
import { createStores } from "../../lib/store/aws.ts";
import { anIncident, aReport } from "../contract/examples.ts";
import { state } from "../factories.ts";
import { liveTwin, run } from "./live.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** Two in the afternoon of yesterday. */
const START = Math.floor(Date.now() / DAY) * DAY - DAY + 840 * MINUTE;

/** Two hosts known to report each minute: web-07 stops, ten minutes before db-01; later records cannot be read. */
async function story() {
  const twin = await liveTwin(START);
  const stores = createStores(localEnvironment(twin.endpoint), Date.now, Math.random);
  const client = new LambdaClient(clientConfig(localEnvironment(twin.endpoint)));
  const minute = async (host: string, n: number) => twin.feed(host, ["cpu"], [START + n * MINUTE], [[1]]);
  const sweep = () => client.send(new InvokeCommand({ FunctionName: functionName("sweep") }));
  const said = async (...words: string[]) => {
    const { code, out, err } = await run(...words, "--endpoint", twin.endpoint);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return out;
  };
  try {
    for (const host of ["web-07", "db-01"]) {
      const times = { since: START, newest: START + 44 * MINUTE, arrived: START + 44 * MINUTE };
      await stores.hosts.save(state({ host, seen: 45, interval: MINUTE, ...times }));
      if (host === "web-07") await twin.put(host, Buffer.from("{"), START + 44.5 * MINUTE);
      await minute(host, 45);
    }
    for (let delivery = 0; delivery < 2; delivery++) await minute("db-01", 55);
    await twin.put("web-99", Buffer.from("{"), START + 55 * MINUTE);
    const refused = { since: START, at: START, refused: "flags too much", told: true };
    await stores.alerting.saveRefusal({ owner: "host#db-01", ...refused });
    await stores.baselines.write(aReport("host#db-01", 1, { refused: "flags too much" }));
    const history = await said("epsilon", "history", "db-01");
    await sweep();
    await sweep();
    const silent = { hosts: await said("hosts"), status: await said("status"), incidents: await said("incidents") };
    const statuses = JSON.parse(await said("status", "--json"));
    const { incidents } = JSON.parse(await said("incidents", "--json"));
    const explained = await said("explain", incidents[0].id);
    const done = await said("hosts", "retire", "web-07");
    const retired = JSON.parse(await said("hosts", "list", "--json"));
    const unknown = await run("hosts", "retire", "web-99", "--endpoint", twin.endpoint);
    const back = JSON.parse(await said("hosts", "return", "web-07", "--json"));
    await said("hosts", "retire", "web-07");
    await minute("web-07", 57);
    const sent = JSON.parse(await said("hosts", "--json"));
    // The later one was held back. Both ended, so that no other answer changes.
    for (const [minutes, seconds] of [
      [46, 12],
      [50, 360],
    ] as const) {
      const opened = START + minutes * MINUTE;
      const notified = { notified: opened + seconds * 1_000, ...(seconds > 60 ? { held: true as const } : {}) };
      await stores.incidents.save(anIncident("db-01", { opened, ...notified, resolved: opened + 20 * MINUTE }));
    }
    const latency = { text: await said("status"), ...JSON.parse(await said("status", "--json")).latency };
    return {
      silent,
      statuses,
      incidents,
      explained,
      done,
      retired,
      unknown,
      back,
      sent,
      latency,
      history,
      subjects: twin.subjects(),
    };
  } finally {
    client.destroy();
    stores.close();
    await twin.close();
  }
}

let told: Awaited<ReturnType<typeof story>>;
beforeAll(async () => {
  told = await story();
});

test("people are notified of the silence once, with the time of the last sample", () => {
  const { id } = told.incidents[0];
  expect(told.subjects[0]).toBe(`[CRIT] web-07 (web): silent for 10 min, last seen 14:45Z - ${id}`);
  expect(told.subjects.filter((subject) => subject.startsWith("[CRIT]"))).toHaveLength(1);
});

test("hosts, status, incidents and explain show the silence", () => {
  expect(told.silent.hosts).toMatch(/^web-07 +web +silent +1 min +\d+ [A-Z][a-z]{2} 14:45 UTC +1 rejected$/m);
  expect(told.silent.hosts).toMatch(
    /^db-01 +web +reporting +2 min +\d+ [A-Z][a-z]{2} 14:55 UTC +1 duplicate, refits refused since \d+ [A-Z][a-z]{2} 14:00 UTC$/m,
  );
  expect(told.silent.status).toMatch(new RegExp(`^web-07 .* silent ${told.incidents[0].id} `, "m"));
  expect(told.incidents).toMatchObject([{ kind: "silent", host: "web-07" }]);
  expect(told.explained).toContain("CRITICAL: web-07 (group web) has been silent for 10 min, last seen 14:45Z.\n");
  expect(told.explained).not.toContain("label");
});

test("hosts and their versions show since when refits are refused", () => {
  const since = { refitsRefusedSince: new Date(START).toISOString() };
  expect(told.sent.hosts[0]).toMatchObject({ host: "db-01", ...since });
  expect(told.sent.hosts[1]).not.toHaveProperty("refitsRefusedSince");
  expect(told.history).toMatch(/\nRefits have been refused since \d+ [A-Z][a-z]{2} 14:00 UTC\.\n$/);
});

test("JSON counts duplicate, late and rejected samples of each host; garbage under another name creates no host", () => {
  const counts = { duplicates: 0, late: 0, rejected: 0 };
  const expected = [
    { host: "db-01", ingest: { ...counts, duplicates: 1 } },
    { host: "web-07", ingest: { ...counts, rejected: 1 } },
  ];
  expect(told.sent.hosts).toMatchObject(expected);
  expect(told.statuses.hosts).toMatchObject(expected.toReversed());
  expect(told.sent.hosts).toHaveLength(2);
});

test("a retired host is not silent, and returns by itself when it sends", () => {
  expect(told.done).toBe("web-07 is retired. It returns by itself when it sends again.\n");
  expect(told.retired.hosts).toMatchObject([
    { host: "db-01", status: "reporting" },
    { host: "web-07", status: "retired" },
  ]);
  expect(told.back).toEqual({ host: "web-07", retired: false });
  expect(told.sent.hosts[1]).toMatchObject({ host: "web-07", status: "reporting" });
});

test("status says how long first messages took after their sample, and how long those that were held back", () => {
  const { text, ...latency } = told.latency;
  expect(text).toMatch(
    /\nFirst messages of the last 7 days, after the sample:\n1 sent at once: median 12 s, 95 % within 12 s\.\n1 held back first: median 6 min, 95 % within 6 min\.\n$/,
  );
  expect(latency).toEqual({
    atOnce: { messages: 1, medianMs: 12_000, p95Ms: 12_000 },
    held: { messages: 1, medianMs: 360_000, p95Ms: 360_000 },
  });
  // Nobody had been notified of an anomaly yet.
  expect(told.statuses.latency).toEqual({});
});

test("an unknown host cannot be retired", () => {
  expect(told.unknown.code).toBe(1);
  expect(told.unknown.err).toContain("no such host: web-99");
});
