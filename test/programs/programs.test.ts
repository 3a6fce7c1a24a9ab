// Senders as packaged by Debian, against the twin with the deployed handlers: it has no setting for any of them.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Stream } from "../../lib/agent/stream.ts";
import { DEFAULT_CONFIG } from "../../lib/config/config.ts";
import { createHandlers } from "../../lib/handlers/handlers.ts";
import { openDoor } from "../../lib/listen/door.ts";
import { STREAM_NAME } from "../../lib/local/names.ts";
import { createMemoryStores } from "../../lib/store/memory.ts";
import { freePort, openTwin, withFolder } from "../local/support.ts";

const HOST = "web-07";
const TOKEN = "correct-horse-battery-staple";
/** The first vector is stored within a minute of the first record (ADR 021); the rest is for programs to start. */
const LIMIT = 150_000;

/** The twin with the deployed handlers, a door to it for HTTP, and one for lines of TCP. */
async function openReceiver(folder: string) {
  const stores = createMemoryStores(Date.now);
  const log = (what: string, error?: unknown) => {
    throw new Error(what, { cause: error });
  };
  const twin = await openTwin({
    createHandlers: (env) =>
      createHandlers({ env, stores, clock: Date.now, random: Math.random, config: () => DEFAULT_CONFIG, report, log }),
    schedules: true,
  });
  const stream = new Stream(STREAM_NAME, twin.env);
  const door = await openDoor({
    refused: { note() {}, accept() {} },
    ...{ host: "127.0.0.1", port: 0, token: TOKEN, put: (record) => stream.put(record), clock: Date.now, log },
    page: (_, response) => response.end(),
  });
  const programs: (() => Promise<void>)[] = [];
  const dead: string[] = [];
  return {
    folder,
    door: door.url,
    env: twin.env,
    stream,
    stop: programs,
    /** Starts a program in the foreground. */
    run(command: string, args: readonly string[]): void {
      const child = spawn(command, args, { cwd: folder });
      let printed = "";
      for (const output of [child.stdout, child.stderr])
        output.on("data", (text) => {
          printed = `${printed}${text}`.slice(-10_000);
        });
      const closed = once(child, "close").then(() => dead.push(`${command} ended: ${printed}`));
      programs.push(async () => {
        child.kill();
        await closed;
      });
    },
    /** The names of the first vector of the host that is stored. */
    async firstVector(isWhole: (names: readonly string[]) => boolean): Promise<readonly string[]> {
      for (;;) {
        if (dead.length > 0) throw new Error(dead.join("\n"));
        for await (const { schema } of stores.history.read(HOST, 0, Number.MAX_SAFE_INTEGER))
          if (isWhole(schema.names)) return schema.names;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    async close(): Promise<void> {
      for (const stop of programs) await stop();
      await door.close();
      stream.close();
      await twin.close();
    },
  };
}

type Receiver = Awaited<ReturnType<typeof openReceiver>>;

function report(): void {}

interface Program {
  readonly name: string;
  /** Programs that it takes. */
  readonly needs: readonly string[];
  readonly start: (receiver: Receiver) => Promise<void>;
  /** Metrics of the first vector, with the names that the page shows. */
  readonly metrics: readonly string[];
}

const OF_ANY = ["load_1m", "memory_used_percent", "network_in_bytes_per_second"];

const PROGRAMS: readonly Program[] = [
  {
    name: "collectd posts JSON",
    needs: ["/usr/sbin/collectd"],
    metrics: ["cpu_busy_percent", ...OF_ANY],
    async start({ folder, door, run }) {
      const plugins = ["cpu", "load", "memory", "interface", "df", "write_http"];
      const path = join(folder, "collectd.conf");
      await writeFile(
        path,
        `Hostname "${HOST}"
FQDNLookup false
Interval 1
BaseDir "${folder}"
PIDFile "${folder}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
${plugins.map((plugin) => `LoadPlugin ${plugin}`).join("\n")}
<Plugin write_http>
  <Node "fleetwarden">
    URL "${door}/v1/records"
    User "collectd"
    Password "${TOKEN}"
    Format "JSON"
  </Node>
</Plugin>
`,
      );
      run("/usr/sbin/collectd", ["-f", "-C", path]);
    },
  },
  {
    name: "Prometheus writes what it scrapes from node_exporter",
    needs: ["/usr/bin/prometheus", "/usr/bin/prometheus-node-exporter"],
    metrics: ["cpu_busy_percent", ...OF_ANY],
    async start({ folder, door, run }) {
      const [exporter, own] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
      const path = join(folder, "prometheus.yml");
      const targets = [{ targets: [exporter], labels: { instance: `${HOST}:9100` } }];
      // JSON is YAML.
      await writeFile(
        path,
        JSON.stringify({
          global: { scrape_interval: "1s" },
          scrape_configs: [{ job_name: "node", static_configs: targets }],
          remote_write: [{ url: `${door}/api/v1/write`, authorization: { credentials: TOKEN } }],
        }),
      );
      run("/usr/bin/prometheus-node-exporter", [`--web.listen-address=${exporter}`]);
      const storage = `--storage.tsdb.path=${join(folder, "data")}`;
      run("/usr/bin/prometheus", [`--config.file=${path}`, storage, `--web.listen-address=${own}`]);
    },
  },
  {
    name: "Netdata exports JSON lines, and a bridge puts them on the stream",
    needs: ["/usr/sbin/netdata"],
    metrics: ["cpu_busy_percent", ...OF_ANY],
    async start({ folder, stream, stop, run }) {
      const bridge = createServer((socket) => {
        let rest = "";
        socket.on("data", (text) => {
          const lines = `${rest}${text}`.split("\n");
          rest = lines.pop() ?? "";
          if (lines.length > 0) void stream.put({ host: HOST, data: Buffer.from(lines.join("\n")) });
        });
      }).listen(0, "127.0.0.1");
      await once(bridge, "listening");
      stop.push(async () => void bridge.close());
      const address = bridge.address();
      const port = typeof address === "object" ? address?.port : 0;
      for (const name of ["cache", "lib", "log"]) await mkdir(join(folder, name), { recursive: true });
      await writeFile(
        join(folder, "netdata.conf"),
        `[global]
  run as user = root
  hostname = ${HOST}
[directories]
  config = ${folder}
  cache = ${folder}/cache
  lib = ${folder}/lib
  log = ${folder}/log
[db]
  mode = ram
[web]
  mode = none
[ml]
  enabled = no
[health]
  enabled = no
[plugins]
  apps = no
  cgroups = no
  charts.d = no
  python.d = no
  go.d = no
  perf = no
  ebpf = no
  tc = no
`,
      );
      await writeFile(
        join(folder, "exporting.conf"),
        `[exporting:global]
  enabled = yes
[json:door]
  enabled = yes
  destination = tcp:127.0.0.1:${port}
  data source = average
  update every = 2
`,
      );
      run("/usr/sbin/netdata", ["-D", "-c", join(folder, "netdata.conf"), "-P", join(folder, "netdata.pid")]);
    },
  },
  {
    name: "the AWS CLI puts JSON",
    needs: ["/usr/bin/aws"],
    metrics: ["cpu_percent", "memory_percent"],
    async start({ env }) {
      const row = { host: HOST, time: new Date().toISOString(), metrics: { cpu_percent: 17.6, memory_percent: 15.95 } };
      const put = ["kinesis", "put-record", "--stream-name", STREAM_NAME, "--partition-key", HOST];
      const data = ["--cli-binary-format", "raw-in-base64-out", "--data", JSON.stringify(row)];
      await ended("/usr/bin/aws", [...put, ...data, "--endpoint-url", String(env.AWS_ENDPOINT_URL)]);
    },
  },
  {
    name: "boto3 puts rows as psutil names them",
    needs: ["/usr/bin/python3"],
    metrics: ["cpu_percent", "memory_percent"],
    async start({ env, folder, run }) {
      const path = join(folder, "put.py");
      await writeFile(
        path,
        `import boto3, json, time
client = boto3.client("kinesis", endpoint_url="${env.AWS_ENDPOINT_URL}", region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local")
while True:
    row = {"host": "${HOST}", "timestamp": time.time(), "cpu_percent": 17.6, "memory_percent": 15.95}
    client.put_record(StreamName="${STREAM_NAME}", Data=json.dumps(row).encode(), PartitionKey="${HOST}")
    time.sleep(5)
`,
      );
      run("/usr/bin/python3", [path]);
    },
  },
];

/** Runs a program that ends by itself, with credentials of no account. */
async function ended(command: string, args: readonly string[]): Promise<void> {
  const env = {
    PATH: "/usr/bin:/bin",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_REGION: "us-east-1",
  };
  const child = spawn(command, args, { env: { ...env, AWS_DEFAULT_REGION: env.AWS_REGION } });
  let printed = "";
  child.stderr.on("data", (text) => {
    printed += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command}: ${printed}`);
}

function isThere({ needs }: Program): boolean {
  if (!needs.every((path) => existsSync(path))) return false;
  return !needs.includes("/usr/bin/python3") || spawnSync("/usr/bin/python3", ["-c", "import boto3"]).status === 0;
}

async function playProgram({ start, metrics }: Program): Promise<void> {
  await withFolder(async (folder) => {
    const receiver = await openReceiver(folder);
    try {
      await start(receiver);
      const names = await receiver.firstVector((all) => metrics.every((metric) => all.includes(metric)));
      expect(names.length).toBeLessThanOrEqual(50);
    } finally {
      await receiver.close();
    }
  });
}

for (const program of PROGRAMS) {
  const has = isThere(program);
  const name = `${program.name}, and its host's vectors are stored${has ? "" : " (skipped, it is not installed here)"}`;
  test.concurrent(name, has ? () => playProgram(program) : async () => {}, LIMIT);
}
