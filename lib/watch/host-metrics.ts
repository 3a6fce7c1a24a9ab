import { METRICS_MAX } from "../wire/limits.ts";
import { type Measure, measureIn } from "../wire/presets/measures.ts";
import type { Schema } from "../wire/samples.ts";
import { schemaWith } from "../wire/schemas.ts";

/** How one metric of a host is made of its measures. */
interface Recipe {
  readonly metric: string;
  /** How several instances are joined; each: a metric of its own for each of them. */
  readonly over: "sum" | "mean" | "worst" | "each";
  readonly needs: readonly Measure[];
  /** Measures that some senders do not have: 0 if absent. */
  readonly also?: readonly Measure[];
  /** Whether the metric is what a rate makes within a sample's interval. */
  readonly isGrowth?: true;
  /** Takes the values of `needs` and `also`, in that order. */
  readonly of: (...values: readonly number[]) => number;
}

const sum = (...values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const used = (total = 0, free = 0) => 100 * (1 - free / total);
const share = (part = 0, ...others: readonly number[]) => (100 * part) / sum(part, ...others);

function recipe(metric: string, over: Recipe["over"], needs: readonly Measure[], of: Recipe["of"] = sum): Recipe {
  return { metric, over, needs, of };
}

/**
 * The metrics that presets choose, under the names that the agent has for the same measures. A host has the first of
 * several recipes for one metric whose needs it has.
 */
const RECIPES: readonly Recipe[] = [
  recipe("cpu_busy_percent", "mean", ["cpu_busy"]),
  {
    ...recipe("cpu_busy_percent", "mean", ["cpu_idle"], (idle = 0, wait = 0) => 100 - idle - wait),
    also: ["cpu_iowait"],
  },
  {
    ...recipe("cpu_busy_percent", "mean", ["cpu_user", "cpu_system"]),
    also: ["cpu_nice", "cpu_irq", "cpu_softirq", "cpu_steal"],
  },
  { ...recipe("cpu_user_percent", "mean", ["cpu_user"]), also: ["cpu_nice"] },
  { ...recipe("cpu_system_percent", "mean", ["cpu_system"]), also: ["cpu_irq", "cpu_softirq"] },
  recipe("cpu_iowait_percent", "mean", ["cpu_iowait"]),
  // Shares are used only if a sender has no totals of the same.
  {
    ...recipe("cpu_busy_percent", "mean", ["cpu_idle_share"], (idle = 0, wait = 0) => 100 - idle - wait),
    also: ["cpu_iowait_share"],
  },
  recipe("cpu_user_percent", "mean", ["cpu_user_share"]),
  recipe("cpu_system_percent", "mean", ["cpu_system_share"]),
  recipe("cpu_iowait_percent", "mean", ["cpu_iowait_share"]),
  recipe("cpu_steal_percent", "mean", ["cpu_steal"]),
  recipe("load_1m", "sum", ["load_1m"]),
  recipe("load_5m", "sum", ["load_5m"]),
  recipe("load_15m", "sum", ["load_15m"]),
  recipe("memory_used_percent", "sum", ["memory_available_percent"], (available = 0) => 100 - available),
  recipe("memory_used_percent", "sum", ["memory_total", "memory_available"], used),
  recipe("memory_used_percent", "sum", ["memory_used", "memory_available"], share),
  recipe("memory_used_percent", "sum", ["memory_used_percent"]),
  {
    ...recipe("memory_used_percent", "sum", ["memory_used", "memory_free"], share),
    also: ["memory_cached", "memory_buffers"],
  },
  recipe("memory_available_bytes", "sum", ["memory_available"]),
  { ...recipe("memory_available_bytes", "sum", ["memory_free", "memory_cached"]), also: ["memory_buffers"] },
  recipe("swap_used_percent", "sum", ["swap_used_percent"]),
  recipe("swap_used_percent", "sum", ["swap_total", "swap_free"], used),
  recipe("swap_used_percent", "sum", ["swap_used", "swap_free"], share),
  recipe("swap_pages_per_second", "sum", ["swap_in_pages", "swap_out_pages"]),
  recipe("major_faults_per_second", "sum", ["major_faults"]),
  { ...recipe("oom_kills", "sum", ["oom_kills"]), isGrowth: true },
  recipe("disk_read_bytes_per_second", "sum", ["disk_read_bytes"]),
  recipe("disk_read_bytes_per_second", "sum", ["disk_read_bytes_counted"]),
  recipe("disk_read_bytes_per_second", "sum", ["vm_disk_read_bytes_counted"]),
  recipe("disk_write_bytes_per_second", "sum", ["disk_write_bytes"]),
  recipe("disk_write_bytes_per_second", "sum", ["disk_write_bytes_counted"]),
  recipe("disk_write_bytes_per_second", "sum", ["vm_disk_write_bytes_counted"]),
  recipe("disk_operations_per_second", "sum", ["disk_operations"]),
  recipe("disk_operations_per_second", "sum", ["disk_reads", "disk_writes"]),
  recipe("disk_operations_per_second", "sum", ["disk_reads_counted", "disk_writes_counted"]),
  recipe("disk_operations_per_second", "sum", ["vm_disk_reads_counted", "vm_disk_writes_counted"]),
  recipe("disk_busy_percent", "worst", ["disk_busy"]),
  recipe("disk_busy_percent", "worst", ["disk_busy_counted"]),
  recipe("network_in_bytes_per_second", "sum", ["network_in_bytes"]),
  recipe("network_in_bytes_per_second", "sum", ["network_in_bytes_counted"]),
  recipe("network_in_bytes_per_second", "sum", ["vm_network_in_bytes_counted"]),
  recipe("network_out_bytes_per_second", "sum", ["network_out_bytes"]),
  recipe("network_out_bytes_per_second", "sum", ["network_out_bytes_counted"]),
  recipe("network_out_bytes_per_second", "sum", ["vm_network_out_bytes_counted"]),
  recipe("network_errors_per_second", "sum", ["network_in_errors", "network_out_errors"]),
  recipe("network_errors_per_second", "sum", ["network_in_errors_counted", "network_out_errors_counted"]),
  recipe("network_drops_per_second", "sum", ["network_in_drops", "network_out_drops"]),
  recipe("network_drops_per_second", "sum", ["network_in_drops_counted", "network_out_drops_counted"]),
  recipe("tcp_connections", "sum", ["tcp_connections"]),
  recipe("tcp_retransmits_per_second", "sum", ["tcp_retransmits"]),
  recipe(
    "conntrack_used_percent",
    "sum",
    ["conntrack_entries", "conntrack_max"],
    (entries = 0, max = 0) => (100 * entries) / max,
  ),
  recipe("processes_running", "sum", ["processes_running"]),
  recipe("processes_blocked", "sum", ["processes_blocked"]),
  recipe("processes_zombie", "sum", ["processes_zombie"]),
  recipe("processes_total", "sum", ["processes_total"]),
  recipe("processes_started_per_second", "sum", ["processes_started"]),
  recipe("context_switches_per_second", "sum", ["context_switches"]),
  recipe("file_descriptors_open", "sum", ["file_descriptors_open"]),
  recipe("cpu_pressure_some_percent", "sum", ["cpu_pressure"]),
  recipe("memory_pressure_some_percent", "sum", ["memory_pressure"]),
  recipe("io_pressure_some_percent", "sum", ["io_pressure"]),
  recipe("disk_used_percent", "each", ["mount_used_percent"]),
  recipe("disk_used_percent", "each", ["mount_free_percent"], (free = 0) => 100 - free),
  recipe(
    "disk_used_percent",
    "each",
    ["mount_size", "mount_free", "mount_available"],
    (size = 0, free = 0, available = 0) => share(size - free, available),
  ),
  recipe("disk_used_percent", "each", ["mount_used", "mount_available"], share),
  recipe("disk_used_percent", "each", ["mount_size", "mount_available"], used),
  recipe("disk_used_percent", "each", ["mount_used", "mount_free"], share),
  recipe("disk_inodes_used_percent", "each", ["inodes_used_percent"]),
  recipe("disk_inodes_used_percent", "each", ["inodes_total", "inodes_free"], used),
  recipe(
    "disk_inodes_used_percent",
    "each",
    ["inodes_total", "inodes_used"],
    (total = 0, some = 0) => (100 * some) / total,
  ),
  recipe("disk_inodes_used_percent", "each", ["inodes_used", "inodes_free"], share),
];

/** One metric to judge, and the sources of its values: for each measure of its recipe, the places of its instances. */
interface Output {
  readonly name: string;
  readonly recipe?: Recipe;
  readonly from: readonly (readonly number[])[];
}

/** The plan for a host's names. */
interface Plan {
  /** In the order of their names. */
  readonly outputs: readonly Output[];
  /** Their names. */
  readonly schema: Schema;
  /** Metrics for which there was no room. */
  readonly leftOut: readonly string[];
}

/** Hosts that send the same mostly have one list. */
const PLANS = new WeakMap<readonly string[], Plan>();

/** The plan for these names, the same object for the same list. */
export function planFor(names: readonly string[]): Plan {
  const plan = PLANS.get(names) ?? planOf(names);
  PLANS.set(names, plan);
  return plan;
}

/**
 * The metrics to judge of a host that sends values under these names. First come the metrics made of its measures, then
 * its other names in order, as far as there is room. A metric that the host itself sends under such a name takes its
 * place.
 */
function planOf(names: readonly string[]): Plan {
  const measures = new Map<string, Map<string, number>>();
  const others = new Map<string, number>();
  for (const [place, name] of names.entries()) {
    const found = measureIn(name);
    if (!found) others.set(name, place);
    else measures.set(found.measure, (measures.get(found.measure) ?? new Map()).set(found.instance, place));
  }
  const taken = new Set(others.keys());
  const made: Output[] = [];
  for (const recipe of RECIPES) {
    for (const output of outputsOf(recipe, measures)) {
      if (!taken.has(output.name)) made.push(output);
      taken.add(output.name);
    }
  }
  const sent = inOrderOfNames([...others].map(([name, place]): Output => ({ name, from: [[place]] })));
  const all = [...made, ...sent];
  const outputs = inOrderOfNames(all.slice(0, METRICS_MAX));
  const schema = schemaWith(outputs.map(({ name }) => name));
  return { outputs, schema, leftOut: all.slice(METRICS_MAX).map(({ name }) => name) };
}

function inOrderOfNames(outputs: readonly Output[]): readonly Output[] {
  return outputs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function outputsOf(recipe: Recipe, measures: ReadonlyMap<string, ReadonlyMap<string, number>>): readonly Output[] {
  const { metric, over, needs, also = [] } = recipe;
  const found = needs.map((measure) => measures.get(measure));
  if (found.includes(undefined)) return [];
  const instances = [...found, ...also.map((measure) => measures.get(measure))];
  if (over !== "each") return [{ name: metric, recipe, from: instances.map((of) => [...(of?.values() ?? [])]) }];
  const common = [...(found[0]?.keys() ?? [])].filter((instance) => found.every((of) => of?.has(instance)));
  return common.sort().map((instance) => {
    const from = instances.map((of) => {
      const place = of?.get(instance);
      return place === undefined ? [] : [place];
    });
    return { name: instance === "" ? metric : `${metric}:${instance}`, recipe, from };
  });
}

/** The value at a place; NaN where it is missing; undefined where its instance is gone. */
type ValueAt = (place: number) => number | undefined;

/** A metric's value in one sample of this many seconds; NaN as long as the value of one of its instances is missing. */
export function valueIn({ recipe, from }: Output, at: ValueAt, seconds: number): number {
  const [[only] = []] = from;
  if (!recipe) return (only === undefined ? undefined : at(only)) ?? Number.NaN;
  const joined = from.map((places) => combined(recipe.over, places, at));
  const values = joined.map((one, i) => one ?? (i < recipe.needs.length ? Number.NaN : 0));
  const value = recipe.of(...values) * (recipe.isGrowth ? seconds : 1);
  return Number.isFinite(value) ? inRange(recipe.metric, value) : Number.NaN;
}

/** The joined value of the instances that are not gone; undefined without any. */
function combined(over: Recipe["over"], places: readonly number[], at: ValueAt): number | undefined {
  let [count, total, worst] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const place of places) {
    const value = at(place);
    if (value === undefined) continue;
    count++;
    total += value;
    worst = Math.max(worst, value);
  }
  if (count === 0) return undefined;
  if (over === "worst") return worst;
  return over === "mean" ? total / count : total;
}

/** Counters are read a little before or after their time, so that a share of it may slightly exceed 1. */
function inRange(metric: string, value: number): number {
  return metric.endsWith("_percent") ? Math.min(100, Math.max(0, value)) : value;
}
