import type { Measure } from "./measures.ts";
import { linesOf, type Preset } from "./preset.ts";

/** Names of items in Zabbix's template "Linux by Zabbix agent". */
const ITEMS: Readonly<Record<string, Measure>> = {
  "CPU utilization": "cpu_busy",
  ...{ "CPU user time": "cpu_user", "CPU nice time": "cpu_nice", "CPU system time": "cpu_system" },
  ...{ "CPU interrupt time": "cpu_irq", "CPU softirq time": "cpu_softirq", "CPU steal time": "cpu_steal" },
  ...{ "CPU idle time": "cpu_idle", "CPU iowait time": "cpu_iowait" },
  ...{ "Load average (1m avg)": "load_1m", "Load average (5m avg)": "load_5m", "Load average (15m avg)": "load_15m" },
  ...{ "Memory utilization": "memory_used_percent", "Available memory": "memory_available" },
  ...{ "Total swap space": "swap_total", "Free swap space": "swap_free" },
  ...{ "Number of running processes": "processes_running", "Number of processes": "processes_total" },
  "Context switches per second": "context_switches",
};

/** Zabbix's items have the names that people gave them: other items stay. */
export const ZABBIX: Preset = {
  sender: "Zabbix",
  // None.
  families: /^(?!)/,
  tags: {},
  lines: linesOf(ITEMS, (series) => ({ series })),
};
