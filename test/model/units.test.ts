import { countersOf } from "../../lib/model/counters.ts";
import { dailyDeviations, floorsOf, isHarm, unitsOf, weekendsDiffer } from "../../lib/model/units.ts";
import { historyOf, ripple, slotsOf } from "./band-history.ts";
import { fitted } from "./fitted-bands.ts";

const whole = () => true;
const broken = () => false;

test.each([
  ["cpu_percent", 0.5, broken, 4],
  ["disk_used_percent", 90, broken, 4],
  ["mem_available_bytes", 1e6, whole, 16e6],
  ["mem_available_bytes", 1e9, whole, 30e6],
  ["net_rx_bytes_per_second", 1e6, broken, 1e5],
  ["net_rx_bytes_s", 1e7, broken, 3e5],
  ["disk_free_bytes:/var", 1e6, whole, 16e6],
  ["processes", 40, whole, 3],
  ["processes", 400, whole, 12],
  ["load1", 2, broken, 0.06],
  ["temperature", -40, broken, 1.2],
  // A segment that is sent again now and then is nothing; of a thousand a second, 30 more are something.
  ["tcp_retransmits_per_second", 0.1, broken, 1],
  ["tcp_retransmits_per_second", 1_000, broken, 30],
  ["network_errors_per_second", 0, whole, 1],
  ["network_drops_per_second:eth0", 0.5, broken, 1],
  // 25 pages of 4 kB are 100 kB a second.
  ["swap_pages_per_second", 0, whole, 25],
  ["disk_operations_per_second", 2_000, broken, 60],
  ["process_cpu_seconds_per_second", 0.2, broken, 0.04],
  ["app_errors_per_second", 0, broken, 0.1],
  ["orders_per_second:eu", 0.2, broken, 0.1],
  ["requests_per_second", 200, whole, 6],
  // One is news; of other counts, three are.
  ["oom_kills", 0, whole, 0.5],
])("the least change of %s at a usual %d that matters is its unit", (name, typical, isWhole, expected) => {
  const { slotDays } = slotsOf(historyOf({ days: 1 }, () => typical));
  expect(floorsOf(slotDays, [name], isWhole)[0]).toBeCloseTo(expected, 12);
});

test("a metric at 0 most of the time has a floor by its range, and one that is always 0 by nothing", () => {
  // The range is 0 to 50 (an hour a day), of which 2 % are 1.
  const history = historyOf(
    { days: 2 },
    (_, minute) => (minute < 60 ? 50 : 0),
    () => 0,
  );
  expect([...floorsOf(slotsOf(history).slotDays, ["latency", "errors"], broken)]).toEqual([1, 0.01]);
});

test("a rate at 0 most of the time with bursts has a floor by its range", () => {
  // The range is 0 to 50 (an hour a day), of which 2 % are 1.
  const history = historyOf({ days: 2 }, (_, minute) => (minute < 60 ? 50 : 0));
  expect(floorsOf(slotsOf(history).slotDays, ["app_errors_per_second"], broken)[0]).toBe(1);
});

test("no floor is 0, however small the values", () => {
  for (const tiny of [5e-324, 1e-322, 1e-310]) {
    const { slotDays } = slotsOf(historyOf({ days: 2 }, () => tiny));
    expect(floorsOf(slotDays, ["x"], broken)[0]! / 1_000).toBeGreaterThan(0);
  }
});

test("a metric that was never seen has a floor and a unit", () => {
  const { slotDays } = slotsOf(historyOf({ days: 2 }, () => Number.NaN));
  expect(floorsOf(slotDays, ["x"], broken)[0]).toBe(0.01);
  expect(unitsOf(slotDays)[0]).toBe(0);
});

test("the unit is a third of the usual range of a quarter of an hour", () => {
  // The ripple's range is 2, doubled in a third of the slots.
  const { slotDays } = slotsOf(
    historyOf(
      { days: 2 },
      (_, minute) => 50 + ripple(minute) * (minute % 45 < 15 ? 2 : 1),
      () => 7,
    ),
  );
  expect(unitsOf(slotDays)[0]).toBeCloseTo(2 / 3, 12);
  expect(unitsOf(slotDays)[1]).toBe(0);
});

test("weekends lie elsewhere when their medians leave the weekdays' range in more than 15 % of the slots", () => {
  const idle = (share: number) => (day: number, minute: number) =>
    (day % 7 >= 5 && minute < share * 1_440 ? 40 : 50) + ripple(minute);
  const { slotDays } = slotsOf(historyOf({ days: 7 }, idle(0.2), idle(0.1), idle(0)));
  expect([...weekendsDiffer(slotDays, unitsOf(slotDays))]).toEqual([1, 0, 0]);
});

test.each<[string, number, Readonly<Record<number, number>>, number]>([
  ["one bad Sunday does not make weekends differ", 7, { 6: 40 }, 0],
  ["a Saturday above and a Sunday below do not make weekends differ", 7, { 5: 60, 6: 40 }, 0],
  ["two days of four do not make weekends differ", 14, { 5: 40, 6: 40 }, 0],
  ["three days of four make weekends differ", 14, { 5: 40, 6: 40, 12: 40 }, 1],
])("%s", (_, days, unlike, differs) => {
  const { slotDays } = slotsOf(historyOf({ days }, (day, minute) => (unlike[day] ?? 50) + ripple(minute)));
  expect([...weekendsDiffer(slotDays, unitsOf(slotDays))]).toEqual([differs]);
});

test("one day of a weekend does not tell where weekends lie", () => {
  const { slotDays } = slotsOf(historyOf({ days: 6 }, (day, minute) => (day >= 5 ? 40 : 50) + ripple(minute)));
  expect([...weekendsDiffer(slotDays, unitsOf(slotDays))]).toEqual([0]);
});

test("days deviate from one another by the median over slots of their median absolute deviation", () => {
  // np.median(np.abs(x - np.median(x))) * 1.4826 with x = [10, 12, 13, 17, 30]: 3 * 1.4826
  const { slotDays } = slotsOf(historyOf({ days: 5 }, (day) => [10, 12, 13, 17, 30][day]!));
  expect(dailyDeviations(slotDays)[0]).toBeCloseTo(4.4478, 12);
});

test("a metric that rises from 97 % of the samples to the next is a counter, unless it is a percentage", () => {
  const rising = (share: number) => Array.from({ length: 201 }, (_, i) => i).map((i) => i - (i / 201 > share ? i : 0));
  const [steady, broken] = [rising(1), rising(0.9)];
  const values = Float64Array.from({ length: 201 * 3 }, (_, i) => [steady, broken, steady][i % 3]![Math.floor(i / 3)]!);
  expect([...countersOf(values, ["rx_bytes", "load", "disk_percent"])]).toEqual([1, 0, 0]);
});

test("a metric that people call a gauge is no counter, however its values rise", () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => i);
  expect([...countersOf(values, ["jobs_done", "uptime"], (name) => name === "uptime")]).toEqual([1, 0]);
});

test("fewer than 60 pairs of neighbours do not make a counter, and missing values are no neighbours", () => {
  const from = (length: number) => Float64Array.from({ length }, (_, i) => i);
  expect(countersOf(from(60), ["rx"])[0]).toBe(0);
  expect(countersOf(from(61), ["rx"])[0]).toBe(1);
  expect(
    countersOf(
      from(200).map((x) => (x % 2 ? Number.NaN : x)),
      ["rx"],
    )[0],
  ).toBe(0);
});

test.each([
  ["http_errors_per_second", true],
  ["network_in_drops:eth0", true],
  ["cpu_pressure_some_percent", true],
  ["cpu_steal_percent", true],
  ["processes_blocked", true],
  ["requests_per_second", false],
  ["error_budget_percent", false],
  ["terrors", false],
])("whether less of %s is never trouble: %s", (name, isIt) => {
  expect(isHarm(name)).toBe(isIt);
});

test("pressure lower than ever is no trouble, and higher is", () => {
  const { low, high } = fitted((_, minute) => 60 + ripple(minute), { name: "cpu_pressure_some_percent" }).workday;
  expect([low[0], high[0]]).toEqual([0, 61]);
});
