// A real Prometheus that scrapes itself and writes to the door.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, withFolder } from "../local/support.ts";
import { openListening, TOKEN } from "./support.ts";

/** Debian's. */
const PROMETHEUS = "/usr/bin/prometheus";
const hasPrometheus = existsSync(PROMETHEUS);

async function writeForReal(): Promise<void> {
  const door = await openListening();
  const own = `127.0.0.1:${await freePort()}`;
  await withFolder(async (folder) => {
    const config = {
      global: { scrape_interval: "1s", external_labels: { group: "monitoring" } },
      scrape_configs: [{ job_name: "self", static_configs: [{ targets: [own], labels: { instance: "web-07:9090" } }] }],
      remote_write: [{ url: `${door.url}/api/v1/write`, authorization: { credentials: TOKEN } }],
    };
    const path = join(folder, "prometheus.yml");
    // JSON is YAML.
    await writeFile(path, JSON.stringify(config));
    const child = spawn(PROMETHEUS, [
      `--config.file=${path}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${own}`,
    ]);
    let printed = "";
    child.stderr.on("data", (text) => {
      printed += text;
    });
    try {
      const found = new Map<string, Set<string>>();
      while (!found.get("web-07")?.has("prometheus_tsdb_head_series:self")) {
        if (child.exitCode !== null) throw new Error(printed);
        for (const { host, metrics, group } of await door.samples()) {
          expect(group).toBe("monitoring");
          const names = found.get(host) ?? new Set();
          found.set(host, names);
          for (const name of Object.keys(metrics)) names.add(name);
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect([...found.keys()]).toEqual(["web-07"]);
      expect([...(found.get("web-07") ?? [])].length).toBeGreaterThan(100);
      expect(printed).not.toMatch(/level=(warn|error).*remote/);
    } finally {
      child.kill();
      await once(child, "close");
    }
  });
  expect(door.log).toEqual([]);
  await door.close();
}

test(
  hasPrometheus ? "Prometheus writes to the door" : "Prometheus writes to the door (skipped, it is not installed here)",
  hasPrometheus ? writeForReal : () => {},
  60_000,
);
