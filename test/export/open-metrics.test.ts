// The text for Prometheus, read by the specification of its format.
import fc from "fast-check";
import { openMetrics } from "../../lib/export/open-metrics.ts";
import type { HostState } from "../../lib/watch/state.ts";
import { anIncident, aSilentIncident, aState, NOON } from "../contract/examples.ts";
import { readOpenMetrics } from "./open-metrics-checker.ts";

async function* some<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const families = async (...states: HostState[]) => readOpenMetrics(await openMetrics(some(states)));
const baseline = { owner: "host#web-07", version: 3 };

test("a host shows its score, its threshold, its state and its counts of samples", async () => {
  const ingest = { duplicates: 12, late: 3, rejected: 1 };
  const verdict = { score: 1e-7, epsilon: 41.5, baseline };
  const state = aState("web-07", { seen: 120, flagged: 7, ingest, newest: NOON + 500, verdict });
  const found = await families(state);
  const labels = { host: "web-07", group: "web" };
  expect(Object.fromEntries([...found].map(([name, { type, samples }]) => [name, { type, samples }]))).toEqual({
    fleetwarden_hosts: { type: "gauge", samples: [{ labels: {}, value: 1 }] },
    fleetwarden_hosts_left_out: { type: "gauge", samples: [{ labels: {}, value: 0 }] },
    fleetwarden_score: { type: "gauge", samples: [{ labels, value: 1e-7 }] },
    fleetwarden_epsilon: { type: "gauge", samples: [{ labels, value: 41.5 }] },
    fleetwarden_incident_open: { type: "gauge", samples: [{ labels, value: 0 }] },
    fleetwarden_host_up: { type: "gauge", samples: [{ labels, value: 1 }] },
    // NOON is 1795348800 seconds: python3 -c 'import datetime as d;print(d.datetime(2026,11,22,12,tzinfo=d.UTC).timestamp())'
    fleetwarden_last_sample_timestamp_seconds: { type: "gauge", samples: [{ labels, value: 1_795_348_800.5 }] },
    fleetwarden_samples: { type: "counter", samples: [{ labels, value: 120 }] },
    fleetwarden_anomalous_samples: { type: "counter", samples: [{ labels, value: 7 }] },
    fleetwarden_duplicate_samples: { type: "counter", samples: [{ labels, value: 12 }] },
    fleetwarden_late_samples: { type: "counter", samples: [{ labels, value: 3 }] },
    fleetwarden_rejected: { type: "counter", samples: [{ labels, value: 1 }] },
  });
  expect(found.get("fleetwarden_last_sample_timestamp_seconds")?.unit).toBe("seconds");
});

test("an open incident differs from silence; a learning host has no score; retired hosts are left out", async () => {
  const found = await families(
    aState("b", { incident: anIncident("b") }),
    aState("a", { incident: aSilentIncident("a") }),
    aState("c", { verdict: { score: Number.NaN, epsilon: 8, baseline } }),
    aState("d", { retired: true }),
  );
  const values = (name: string) => found.get(name)?.samples.map(({ labels, value }) => `${labels.host} ${value}`);
  expect(values("fleetwarden_incident_open")).toEqual(["a 1", "b 1", "c 0"]);
  expect(values("fleetwarden_host_up")).toEqual(["a 0", "b 1", "c 1"]);
  expect(values("fleetwarden_score")).toBeUndefined();
  expect(values("fleetwarden_epsilon")).toEqual(["c 8"]);
});

test("without hosts the text is valid and says so", async () => {
  expect((await families()).get("fleetwarden_hosts")?.samples).toEqual([{ labels: {}, value: 0 }]);
});

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }),
  fc.string({ unit: fc.constantFrom("\\", '"', "\n", "n", "{", "}", ",", "=", " "), minLength: 1 }),
);

test("Prometheus reads any name of a host or group unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(anyName, { minLength: 1 }), anyName, async (hosts, group) => {
      const found = await families(...hosts.map((host) => aState(host, { group })));
      const named = found.get("fleetwarden_host_up")?.samples.map(({ labels }) => labels);
      expect(named).toEqual([...hosts].sort().map((host) => ({ host, group })));
    }),
  );
});

test("hosts beyond the limit are counted, not shown", async () => {
  const hosts = Array.from({ length: 10_002 }, (_, i) => aState(`web-${String(i).padStart(6, "0")}`));
  const found = await families(...hosts.reverse());
  expect(found.get("fleetwarden_hosts")?.samples[0]?.value).toBe(10_002);
  expect(found.get("fleetwarden_hosts_left_out")?.samples[0]?.value).toBe(2);
  expect(found.get("fleetwarden_host_up")?.samples).toHaveLength(10_000);
  expect(found.get("fleetwarden_host_up")?.samples[0]?.labels.host).toBe("web-000000");
});

test("collectors of the older text format can read it too: no quotes in help, no times on samples", async () => {
  const text = await openMetrics(some([aState("web-07", { verdict: { score: 1, epsilon: 2, baseline } })]));
  expect(text.match(/^# HELP .*["\\].*$/m)).toBeNull();
  expect(text.match(/^[^#].* \S+ \S+$/m)).toBeNull();
});
