// A replay answers: would this have alerted last month?
import { type BacktestOptions, backtest, type Quiz } from "../../lib/replay/backtest.ts";
import { GAUSSIAN_CONFIG } from "../factories.ts";
import { csvOf, HOUR, MINUTE, NOON, recorded } from "./made.ts";

async function replay(csv: string, options: Partial<BacktestOptions> = {}) {
  return backtest(await recorded({ "all.csv": csv }), { stopwatch: () => 0, progress: () => {}, ...options });
}

const iso = (time: number) => new Date(time).toISOString();
/** Ten busy minutes from that minute on. */
const busy = (from: number, minute: number) => (minute >= from && minute < from + 10 ? 60 : 0);

test("each of many hosts learns from its own rows and has its own incidents", async () => {
  const csv = csvOf(["web-1", "web-2", "web-3"], 200, (host, minute) => (host === "web-2" ? busy(150, minute) : 0));
  const { hosts, samples, records, incidents, notices } = await replay(csv);
  expect({ hosts, samples, records }).toEqual({ hosts: 3, samples: 600, records: 600 });
  expect(incidents).toMatchObject([
    { host: "web-2", group: "web", kind: "anomaly", opened: iso(NOON + 152 * MINUTE), causes: [{ metric: "cpu" }] },
  ]);
  expect(notices.map(({ kind, host, incidents: [id] }) => [kind, host, id])).toEqual([
    ["opened", "web-2", incidents[0]?.id],
    ["resolved", "web-2", incidents[0]?.id],
  ]);
  expect(notices[0]?.subject).toContain("web-2 (web): cpu");
});

test("the scorer announces one of two hosts of a group at once, and the next sweep the other", async () => {
  const hosts = ["web-1", "web-2", "web-3", "web-4", "web-5", "web-6"];
  const csv = csvOf(hosts, 180, (host, minute) => (host < "web-3" ? busy(150, minute) : 0));
  const { notices } = await replay(csv);
  const opened = notices.filter(({ kind }) => kind === "opened");
  // The third busy minute opens an incident; the sweep comes at its end.
  expect(opened.map(({ at }) => at)).toEqual([iso(NOON + 152 * MINUTE), iso(NOON + 153 * MINUTE)]);
});

test("a host whose rows end while others go on has fallen silent", async () => {
  const csv = csvOf(["web-1", "web-2", "web-3"], 100, () => 0)
    .split("\n")
    .filter((line, i) => !(line.includes("web-3") && i > 240))
    .join("\n");
  const { incidents, notices } = await replay(csv);
  expect(incidents).toMatchObject([{ host: "web-3", kind: "silent", resolved: null, causes: [] }]);
  expect(notices).toMatchObject([{ kind: "opened", host: "web-3" }]);
});

test("the first refit after midnight learns a person's answers, and the new limit is announced", async () => {
  const csv = csvOf(["web-1"], 13 * 60, (_, minute) => busy(9 * 60, minute));
  const [of, at] = [NOON + 9 * HOUR + 5 * MINUTE, NOON + 10 * HOUR];
  const taught = await replay(csv, { answers: [{ host: "web-1", of, at, verdict: "false" }], config: GAUSSIAN_CONFIG });
  expect(taught.incidents).toMatchObject([{ verdict: "false", isFalse: true }]);
  expect(taught.answers).toEqual({ given: 1, withoutIncident: 0 });
  const news = taught.notices.filter(({ kind }) => kind === "epsilon");
  // The schedule calls the refit every twenty minutes, and the first call of a day does the day's work.
  expect(news.map((notice) => notice.at)).toEqual([iso(NOON + 12 * HOUR)]);
  const untaught = await replay(csv, { config: GAUSSIAN_CONFIG });
  expect(untaught.notices.filter(({ kind }) => kind === "epsilon")).toEqual([]);
});

test("a person who looks once answers the incidents so far", async () => {
  const csv = csvOf(["web-1"], 400, (_, minute) => busy(150, minute) + busy(350, minute));
  const asked: number[] = [];
  const quiz: Quiz = {
    at: NOON + 300 * MINUTE,
    answer: (incidents) => {
      asked.push(incidents.length);
      return incidents.map(({ opened }) => ({ host: "web-1", of: opened, at: opened, verdict: "fault" }));
    },
  };
  const { incidents } = await replay(csv, { quiz });
  expect(asked).toEqual([1]);
  expect(incidents.map(({ verdict }) => verdict)).toEqual(["fault", undefined]);
});

test("trouble like a false alarm sends no message: the result lists it as quiet", async () => {
  const csv = csvOf(["web-1"], 400, (_, minute) => busy(150, minute) + busy(350, minute));
  const [of, at] = [NOON + 155 * MINUTE, NOON + 200 * MINUTE];
  const { incidents, quiet, notices } = await replay(csv, { answers: [{ host: "web-1", of, at, verdict: "false" }] });
  expect(incidents).toMatchObject([{ verdict: "false" }]);
  expect(quiet).toMatchObject([{ host: "web-1", causes: [{ metric: "cpu" }] }]);
  expect(Date.parse(quiet[0]!.opened)).toBeGreaterThanOrEqual(NOON + 350 * MINUTE);
  expect(notices.map(({ incidents: [id] }) => id)).toEqual([incidents[0]!.id, incidents[0]!.id]);
});

test("an answer about a time without an incident changes nothing and is counted", async () => {
  const csv = csvOf(["web-1"], 80, () => 0);
  const answers = [{ host: "web-1", of: NOON, at: NOON + HOUR, verdict: "false" }] as const;
  expect((await replay(csv, { answers })).answers).toEqual({ given: 1, withoutIncident: 1 });
});

test("the labels decide which incidents are false and which labelled runs are caught", async () => {
  const lines = csvOf(["web-1"], 300, (_, minute) => busy(150, minute) + busy(230, minute)).split("\n");
  // The first burst is labelled, the second is not, and a calm run is.
  const labelOf = (minute: number) => Number((minute >= 150 && minute < 160) || (minute >= 280 && minute < 290));
  const labelled = lines.map((line, i) => `${line},${i === 0 ? "label" : labelOf(i - 1)}`).join("\n");
  const { incidents, eventRecall } = await replay(labelled);
  expect(incidents.map(({ isFalse }) => isFalse)).toEqual([false, true]);
  expect(eventRecall).toBe(0.5);
});

test("a recording of more than 400 days is refused", async () => {
  const csv = "time,host,cpu\n2026-01-01T00:00:00Z,web-1,1\n2062-01-01T00:00:00Z,web-1,1";
  await expect(replay(csv)).rejects.toThrow("at most 400 days");
});
