import type { Chooser, Point } from "../senders/point.ts";
import { short } from "../senders/series-name.ts";
import { CLOUDWATCH, CONTAINER_INSIGHTS } from "./cloudwatch.ts";
import { COLLECTD } from "./collectd-types.ts";
import { DATADOG } from "./datadog-checks.ts";
import { FLUENT_BIT, ofInterfaces } from "./fluent-bit.ts";
import { METRICBEAT } from "./metricbeat-system.ts";
import { NETDATA } from "./netdata-contexts.ts";
import { NODE_EXPORTER } from "./node-exporter.ts";
import { earlier, OPENTELEMETRY } from "./opentelemetry.ts";
import { chooser } from "./preset.ts";
import { SYSSTAT } from "./sysstat.ts";
import { TELEGRAF } from "./telegraf-inputs.ts";
import { TELEGRAF_WINDOWS } from "./telegraf-windows.ts";
import { VECTOR } from "./vector-host.ts";
import { WINDOWS_EXPORTER } from "./windows-exporter.ts";
import { ZABBIX } from "./zabbix-items.ts";

const exporters = firstOf(chooser(NODE_EXPORTER), chooser(WINDOWS_EXPORTER), itself);
const containers = chooser(CONTAINER_INSIGHTS);
const cloudWatch = firstOf(chooser(CLOUDWATCH), containers);

/** The part that presets choose of the points that a reader finds. */
export const CHOOSERS = {
  cloudWatch,
  collectd: chooser(COLLECTD),
  datadog: chooser(DATADOG),
  emf: containers,
  fluentBit: ofInterfaces(chooser(FLUENT_BIT)),
  metricbeat: chooser(METRICBEAT),
  netdata: chooser(NETDATA),
  /** OTLP also carries metric streams, and the series that a receiver scrapes. */
  otlp: firstOf(earlier(chooser(OPENTELEMETRY)), cloudWatch, exporters),
  prometheus: exporters,
  sysstat: chooser(SYSSTAT),
  telegraf: scraping(firstOf(chooser(TELEGRAF), chooser(TELEGRAF_WINDOWS))),
  vector: firstOf(chooser(VECTOR), exporters),
  zabbix: chooser(ZABBIX),
};

/** node_exporter's own process and Go runtime. Applications have series of the same names about themselves. */
function itself({ series, tags }: Point): "left out" | "unknown" {
  if (!/^(?:go|process|promhttp)_/.test(series)) return "unknown";
  const [address, job] = [tags?.instance ?? tags?.url, tags?.job].map((tag) => short(String(tag)));
  const isItself = /:9100\b/.test(address ?? "") || /node/.test(job ?? "");
  return isItself ? "left out" : "unknown";
}

function firstOf(...choosers: readonly Chooser[]): Chooser {
  return (point) => {
    for (const choose of choosers) {
      const choice = choose(point);
      if (choice !== "unknown") return choice;
    }
    return "unknown";
  };
}

/** Telegraf's input that scrapes exporters gives the same name to all of them, and fields with the exporters' names. */
function scraping(choose: Chooser): Chooser {
  return (point: Point) => {
    if (point.series !== "prometheus" || point.field === undefined) return choose(point);
    const { field: series, ...rest } = point;
    return exporters({ ...rest, series });
  };
}
