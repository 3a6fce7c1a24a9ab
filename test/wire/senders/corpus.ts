// Records as other senders write them, with values and wording of our own, and their readings, worked out by hand.
import { cloudWatch } from "./corpus/cloud-watch.ts";
import { collectd } from "./corpus/collectd.ts";
import { datadog } from "./corpus/datadog.ts";
import type { Example } from "./corpus/example.ts";
import { fluentBit } from "./corpus/fluent-bit.ts";
import { graphite } from "./corpus/graphite.ts";
import { metricbeat } from "./corpus/metricbeat.ts";
import { netdata } from "./corpus/netdata.ts";
import { openTelemetry } from "./corpus/open-telemetry.ts";
import { prometheus } from "./corpus/prometheus.ts";
import { rows } from "./corpus/rows.ts";
import { sadf } from "./corpus/sadf.ts";
import { statsd } from "./corpus/statsd.ts";
import { telegraf } from "./corpus/telegraf.ts";
import { vector } from "./corpus/vector.ts";
import { zabbix } from "./corpus/zabbix.ts";

export const CORPUS: readonly Example[] = [
  ...telegraf,
  ...vector,
  ...fluentBit,
  ...rows,
  ...openTelemetry,
  ...cloudWatch,
  ...prometheus,
  ...collectd,
  ...graphite,
  ...statsd,
  ...datadog,
  ...metricbeat,
  ...netdata,
  ...zabbix,
  ...sadf,
];
