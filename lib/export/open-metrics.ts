import type { HostState } from "../watch/state.ts";

/** The text format of https://prometheus.io/docs/specs/om/open_metrics_spec/, which Prometheus asks for by this type. */
export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Each host is about 800 bytes of text; of more, the first by name are shown and the others counted. */
const METRIC_HOSTS_MAX = 10_000;

/** What a host has to show, and nothing else of its state. */
type Shown = Pick<HostState, "host" | "group" | "seen" | "newest" | "ingest"> & {
  readonly isOpen: boolean;
  readonly isUp: boolean;
  readonly verdict: HostState["verdict"];
};

interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** The last part of the name where it has one. */
  readonly unit?: "seconds";
  /** Without quotes, which Prometheus' older format reads differently. */
  readonly help: string;
  /** Undefined: nothing to show of this host. */
  readonly valueOf: (host: Shown) => number | undefined;
}

const FAMILIES: readonly Family[] = [
  {
    name: "fleetwarden_score",
    type: "gauge",
    help: "Score of the newest sample; above epsilon it is an anomaly.",
    valueOf: ({ verdict }) => verdict?.score,
  },
  {
    name: "fleetwarden_epsilon",
    type: "gauge",
    help: "Threshold on the score, of the baseline that judged the newest sample.",
    valueOf: ({ verdict }) => verdict?.epsilon,
  },
  {
    name: "fleetwarden_incident_open",
    type: "gauge",
    help: "1 while an incident of the host is open, silence included.",
    valueOf: ({ isOpen }) => Number(isOpen),
  },
  {
    name: "fleetwarden_host_up",
    type: "gauge",
    help: "0 while the host is silent.",
    valueOf: ({ isUp }) => Number(isUp),
  },
  {
    name: "fleetwarden_last_sample_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Time of the newest sample.",
    valueOf: ({ newest }) => newest / 1_000,
  },
  {
    name: "fleetwarden_samples",
    type: "counter",
    help: "Samples applied since the host was first seen.",
    valueOf: ({ seen }) => seen,
  },
  {
    name: "fleetwarden_duplicate_samples",
    type: "counter",
    help: "Samples that had been applied before, deliveries that the stream repeats among them.",
    valueOf: ({ ingest }) => ingest.duplicates,
  },
  {
    name: "fleetwarden_late_samples",
    type: "counter",
    help: "Samples older than one before them, or than an hour on arrival.",
    valueOf: ({ ingest }) => ingest.late,
  },
  {
    name: "fleetwarden_rejected",
    type: "counter",
    help: "Records, or samples of a record of many, that could not be read.",
    valueOf: ({ ingest }) => ingest.rejected,
  },
];

/** Every host that is not retired as OpenMetrics text, in order of the hosts' names. */
export async function openMetrics(hosts: AsyncIterable<HostState>): Promise<string> {
  const all: Shown[] = [];
  for await (const state of hosts) if (!state.retired) all.push(shownOf(state));
  all.sort((a, b) => (a.host < b.host ? -1 : 1));
  const shown = all.slice(0, METRIC_HOSTS_MAX);
  const counts = [
    ...familyHead({ name: "fleetwarden_hosts", type: "gauge", help: "Hosts that are watched." }),
    `fleetwarden_hosts ${all.length}`,
    ...familyHead({
      name: "fleetwarden_hosts_left_out",
      type: "gauge",
      help: "Of these, hosts that are not shown here.",
    }),
    `fleetwarden_hosts_left_out ${all.length - shown.length}`,
  ];
  return [...counts, ...FAMILIES.flatMap((family) => familyLines(family, shown)), "# EOF", ""].join("\n");
}

function shownOf({ host, group, seen, newest, ingest, verdict, incident }: HostState): Shown {
  return {
    ...{ host, group, seen, newest, ingest, verdict },
    isOpen: incident !== undefined,
    isUp: incident?.kind !== "silent",
  };
}

function familyHead({ name, type, unit, help }: Omit<Family, "valueOf">): string[] {
  return [`# TYPE ${name} ${type}`, ...(unit ? [`# UNIT ${name} ${unit}`] : []), `# HELP ${name} ${help}`];
}

function familyLines(family: Family, hosts: readonly Shown[]): string[] {
  const suffix = family.type === "counter" ? "_total" : "";
  const lines = hosts.flatMap((host) => {
    const value = family.valueOf(host);
    return value === undefined || !Number.isFinite(value) ? [] : [`${family.name}${suffix}${labelsOf(host)} ${value}`];
  });
  return lines.length > 0 ? [...familyHead(family), ...lines] : [];
}

function labelsOf({ host, group }: Shown): string {
  return `{host="${escaped(host)}",group="${escaped(group)}"}`;
}

/** What a label's value must not have as it is (the specification, "ABNF", escaped-char). */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
