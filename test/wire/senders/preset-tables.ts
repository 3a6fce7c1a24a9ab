// `npm run docs` writes the presets into docs/presets.md, around which the prose is written by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLOUDWATCH, CONTAINER_INSIGHTS } from "../../../lib/wire/presets/cloudwatch.ts";
import { COLLECTD } from "../../../lib/wire/presets/collectd-types.ts";
import { DATADOG } from "../../../lib/wire/presets/datadog-checks.ts";
import { FLUENT_BIT } from "../../../lib/wire/presets/fluent-bit.ts";
import { METRICBEAT } from "../../../lib/wire/presets/metricbeat-system.ts";
import { NETDATA } from "../../../lib/wire/presets/netdata-contexts.ts";
import { NODE_EXPORTER } from "../../../lib/wire/presets/node-exporter.ts";
import { OPENTELEMETRY } from "../../../lib/wire/presets/opentelemetry.ts";
import type { Line, Preset } from "../../../lib/wire/presets/preset.ts";
import { SYSSTAT } from "../../../lib/wire/presets/sysstat.ts";
import { TELEGRAF } from "../../../lib/wire/presets/telegraf-inputs.ts";
import { TELEGRAF_WINDOWS } from "../../../lib/wire/presets/telegraf-windows.ts";
import { VECTOR } from "../../../lib/wire/presets/vector-host.ts";
import { WINDOWS_EXPORTER } from "../../../lib/wire/presets/windows-exporter.ts";
import { ZABBIX } from "../../../lib/wire/presets/zabbix-items.ts";

export const PRESETS_PAGE = join(import.meta.dirname, "../../../docs/presets.md");

/** In the order of docs/senders.md. */
export const PRESETS: readonly Preset[] = [
  TELEGRAF,
  TELEGRAF_WINDOWS,
  FLUENT_BIT,
  VECTOR,
  OPENTELEMETRY,
  CLOUDWATCH,
  CONTAINER_INSIGHTS,
  NODE_EXPORTER,
  WINDOWS_EXPORTER,
  COLLECTD,
  NETDATA,
  DATADOG,
  METRICBEAT,
  ZABBIX,
  SYSSTAT,
];

const TABLES = /(<!-- presets -->\n)[\s\S]*(<!-- \/presets -->)/;

/** The page with the tables of the presets as they are now. */
export function withTables(): string {
  return readFileSync(PRESETS_PAGE, "utf8").replace(
    TABLES,
    (_, start, end) => `${start}${PRESETS.map(table).join("")}${end}`,
  );
}

function table({ sender, lines }: Preset): string {
  const measures = [...new Set(lines.map(({ to }) => to))];
  const rows = measures.map((measure) => {
    const from = lines.filter(({ to }) => to === measure).map(shown);
    return `| \`${measure}\` | ${from.join("; ")} |\n`;
  });
  return `\n### ${sender}\n\n| measure | series |\n|---|---|\n${rows.join("")}\n`;
}

function shown({ series, field, where = {}, times = 1, isTotal }: Line): string {
  const tags = Object.entries(where).map(([tag, value]) => `${tag}=${value}`);
  const named = `\`${series}${field === undefined ? "" : ` ${field}`}${tags.length > 0 ? `{${tags.join(", ")}}` : ""}\``;
  return `${named}${times === 1 ? "" : ` × ${times}`}${isTotal ? ", total" : ""}`;
}
