import fc from "fast-check";
import { parseConfig } from "../../lib/config/config.ts";

const policyOf = (document: object) => parseConfig(JSON.stringify({ version: 1, ...document })).policyOf;

test("later entries override earlier ones field by field", () => {
  const of = policyOf({
    metrics: [
      { metric: "*", direction: "up", minChange: { absolute: 5, relative: 0.2 } },
      { metric: "cpu_*", group: "web", minChange: { absolute: 1 } },
      { metric: "cpu_*", group: "web", host: "*-2", direction: "both" },
    ],
  });
  const all = { direction: "up", minAbsolute: 5, minRelative: 0.2 };
  expect(of("db-1", "db").metric("cpu_user")).toEqual(all);
  expect(of("web-1", "web").metric("mem")).toEqual(all);
  expect(of("web-1", "web").metric("cpu_user")).toEqual({ ...all, minAbsolute: 1 });
  expect(of("web-2", "web").metric("cpu_user")).toEqual({ ...all, minAbsolute: 1, direction: "both" });
});

test("without an entry for a metric, every deviation counts", () => {
  const of = policyOf({ metrics: [{ metric: "cpu", host: "web-1", direction: "down" }] });
  expect(of("web-1", "web").metric("cpu")).toEqual({ direction: "down", minAbsolute: 0, minRelative: 0 });
  expect(of("web-1", "web").metric("mem")).toBeUndefined();
  expect(of("web-2", "web").metric("cpu")).toBeUndefined();
});

test("features apply to the hosts that match both patterns, and others have none", () => {
  const of = policyOf({
    features: [
      { name: "net", sum: "net:*", group: "web" },
      { name: "share", ratio: ["a", "b"], host: "*-1" },
    ],
  });
  const namesOf = (host: string, group: string) => Object.keys(of(host, group).features?.defined ?? {});
  expect(namesOf("web-1", "web")).toEqual(["net", "share"]);
  expect(namesOf("web-2", "web")).toEqual(["net"]);
  expect(of("db-2", "db")).not.toHaveProperty("features");
});

test("the last entry that sets a metric's kind counts", () => {
  const of = policyOf({
    metrics: [{ metric: "*_total", as: "rate" }, { metric: "rows_*", as: "gauge", group: "db" }, { metric: "*" }],
  });
  expect(of("web-1", "web").takenAs?.("rows_total")).toBe("rate");
  expect(of("db-1", "db").takenAs?.("rows_total")).toBe("gauge");
  expect(of("db-1", "db").takenAs?.("cpu")).toBeUndefined();
  expect(policyOf({ metrics: [{ metric: "cpu" }] })("web-1", "web")).not.toHaveProperty("takenAs");
});

test("a rule applies to the hosts that match both patterns", () => {
  const of = policyOf({
    rules: [
      { if: "cpu > 95", for: "2m", severity: "critical" },
      { name: "disk full", if: "disk >= 90", group: "db" },
      { if: "mem > 80", group: "web", host: "web-*" },
    ],
  });
  const textsOf = (host: string, group: string) => of(host, group).rules.map(({ text }) => text);
  expect(textsOf("web-1", "web")).toEqual(["cpu > 95 for 2m", "mem > 80"]);
  expect(textsOf("edge-1", "web")).toEqual(["cpu > 95 for 2m"]);
  expect(textsOf("web-1", "db")).toEqual(["cpu > 95 for 2m", "disk full"]);
  expect(of("web-1", "web").rules[0]).toMatchObject({ forMs: 120_000, severity: "critical" });
  expect(of("web-1", "web").rules[1]).toMatchObject({ forMs: 0, severity: "warning" });
});

test("a later rule of the same name replaces the earlier one on the hosts that both apply to", () => {
  const of = policyOf({
    rules: [
      { name: "cpu full", if: "cpu > 95" },
      { name: "cpu full", if: "cpu > 80", host: "web-*" },
    ],
  });
  const limitOf = (host: string) => of(host, "web").rules.map(({ condition }) => condition);
  expect(limitOf("db-1")).toEqual([{ kind: "compare", metric: "cpu", operator: ">", limit: 95 }]);
  expect(limitOf("web-1")).toEqual([{ kind: "compare", metric: "cpu", operator: ">", limit: 80 }]);
});

test("one host gets the same object each time, and so do hosts to which the same entries apply", () => {
  const of = policyOf({ metrics: [{ metric: "cpu", host: "web-*" }], rules: [{ if: "cpu > 95", group: "db" }] });
  expect(of("web-1", "web")).toBe(of("web-1", "web"));
  expect(of("web-2", "web")).toBe(of("web-1", "web"));
  expect(of("db-1", "db")).not.toBe(of("web-1", "web"));
});

test("earlier calls do not change the answer, whatever the names of hosts and groups", () => {
  const entries = [
    { metric: "cpu", group: "a*", minChange: { absolute: 1 } },
    { metric: "cpu", host: "*b", minChange: { relative: 2 } },
    { metric: "c*", host: "1*", direction: "up" },
  ];
  const name = fc.string({ unit: fc.constantFrom("a", "b", "1", " "), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 20 }), (asked) => {
      const shared = policyOf({ metrics: entries });
      for (const [host, group] of asked) {
        const fresh = policyOf({ metrics: entries });
        expect(shared(host, group).metric("cpu")).toEqual(fresh(host, group).metric("cpu"));
      }
    }),
  );
});
