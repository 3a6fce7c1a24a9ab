import type { Tags } from "./point.ts";

/**
 * Workloads and their containers. A pod or a container has a random name or id, which each release changes
 * (https://opentelemetry.io/docs/specs/semconv/resource/k8s/).
 */
const OF_CONTAINERS = [
  "k8s.namespace.name",
  ...["k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.cronjob.name"],
  ...["k8s.container.name", "k8s.persistentvolumeclaim.name", "container.name"],
];

/** Tags that say whose series it is. Their values come first in a name, in this order. */
export const OWNERS = ["service.name", "job", "process.executable.name", ...OF_CONTAINERS];

/** SDKs make this name, with the executable's behind it, where nobody has named the service. */
const UNNAMED = "unknown_service";

/** The attributes of a resource of OTLP that distinguish its series from those of the host's other resources. */
export function ownersOf(series: string, resource: Tags): Tags {
  const { "service.name": service } = resource;
  const isNamed = typeof service === "string" && !service.startsWith(UNNAMED);
  const owners = isNamed ? ["service.name"] : series.startsWith("process.") ? ["process.executable.name"] : [];
  // A service may have these attributes, too. Its own name distinguishes its series.
  if (/^(?:container|k8s)\./.test(series)) owners.push(...OF_CONTAINERS);
  return Object.fromEntries(owners.map((name) => [name, resource[name]]));
}
