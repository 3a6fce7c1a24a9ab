import { isName } from "../../../lib/wire/name.ts";
import { hostIn, hostName, hostOfKey, keyOfHost } from "../../../lib/wire/senders/identity.ts";
import { instanceOf, seriesName } from "../../../lib/wire/senders/series-name.ts";
import { START } from "../../factories.ts";
import { readSamples } from "./reading.ts";

test.each([
  ["web-07", "web-07"],
  ["  WEB-07 ", "web-07"],
  ["web-07.example.com.", "web-07.example.com"],
  ["web-07:9100", "web-07"],
  ["10.0.0.7:9100", "10.0.0.7"],
  ["[2001:DB8::7]:9100", "2001:db8::7"],
  ["2001:db8::7", "2001:db8::7"],
  // e and a combining acute accent
  ["cafe\u0301", "caf\u00e9"],
])("the host %j is %j", (written, host) => {
  expect(hostName(written)).toBe(host);
});

test.each(["", "  ", ".", "a\u0000b", "h".repeat(257)])("%j names no host", (written) => {
  expect(hostName(written)).toBeUndefined();
});

test.each([
  [{ host: "a", hostname: "b" }, "a"],
  [{ hostname: "b", instance: "c" }, "b"],
  [{ "host.name": "c" }, "c"],
  [{ host: { name: "d", ip: ["10.0.0.7"] } }, "d"],
  [{ host: { host: "e", name: "Shown" } }, "e"],
  [{ host: "", instance: "f:9100" }, "f:9100"],
  [{ InstanceId: "i-0a1b2c3d4e5f60718" }, "i-0a1b2c3d4e5f60718"],
  [{ agent: { hostname: "g" } }, "g"],
  [{ "agent.hostname": "h" }, "h"],
  [{ host: 7, name: "no host" }, undefined],
  [{ host: "localhost", instance: "127.0.0.1:9100" }, undefined],
  [{ host: "localhost-2" }, "localhost-2"],
])("the host of %j is %j", (fields, host) => {
  expect(hostIn(fields)).toBe(host);
});

test.each([
  "web-07",
  "web07",
  "ip-10-0-0-7.ec2.internal",
  "i-0a1b2c3d4e5f60718",
  "mi-0a1b2c3d4e5f60718",
  "db.eu-west-1.example.com",
  "WIN-4F7G8H2",
])("the partition key %s names a host", (key) => {
  expect(hostOfKey(key)).toBe(key.toLowerCase());
});

test.each([
  "3f0c2b7e-9a4d-4c1b-8e55-0d6a7b1c9f20",
  "3f0c2b7e9a4d4c1b8e550d6a7b1c9f20",
  "deadbeef",
  "1795356000",
  "7",
  "q7Zk02Bx",
  "aB3dE5gH7jK9mN1p",
  "2026/11/22/[$LATEST]0a1b2c3d4e5f60718293a4b5c6d7e8f9",
  "ecs/app/0a1b2c3d4e5f60718293a4b5c6d7e8f9",
  "",
])("the partition key %j is random", (key) => {
  expect(hostOfKey(key)).toBeUndefined();
});

test.each([
  ["web-07", "web-07"],
  ["Server01", "host Server01"],
  ["deadbeef", "host deadbeef"],
  // 251 digits and the mark have 256 characters, the most that a partition key may have.
  ["7".repeat(251), `host ${"7".repeat(251)}`],
])("a person may name the host %s, whatever it looks like", (host, key) => {
  expect(keyOfHost(host)).toBe(key);
  expect(hostOfKey(key)).toBe(host.toLowerCase());
});

test.each(["", "host web-07", "web 07", "a\u0000b", "7".repeat(252), "h".repeat(257)])("%j can be no host", (host) => {
  expect(keyOfHost(host)).toBeUndefined();
});

describe("a metric's name", () => {
  const nameOf = (series: string, field?: string, tags = {}) =>
    seriesName({ series, field, instance: instanceOf(tags) });

  test.each([
    ["cpu", "usage_user", { host: "web-07", cpu: "cpu-total" }, "cpu_usage_user:cpu-total"],
    ["load", "value", {}, "load"],
    ["disk", "used", { path: "/my data", device: "sda1" }, "disk_used:sda1:/my_data"],
    ["http", undefined, { region: "eu-west-1", env: "prod", code: 200, up: true, empty: "" }, "http:200"],
    ["http", undefined, { code: "200", job: "shop", method: "get" }, "http:shop:200:get"],
    ["__proto__", undefined, {}, "proto"],
  ])("%s, %s, %j is %s", (series, field, tags, name) => {
    expect(nameOf(series, field, tags)).toBe(name);
  });

  test("does not depend on the order of the tags, and has at most 256 characters", () => {
    expect(nameOf("disk", "used", { device: "sda1", path: "/" })).toBe(
      nameOf("disk", "used", { path: "/", device: "sda1" }),
    );
    const long = (end: string) => nameOf("s".repeat(300), "f", { path: `${"p".repeat(200)}${end}` });
    expect(long("a").length).toBeLessThanOrEqual(256);
    expect(long("a")).not.toBe(long("b"));
  });

  test("has its service, however many or long its other tags and the service's name are", () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}`, "v".repeat(200)]));
    const names = ["shop", "cart", "s".repeat(250)].map((service) =>
      nameOf("http", "mean", { ...many, "service.name": service }),
    );
    expect(new Set(names).size).toBe(3);
    expect(names.filter((name) => name.length > 256)).toEqual([]);
    expect(names[0]).toMatch(/^http_mean:shop:v/);
  });

  test("stays valid where its cut falls within a character of two code units", () => {
    const names = ["", "x"].map((start) => nameOf(`${start}${"\u{1f600}".repeat(150)}`, "used"));
    expect(names.filter((name) => !isName(name))).toEqual([]);
  });
});

test("a series without a name is rejected, and its host's other metrics are not", () => {
  const rows = ["", "queue.length"].map((chart_id) => ({ chart_id, value: 1, hostname: "web-07", timestamp: START }));
  expect(readSamples(rows)).toMatchObject({
    samples: [{ host: "web-07", metrics: { "queue.length": 1 } }],
    problems: ['metric name "": use a text of 1 to 256 characters without control characters'],
  });
});

test("a host in our own formats keeps its spelling, and a sample without one has its record's host", () => {
  const metrics = { cpu: 1 };
  expect(readSamples({ host: " Web-07.", time: START, metrics }).samples).toMatchObject([{ host: " Web-07." }]);
  expect(readSamples({ hostname: "Web-08:1", time: START, metrics }).samples).toMatchObject([{ host: "web-08" }]);
  expect(readSamples({ ts: START, metrics }, "Web-09").samples).toEqual([{ host: "web-09", time: START, metrics }]);
  expect(readSamples({ metrics }).problems).toEqual([expect.stringMatching(/^no host: let the sender name it /)]);
});

test("more than 256 metrics of one time are several parts, each with at most 256", () => {
  const fields = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`m${i}`, i]));
  const odd = { ...fields, state: "up" };
  const { samples, problems, replaced } = readSamples({
    name: "many",
    tags: { host: "web-07" },
    fields: odd,
    timestamp: START,
  });
  expect({ problems, replaced }).toEqual({ problems: [], replaced: 1 });
  expect(samples.map(({ metrics }) => Object.keys(metrics).length)).toEqual([256, 256, 88]);
});
