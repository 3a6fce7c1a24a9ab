import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCollector } from "../../lib/agent/collect.ts";
import { METRICS, MOUNT_METRICS } from "../../lib/agent/metric-names.ts";

const fixtures = join(__dirname, "fixtures");
let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetwarden-collect-"));
  lines = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const linux = (root: string) =>
  openCollector({ platform: "linux", root, clock: () => 0, log: (line) => lines.push(line) });

/** Opens a collector on the case's `before` and samples it on its `after`, twice. */
async function sampleCase(name: string) {
  const root = join(folder, "root");
  symlinkSync(join(fixtures, name, "before"), root);
  const collect = await linux(root);
  unlinkSync(root);
  symlinkSync(join(fixtures, name, "after"), root);
  return [await collect(), await collect()] as const;
}

describe("on Linux", () => {
  test.each(readdirSync(fixtures))("reads the machine of %s as calculated by hand", async (name) => {
    const expected: Record<string, number | null> = JSON.parse(
      readFileSync(join(fixtures, name, "expected.json"), "utf8"),
    );
    const [{ names, row }] = await sampleCase(name);
    expect(names).toEqual(Object.keys(expected));
    names.forEach((metric, index) => {
      const value = expected[metric];
      if (typeof value === "number") expect([metric, row[index]]).toEqual([metric, expect.closeTo(value, 9)]);
      else expect([metric, row[index]]).toEqual([metric, null]);
    });
  });

  test("knows no rate when no time has passed", async () => {
    const [, { names, row }] = await sampleCase("busy");
    for (const metric of ["cpu_busy_percent", "disk_read_bytes_per_second", "network_in_bytes_per_second"] as const) {
      expect(row[names.indexOf(metric)]).toBeNull();
    }
    expect(row[names.indexOf("load_1m")]).toBe(1.5);
  });

  test("counts zombies once a minute, by the machine's own time", async () => {
    const proc = join(folder, "proc");
    mkdirSync(join(proc, "7"), { recursive: true });
    const at = (seconds: number, state: string) => {
      writeFileSync(join(proc, "uptime"), `${seconds} 0`);
      writeFileSync(join(proc, "7/stat"), `7 (a) ${state} 1 7`);
    };
    at(100, "S");
    const collect = await linux(folder);
    const zombies = async () => {
      const { names, row } = await collect();
      return row[names.indexOf("processes_zombie")];
    };
    at(159, "Z");
    expect(await zombies()).toBe(0);
    at(160, "Z");
    expect(await zombies()).toBe(1);
  });

  test("a machine without any metric is an error that names the fix", async () => {
    await expect(linux(folder)).rejects.toThrow("is /proc mounted?");
  });
});

test("elsewhere, systeminformation gives the same names with plausible values", async () => {
  const { names, row } = await (
    await openCollector({ platform: "darwin", root: "/", clock: Date.now, log: () => {} })
  )();
  expect(METRICS.filter((metric) => names.includes(metric))).toEqual(names);
  expect(names).toEqual(
    expect.arrayContaining(["cpu_busy_percent", "load_1m", "memory_used_percent", "processes_total"]),
  );
  const value = (name: (typeof METRICS)[number]) => row[names.indexOf(name)];
  expect(value("memory_used_percent")).toBeGreaterThan(0);
  expect(value("memory_used_percent")).toBeLessThan(100);
  expect(value("processes_total")).toBeGreaterThan(0);
});

test("the manual lists every metric", () => {
  const manual = readFileSync(join(__dirname, "../../docs/agent.md"), "utf8");
  const listed = [...manual.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(listed).toEqual([...METRICS, ...MOUNT_METRICS]);
});
