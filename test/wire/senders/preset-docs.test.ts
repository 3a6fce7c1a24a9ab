import { readFileSync } from "node:fs";
import { METRICS, MOUNT_METRICS } from "../../../lib/agent/metric-names.ts";
import { planFor } from "../../../lib/watch/host-metrics.ts";
import { MEASURES, type Measure, measureName } from "../../../lib/wire/presets/measures.ts";
import { PRESETS, PRESETS_PAGE, withTables } from "./preset-tables.ts";

const page = readFileSync(PRESETS_PAGE, "utf8");
/** The metrics made of these measures, for an instance called /var if a host has several. */
const planned = (measures: readonly Measure[]) =>
  planFor(measures.map((measure) => measureName(measure, MEASURES[measure] === "mount" ? "/var" : undefined))).outputs;
const made = new Set(planned(Object.keys(MEASURES) as Measure[]).map(({ name }) => name));

test("docs/presets.md shows the choice of each preset: `npm run docs` writes it", () => {
  expect(page).toBe(withTables());
});

test("docs/presets.md explains every metric that presets make, and nothing else", () => {
  const [table = ""] = /\| metric \|[\s\S]*?\n\n/.exec(page) ?? [];
  const cells = table.split("\n").map((row) => row.split("|")[1] ?? "");
  const explained = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  expect(new Set(explained)).toEqual(made);
});

test("metrics that the agent also has carry its names", () => {
  expect(MOUNT_METRICS.filter((name) => !made.has(`${name}:/var`))).toEqual([]);
  expect(METRICS.filter((name) => !made.has(name))).toEqual([
    "cpu_throttled_percent",
    "cpu_frequency_mhz",
    "memory_pressure_full_percent",
    "io_pressure_full_percent",
    "file_descriptors_used_percent",
    "temperature_celsius",
  ]);
});

test.each(PRESETS.map((preset) => [preset.sender, preset] as const))(
  "%s: every measure makes a metric",
  (_, preset) => {
    const measures = [...new Set(preset.lines.map(({ to }) => to))];
    // Of two ways to one metric only one is taken, so each is left out once, and all that shares stand in for.
    const shares = measures.filter((one) => one.endsWith("_share"));
    const standIns = measures.filter((one) => !one.startsWith("cpu_") || shares.includes(one));
    const variants = [measures, standIns, ...measures.map((one) => measures.filter((other) => other !== one))];
    const used = new Set(
      variants.flatMap((some) => planned(some).flatMap(({ from }) => from.flat().map((place) => some[place]))),
    );
    expect(measures.filter((measure) => !used.has(measure))).toEqual([]);
  },
);

test("every measure is in a preset", () => {
  const chosen = new Set(PRESETS.flatMap(({ lines }) => lines.map(({ to }) => to)));
  expect(Object.keys(MEASURES).filter((measure) => !chosen.has(measure as Measure))).toEqual([]);
});
