import { count, decimal, percent, range, value } from "../../lib/notify/format.ts";
import { cause } from "./example.ts";

test.each([
  [0, "0"],
  [-0, "0"],
  [5, "5"],
  [0.1 + 0.2, "0.3"],
  [47.5449, "47.5"],
  [-2.34567, "-2.35"],
  [999.4, "999"],
  [999.5, "1k"],
  [12_345, "12.3k"],
  [999_999, "1M"],
  [4_560_000, "4.56M"],
  [-1.2e9, "-1.2G"],
  [7e12, "7T"],
  [8e15, "8P"],
  [9e18, "9E"],
  [1.2345e21, "1.23e21"],
  [1e300, "1e300"],
  [0.00123456, "0.00123"],
  [0.0001, "0.0001"],
  [0.0000123, "1.23e-5"],
  [5e-324, "4.94e-324"],
  [Number.NaN, "?"],
  [Number.POSITIVE_INFINITY, "?"],
])("decimal writes %p as %p", (amount, text) => {
  expect(decimal(amount)).toBe(text);
});

test.each([
  ["cpu_user", 97.04, "97"],
  ["mem_percent", 97.04, "97 %"],
  ["steal_percent", 12_345, "12.3k %"],
  ["swap_bytes", 512, "512 B"],
  ["swap_bytes", 4_560_000, "4.56 MB"],
  ["rx_bytes_per_second", 12_345, "12.3 kB/s"],
  ["cpu_mhz", 0, "0 MHz"],
  ["cpu_mhz", 800, "800 MHz"],
  ["cpu_mhz", 3_400, "3.4 GHz"],
  ["cpu_mhz", 1e300, "1e300 MHz"],
  ["uptime_seconds", 0.25, "0.25 s"],
  ["temperature_celsius", 67.5, "67.5 C"],
  ["temperature_celsius", -12, "-12 C"],
  ["uptime_seconds", 86_400, "86.4k s"],
  ["percent", 5, "5"],
  ["disk_used_percent:/var", 55, "55 %"],
  ["mem_percent", Number.NaN, "no value"],
  ["swap_bytes", Number.NEGATIVE_INFINITY, "? B"],
])("value of %s %p is %p", (metric, amount, text) => {
  expect(value(metric, amount)).toBe(text);
});

test.each([
  ["cpu_user", 2, 31, "2-31"],
  ["mem_percent", 46, 70, "46-70 %"],
  ["cpu_user", -3.2, 31, "-3.2 to 31"],
  ["disk", 2_100, 12_300, "2.1k-12.3k"],
  ["cpu_mhz", 2_100, 3_400, "2.1-3.4 GHz"],
  ["cpu_mhz", 800, 2_100, "800 MHz to 2.1 GHz"],
  ["rx_bytes", 0, 5e6, "0-5 MB"],
  ["delta", 0, 5e3, "0-5k"],
  ["tiny", 1e-9, 2e-9, "1e-9 to 2e-9"],
  ["constant", 5, 5.0001, "5"],
  ["cpu_mhz", Number.NEGATIVE_INFINITY, 0, "? MHz to 0 MHz"],
])("range of %s from %p to %p is %p", (metric, low, high, text) => {
  expect(range(cause({ metric, low, high, now: high, expected: low }))).toBe(text);
});

test.each([
  ["cpu_user_percent", { low: -11.1, expected: 2, high: 15.1, now: 100 }, "0-15.1 %"],
  ["free_percent", { low: 85, expected: 97, high: 109, now: 3 }, "85-100 %"],
  ["idle_percent", { low: -5, expected: 50, high: 105, now: 0 }, "0-100 %"],
  ["swap_bytes", { low: -3e6, expected: 1e6, high: 5e6, now: 9e6 }, "0-5 MB"],
  ["rx_bytes_per_second", { low: -5_000, expected: 8_000, high: 20_400, now: 1.2e6 }, "0-20.4 kB/s"],
  ["cpu_mhz", { low: -100, expected: 900, high: 1_900, now: 3_000 }, "0-1.9 GHz"],
  ["lag_seconds", { low: -0.5, expected: 1, high: 2.5, now: 7 }, "0-2.5 s"],
  ["used_bytes", { low: -5, expected: 0, high: 0, now: 7 }, "0 B"],
  ["temperature", { low: -11.1, expected: 2, high: 15.1, now: 100 }, "-11.1 to 15.1"],
])("the normal range of %s ends where its unit does", (metric, numbers, text) => {
  expect(range(cause({ metric, ...numbers }))).toBe(text);
});

test.each([
  ["of all cores together", "cpu_percent", { low: 180, expected: 240, high: 300, now: 390 }, "180-300 %"],
  [
    "of a process that only now took a second core",
    "cpu_percent",
    { low: -20, expected: 60, high: 140, now: 160 },
    "0-140 %",
  ],
  ["that counts down", "left_seconds", { low: -9, expected: -6, high: -3, now: 4 }, "-9 s to -3 s"],
])("a metric %s has no bound from its name", (_what, metric, numbers, text) => {
  expect(range(cause({ metric, ...numbers }))).toBe(text);
});

test.each([
  [0, "0 %"],
  [0.004, "<1 %"],
  [0.0149, "1 %"],
  [0.94, "94 %"],
  [1, "100 %"],
  [1.0000001, "100 %"],
  [-1, "0 %"],
  [Number.NaN, "? %"],
])("a share of %p is %p", (share, text) => {
  expect(percent(share)).toBe(text);
});

test.each([
  [12_345, "12345"],
  [-0, "0"],
  [1e21, "1e21"],
  [1.5, "1.5"],
])("count writes %p as %p", (amount, text) => {
  expect(count(amount)).toBe(text);
});

test.each([
  ["MB/s", 25, "25 MB/s"],
  ["MB/s", 2_500, "2.5 GB/s"],
  ["B", 4_560_000, "4.56 MB"],
  ["ms", 250, "250 ms"],
  ["req/min", 12_345, "12.3k req/min"],
  ["%", 97.04, "97 %"],
  ["MiB", 2_500, "2.5k MiB"],
])("a metric in %s has the value %p as %p", (unit, amount, text) => {
  expect(value("throughput", amount, unit)).toBe(text);
  expect(value("throughput_percent", amount, unit)).toBe(text);
});

test.each([
  ["MB/s", -5, 12, "0-12 MB/s"],
  ["C", -5, 12, "-5 C to 12 C"],
  ["kB", 900, 1_200, "900 kB to 1.2 MB"],
])("a range in %s from %p to %p is %p", (unit, low, high, text) => {
  expect(range({ metric: "x", unit, now: 11, expected: 10, low, high })).toBe(text);
});
