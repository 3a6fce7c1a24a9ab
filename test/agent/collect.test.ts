import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCollector } from "../../lib/agent/collect.ts";
import { METRICS, MOUNT_METRICS } from "../../lib/agent/metric-names.ts";

const fixtures = join(__dirname, "fixtures");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-collect-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Opens a collector on the case's `before` and samples it on its `after`. */
async function sampleCase(name: string) {
  const root = join(folder, "root");
  symlinkSync(join(fixtures, name, "before"), root);
  const collector = await openCollector("linux", root);
  unlinkSync(root);
  symlinkSync(join(fixtures, name, "after"), root);
  return { names: collector.names, row: await collector.sample(), again: await collector.sample() };
}

describe("on Linux", () => {
  test.each(readdirSync(fixtures))("reads the machine of %s as calculated by hand", async (name) => {
    const expected: Record<string, number | null> = JSON.parse(
      readFileSync(join(fixtures, name, "expected.json"), "utf8"),
    );
    const { names, row } = await sampleCase(name);
    expect(names).toEqual(Object.keys(expected));
    names.forEach((metric, index) => {
      const value = expected[metric];
      if (typeof value === "number") expect([metric, row[index]]).toEqual([metric, expect.closeTo(value, 9)]);
      else expect([metric, row[index]]).toEqual([metric, null]);
    });
  });

  test("knows no rate when no time has passed", async () => {
    const { names, again } = await sampleCase("busy");
    for (const metric of ["cpu_busy_percent", "disk_read_bytes_per_second", "network_in_bytes_per_second"] as const) {
      expect(again[names.indexOf(metric)]).toBeNull();
    }
    expect(again[names.indexOf("load_1m")]).toBe(1.5);
  });

  test("a machine without any metric is an error that names the fix", async () => {
    await expect(openCollector("linux", folder)).rejects.toThrow("is /proc mounted?");
  });
});

test("elsewhere, systeminformation gives the same names with plausible values", async () => {
  const collector = await openCollector("darwin");
  expect(METRICS.filter((metric) => collector.names.includes(metric))).toEqual(collector.names);
  expect(collector.names).toEqual(
    expect.arrayContaining(["cpu_busy_percent", "load_1m", "memory_used_percent", "processes_total"]),
  );
  const row = await collector.sample();
  const value = (name: (typeof METRICS)[number]) => row[collector.names.indexOf(name)];
  expect(value("memory_used_percent")).toBeGreaterThan(0);
  expect(value("memory_used_percent")).toBeLessThan(100);
  expect(value("processes_total")).toBeGreaterThan(0);
});

test("the manual lists every metric", () => {
  const manual = readFileSync(join(__dirname, "../../docs/agent.md"), "utf8");
  const listed = [...manual.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual([...METRICS, ...MOUNT_METRICS]);
});
