import * as m from "./machine.ts";

type Attributes = Readonly<Record<string, string>>;
type Point = readonly [value: number, attributes?: Attributes];

/** The host metrics receiver with all its scrapers, one request of OTLP for each metric. */
export function openTelemetry(n: number): readonly unknown[] {
  const requests: unknown[] = [];
  const timeUnixNano = `${m.secondsAt(n)}000000000`;
  const attributesOf = (attributes: Attributes) =>
    Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const resource = { attributes: attributesOf({ "host.name": m.HOST, "os.type": "linux" }) };
  const send = (metric: object) =>
    requests.push({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] });
  const pointsOf = (points: readonly Point[]) =>
    points.map(([asDouble, attributes = {}]) => ({ timeUnixNano, asDouble, attributes: attributesOf(attributes) }));
  const gauge = (name: string, points: readonly Point[]) => send({ name, gauge: { dataPoints: pointsOf(points) } });
  const sum = (name: string, isMonotonic: boolean, points: readonly Point[]) =>
    send({ name, sum: { aggregationTemporality: 2, isMonotonic, dataPoints: pointsOf(points) } });
  const total = (perSecond: number, attributes: Attributes): Point => [m.grown(perSecond, n), attributes];

  const states = { irq: "interrupt", iowait: "wait" } as Readonly<Record<string, string>>;
  const times = m.CPUS.flatMap((modes, i) =>
    Object.entries(modes).map(([mode, percent]) =>
      total(percent / 100, { cpu: `cpu${i}`, state: states[mode] ?? mode }),
    ),
  );
  sum("system.cpu.time", true, times);
  for (const [i, minutes] of [1, 5, 15].entries()) gauge(`system.cpu.load_average.${minutes}m`, [[m.LOAD[i]!]]);
  const { used, free, cached, buffers: buffered } = m.MEMORY;
  const memory = { used, free, cached, buffered, slab_reclaimable: 1e8, slab_unreclaimable: 5e7 };
  sum(
    "system.memory.usage",
    false,
    Object.entries(memory).map(([state, value]) => [value, { state }]),
  );
  const swap = { used: m.SWAP.used, free: m.SWAP.free, cached: 0 };
  sum(
    "system.paging.usage",
    false,
    Object.entries(swap).map(([state, value]) => [value, { device: "/dev/sda2", state }]),
  );
  sum("system.paging.faults", true, [total(m.FAULTS.major, { type: "major" }), total(900, { type: "minor" })]);
  sum("system.paging.operations", true, [total(4, { direction: "page_in", type: "minor" })]);

  const disks = Object.entries(m.DISKS);
  const both = (of: (device: string, direction: string) => number) =>
    disks.flatMap(([device]) =>
      ["read", "write"].map((direction) => total(of(device, direction), { device, direction })),
    );
  sum(
    "system.disk.io",
    true,
    both((device, direction) => m.DISKS[device]![direction as "read"]),
  );
  sum(
    "system.disk.operations",
    true,
    both((device, direction) => m.DISKS[device]![`${direction}s` as "reads"]),
  );
  sum(
    "system.disk.merged",
    true,
    both(() => 1),
  );
  sum(
    "system.disk.operation_time",
    true,
    both(() => 0.1),
  );
  sum(
    "system.disk.io_time",
    true,
    disks.map(([device, { busy }]) => total(busy / 100, { device })),
  );
  sum(
    "system.disk.weighted_io_time",
    true,
    disks.map(([device]) => total(0.5, { device })),
  );
  sum(
    "system.disk.pending_operations",
    false,
    disks.map(([device]) => [1, { device }]),
  );
  const mounts = m.MOUNTS.map(({ mount: mountpoint, device, type, ...mount }) => {
    return { attributes: { device: `/dev/${device}`, mode: "rw", mountpoint, type }, mount };
  });
  const usage = mounts.flatMap(({ attributes, mount }): readonly Point[] => [
    [mount.used, { ...attributes, state: "used" }],
    [mount.available, { ...attributes, state: "free" }],
    [mount.size - mount.used - mount.available, { ...attributes, state: "reserved" }],
  ]);
  sum("system.filesystem.usage", false, usage);
  const inodes = mounts.flatMap(({ attributes, mount }): readonly Point[] => [
    [mount.inodesUsed, { ...attributes, state: "used" }],
    [mount.inodes - mount.inodesUsed, { ...attributes, state: "free" }],
  ]);
  sum("system.filesystem.inodes.usage", false, inodes);

  const networks = (of: (network: (typeof m.NETWORKS)[string]) => readonly [number, number]) =>
    Object.entries(m.NETWORKS).flatMap(([device, network]) => {
      const [received, sent] = of(network);
      return [total(received, { device, direction: "receive" }), total(sent, { device, direction: "transmit" })];
    });
  sum(
    "system.network.io",
    true,
    networks((network) => [network.in, network.out]),
  );
  sum(
    "system.network.errors",
    true,
    networks((network) => [network.errorsIn, network.errorsOut]),
  );
  sum(
    "system.network.dropped",
    true,
    networks((network) => [network.dropsIn, network.dropsOut]),
  );
  sum(
    "system.network.packets",
    true,
    networks(() => [90, 80]),
  );
  const connections = { ESTABLISHED: m.TCP.established, LISTEN: 12, TIME_WAIT: 9 };
  sum(
    "system.network.connections",
    false,
    Object.entries(connections).map(([state, value]) => [value, { protocol: "tcp", state }]),
  );
  sum("system.network.conntrack.count", false, [[m.CONNTRACK.entries]]);
  sum("system.network.conntrack.max", false, [[m.CONNTRACK.max]]);
  const processes = {
    running: m.PROCESSES.running,
    blocked: m.PROCESSES.blocked,
    zombies: m.PROCESSES.zombies,
    sleeping: 200,
  };
  sum(
    "system.processes.count",
    false,
    Object.entries(processes).map(([status, value]) => [value, { status }]),
  );
  sum("system.processes.created", true, [total(m.PROCESSES.started, {})]);
  return requests;
}

/** What the semantic conventions call the attributes of each part of the host since version 1.27. */
const LATER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cpu: { cpu: "cpu.logical_number", state: "cpu.mode" },
  memory: { state: "system.memory.state" },
  paging: { state: "system.paging.state", type: "system.paging.fault.type", device: "system.device" },
  disk: { direction: "disk.io.direction", device: "system.device" },
  filesystem: {
    state: "system.filesystem.state",
    type: "system.filesystem.type",
    mountpoint: "system.filesystem.mountpoint",
    device: "system.device",
  },
  network: {
    direction: "network.io.direction",
    device: "network.interface.name",
    state: "network.connection.state",
  },
  processes: { status: "process.state" },
};
const LATER_WORDS: Readonly<Record<string, string>> = {
  ...{ wait: "iowait", buffered: "buffers", ESTABLISHED: "established", zombies: "defunct" },
  "system.network.connections": "system.network.connection.count",
  "system.network.dropped": "system.network.packet.dropped",
  "system.processes.count": "system.process.count",
  "system.processes.created": "system.process.created",
};

/** The same in the later conventions. */
export function openTelemetryLater(n: number): readonly unknown[] {
  return openTelemetry(n).map((request) => {
    const [, part = ""] = /"name":"system\.(\w+)/.exec(JSON.stringify(request)) ?? [];
    return JSON.parse(JSON.stringify(request), (key, value: unknown) => {
      if (typeof value !== "string") return value;
      if (key === "key") return LATER[part]?.[value] ?? value;
      return key === "name" || key === "stringValue" ? (LATER_WORDS[value] ?? value) : value;
    });
  });
}
