import type { EpsilonNews, NewsPublisher } from "../../lib/alert/news.ts";
import { announcer } from "../../lib/learn/announce.ts";
import type { EpsilonSource, FitReport } from "../../lib/learn/report.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { aBaseline, activate, aReport, NOON } from "../contract/examples.ts";

const GROUP = "group#web";
const HOST = "host#web-07";
const NONE = { fault: [], false: [] };
const FAULT = { fault: ["FAULT2"], false: [] };
const FALSE = { fault: [], false: ["FALSE2"] };

/** Twenty alerts in a week at any epsilon. */
const ALERTS = { seen: 7 * 86_400_000, counts: new Float64Array(24).fill(20) };

/** A ledger, and the messages of the refits that wrote it. */
function world() {
  const stores = createMemoryStores(() => NOON);
  const told: EpsilonNews[] = [];
  const untold: number[] = [];
  const publisher: NewsPublisher = {
    async publish(news, channels) {
      expect(channels).toEqual({ sms: false });
      if (news.kind === "epsilon") told.push(news);
    },
  };
  const versions = new Map<string, number>();
  return {
    stores,
    told,
    untold,
    /** The next version of an owner, promoted. */
    async version(
      owner: string,
      epsilon: number,
      source: EpsilonSource,
      labels: FitReport["labels"] = NONE,
    ): Promise<FitReport> {
      const version = (versions.get(owner) ?? 0) + 1;
      versions.set(owner, version);
      const replaces = version > 1 ? { replaces: version - 1 } : {};
      const report = aReport(owner, version, { epsilon, source, labels, ...replaces });
      await activate(stores.baselines, report, aBaseline(owner, version, { epsilon }), version - 1);
      return report;
    },
    /** One run of a refit; returns the messages that could not be sent. */
    async run(
      reports: readonly FitReport[],
      changes: { publisher?: NewsPublisher; alerting?: typeof stores.alerting } = {},
    ) {
      const announce = announcer({ ...stores, publisher, ...changes }, NOON, (hosts) => untold.push(hosts));
      return (await announce("web", reports, ALERTS)).map(({ what }) => what);
    },
  };
}

const away = { publish: () => Promise.reject(new Error("SNS is away")) };

test("labels that move a group's epsilon bring one message, for all hosts that follow it", async () => {
  const { run, version, told } = world();
  await run([await version(HOST, 7, "default"), await version(GROUP, 7, "default")]);
  expect(told).toEqual([]);
  const refit = async () => [
    await version(HOST, 8, "group labels", FAULT),
    await version(GROUP, 8, "group labels", FAULT),
  ];
  await run(await refit());
  const news = { kind: "epsilon", at: NOON, owner: GROUP, version: 2, from: 1, before: 7, after: 8, labels: FAULT };
  expect(told).toEqual([{ ...news, alerts: { days: 7, before: 20, after: 20 } }]);
  await run(await refit());
  expect(told).toHaveLength(1);
});

test("labels of a host that move its own epsilon bring a message, and so does their withdrawal", async () => {
  const { run, version, told } = world();
  await version(GROUP, 7, "default");
  await run([await version(HOST, 7, "default")]);
  await run([await version(HOST, 11, "false labels", FALSE)]);
  await run([await version(HOST, 7, "default")]);
  expect(told.map(({ owner, before, after, labels }) => ({ owner, before, after, labels }))).toEqual([
    { owner: HOST, before: 7, after: 11, labels: FALSE },
    { owner: HOST, before: 11, after: 7, labels: NONE },
  ]);
  expect(told.filter((news) => "alerts" in news)).toEqual([]);
});

test("the message names the only host of a group, which has no group baseline", async () => {
  const { run, version, told } = world();
  await run([await version(HOST, 7, "default")]);
  await run([await version(HOST, 8, "group labels", FAULT)]);
  expect(told).toMatchObject([{ owner: HOST, before: 7, after: 8 }]);
});

test("hosts of a later segment that follow the group's new baseline bring no second message", async () => {
  const { run, version, told } = world();
  await version(GROUP, 8, "group labels", FAULT);
  await version(HOST, 7, "default");
  await run([await version(HOST, 8, "group labels", FAULT)]);
  expect(told).toEqual([]);
});

test.each<[string, number, EpsilonSource, FitReport["labels"], number, EpsilonSource, FitReport["labels"]]>([
  ["moved by 2 % only", 10, "default", NONE, 10.2, "group labels", FAULT],
  ["moved by the same labels, with the history", 10, "group labels", FAULT, 12, "group labels", FAULT],
  [
    "the same labels in another order",
    10,
    "group labels",
    { fault: ["A", "B"], false: [] },
    12,
    "group labels",
    { fault: ["B", "A"], false: [] },
  ],
  ["moved without any labels", 10, "default", NONE, 12, "quantile", NONE],
  ["set by a person", 10, "group labels", FAULT, 33, "by hand", NONE],
  ["raised to a budget", 10, "default", NONE, 33, "budget", FAULT],
])("people get no message about an epsilon %s", async (_, before, from, labels, after, to, others) => {
  const { run, version, told } = world();
  await run([await version(GROUP, before, from, labels)]);
  await run([await version(GROUP, after, to, others)]);
  expect(told).toEqual([]);
});

test.each([
  [10.201, 10],
  [9.799, 10],
])("an epsilon of %d counts as moved from %d", async (after, before) => {
  const { run, version, told } = world();
  await run([await version(GROUP, before, "default")]);
  await run([await version(GROUP, after, "group labels", FAULT)]);
  expect(told).toMatchObject([{ before, after }]);
});

test("a refused version brings no message", async () => {
  const { run, version, told } = world();
  await run([await version(GROUP, 7, "default")]);
  await run([{ ...(await version(GROUP, 9, "group labels", FAULT)), refused: "flags too much" }]);
  expect(told).toEqual([]);
});

test("an epsilon set by hand in between does not hide that labels moved it meanwhile", async () => {
  const { run, version, told } = world();
  await run([await version(GROUP, 7, "default")]);
  await run([await version(GROUP, 33, "by hand")]);
  await run([await version(GROUP, 9, "group labels", FAULT)]);
  expect(told).toMatchObject([{ from: 2, before: 33, after: 9 }]);
});

test("the message names the version in force before, not an older one with the announced epsilon", async () => {
  const { run, version, told } = world();
  await run([await version(GROUP, 7, "default")]);
  await run([await version(GROUP, 7.01, "default")]);
  await run([await version(GROUP, 7.02, "default")]);
  const moved = await version(GROUP, 9, "group labels", FAULT);
  await run([moved], { publisher: away });
  await run([{ ...moved, refitted: NOON }]);
  expect(told).toMatchObject([{ version: 4, from: 3, before: 7.02, after: 9 }]);
});

describe("a message that a crash held up", () => {
  test.each([
    ["about a group's known epsilon", GROUP, "group labels", FAULT],
    ["about a host's own epsilon", HOST, "false labels", FALSE],
  ] as const)("%s goes with the next refit", async (_, owner, source, labels) => {
    const { run, version, told } = world();
    await run([await version(owner, 7, "default")]);
    expect(await run([await version(owner, 9, source, labels)], { publisher: away })).toEqual([
      `news of ${owner}'s epsilon`,
    ]);
    await run([await version(owner, 9, source, labels)]);
    expect(told).toMatchObject([{ owner, version: 3, before: 7, after: 9, labels }]);
    await run([await version(owner, 9, source, labels)]);
    expect(told).toHaveLength(1);
  });

  test("goes again if it was sent but not noted", async () => {
    const { run, version, told, stores } = world();
    await run([await version(GROUP, 7, "default")]);
    const alerting = { ...stores.alerting, saveAnnounced: () => Promise.reject(new Error("throttled")) };
    await run([await version(GROUP, 9, "group labels", FAULT)], { alerting });
    await run([await version(GROUP, 9, "group labels", FAULT)]);
    expect(told).toMatchObject([
      { version: 2, before: 7, after: 9 },
      { version: 3, before: 7, after: 9 },
    ]);
  });

  test("does not hold up the messages of other owners", async () => {
    const { run, version, told } = world();
    await run([await version(HOST, 7, "default"), await version(GROUP, 7, "default")]);
    const publisher: NewsPublisher = {
      async publish(news) {
        if (news.kind !== "epsilon" || news.owner === HOST) throw new Error("SNS is away");
        told.push(news);
      },
    };
    const reports = [await version(HOST, 11, "false labels", FALSE), await version(GROUP, 8, "group labels", FAULT)];
    expect(await run(reports, { publisher })).toEqual([`news of ${HOST}'s epsilon`]);
    expect(told).toMatchObject([{ owner: GROUP }]);
  });
});

test("the message names 20 of many hosts, counts the others, and does not announce these later", async () => {
  const { run, version, told, untold } = world();
  const owners = Array.from({ length: 25 }, (_, i) => `host#web-${i}`);
  await version(GROUP, 7, "default");
  for (const owner of owners) await version(owner, 7, "default");
  const refit = () => Promise.all(owners.map((owner) => version(owner, 9, "false labels", FALSE)));
  await run(await refit());
  expect(told).toHaveLength(20);
  expect(untold).toEqual([5]);
  await run(await refit());
  expect(told).toHaveLength(20);
});

test("the message about a group seen for an hour gives its alerts in that hour, not a rate for a week", async () => {
  const { stores, version, told } = world();
  const publisher: NewsPublisher = { publish: async (news) => void told.push(news as EpsilonNews) };
  const announce = announcer({ ...stores, publisher }, NOON, () => {});
  const hour = { ...ALERTS, seen: 3_600_000 };
  await announce("web", [await version(GROUP, 7, "default")], hour);
  await announce("web", [await version(GROUP, 9, "group labels", FAULT)], hour);
  expect(told).toMatchObject([{ alerts: { days: 1 / 24, before: 20, after: 20 } }]);
});
