import type { HostState } from "../watch/state.ts";

/** The text format of https://prometheus.io/docs/specs/om/open_metrics_spec/; Prometheus asks for it by this type. */
export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Each host takes about 800 bytes of text. Beyond this, the first by name are shown and the others are counted. */
const METRIC_HOSTS_MAX = 10_000;

interface Shown {
  readonly host: string;
  readonly labels: string;
  /** In the order of `FAMILIES`. */
  readonly values: readonly (number | undefined)[];
}

interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** The last part of the name, if that is a unit. */
  readonly unit?: "seconds";
  /** Has no quotes, because the older format of Prometheus reads them differently. */
  readonly help: string;
  /** Undefined: this host has no such value. */
  readonly valueOf: (state: HostState) => number | undefined;
}

const FAMILIES: readonly Family[] = [
  gauge("score", "Score of the newest sample; above epsilon it is an anomaly.", ({ verdict }) => verdict?.score),
  gauge(
    "epsilon",
    "Threshold on the score, of the baseline that judged the newest sample.",
    ({ verdict }) => verdict?.epsilon,
  ),
  gauge("incident_open", "1 while an incident of the host is open, silence included.", ({ incident }) =>
    Number(incident !== undefined),
  ),
  gauge("host_up", "0 while the host is silent.", ({ incident }) => Number(incident?.kind !== "silent")),
  {
    ...gauge("last_sample_timestamp_seconds", "Time of the newest sample.", ({ newest }) => newest / 1_000),
    unit: "seconds",
  },
  counter("samples", "Samples applied since the host was first seen.", ({ seen }) => seen),
  counter("anomalous_samples", "Samples whose score was above epsilon.", ({ flagged }) => flagged),
  counter(
    "duplicate_samples",
    "Samples that had been applied before, deliveries that the stream repeats among them.",
    ({ ingest }) => ingest.duplicates,
  ),
  counter(
    "late_samples",
    "Samples older than one before them, or than an hour on arrival.",
    ({ ingest }) => ingest.late,
  ),
  counter(
    "rejected",
    "Records, or samples of a record of many, that could not be read.",
    ({ ingest }) => ingest.rejected,
  ),
];

function gauge(name: string, help: string, read: Family["valueOf"]): Family {
  return { name: `fleetwarden_${name}`, type: "gauge", help, valueOf: read };
}

function counter(name: string, help: string, read: Family["valueOf"]): Family {
  return { ...gauge(name, help, read), type: "counter" };
}

/** Writes every host that is not retired as OpenMetrics text, ordered by name. */
export async function openMetrics(hosts: AsyncIterable<HostState> | Iterable<HostState>): Promise<string> {
  const all: Shown[] = [];
  for await (const state of hosts) {
    if (state.retired) continue;
    const labels = `{host="${escaped(state.host)}",group="${escaped(state.group)}"}`;
    all.push({ host: state.host, labels, values: FAMILIES.map((family) => family.valueOf(state)) });
  }
  all.sort((a, b) => (a.host < b.host ? -1 : 1));
  const shown = all.slice(0, METRIC_HOSTS_MAX);
  const lines = [
    ...countLines("fleetwarden_hosts", "Hosts that are watched.", all.length),
    ...countLines("fleetwarden_hosts_left_out", "Of these, hosts that are not shown here.", all.length - shown.length),
    ...FAMILIES.flatMap((family, i) => familyLines(family, i, shown)),
  ];
  return [...lines, "# EOF", ""].join("\n");
}

function countLines(name: string, help: string, count: number): string[] {
  return [...familyHead({ name, type: "gauge", help }), `${name} ${count}`];
}

function familyHead({ name, type, unit, help }: Omit<Family, "valueOf">): string[] {
  return [`# TYPE ${name} ${type}`, ...(unit ? [`# UNIT ${name} ${unit}`] : []), `# HELP ${name} ${help}`];
}

function familyLines(family: Family, i: number, hosts: readonly Shown[]): string[] {
  const suffix = family.type === "counter" ? "_total" : "";
  const lines = hosts.flatMap(({ labels, values }) =>
    Number.isFinite(values[i]) ? [`${family.name}${suffix}${labels} ${values[i]}`] : [],
  );
  return lines.length > 0 ? [...familyHead(family), ...lines] : [];
}

/** Escapes what the value of a label must not contain (the specification, "ABNF", escaped-char). */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
