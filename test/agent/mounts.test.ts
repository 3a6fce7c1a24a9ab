import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCollector, type Sample } from "../../lib/agent/collect.ts";
import { metricsOfMount, pathsOfMounts } from "../../lib/agent/mounts.ts";

const HOUR = 3_600_000;

/** Lines of mountinfo: number, number of the mount above, device, folder, path, type. */
const mountinfo = (...mounts: readonly string[]) =>
  mounts
    .map((mount) => mount.split(" "))
    .map(([id, above, device, folder, path, type]) =>
      [id, above, device, folder, path, "rw,relatime shared:1", "-", type, "/dev/any", "rw"].join(" "),
    )
    .join("\n");

test.each<[string, string[], string[]]>([
  ["file systems on disks", ["1 0 8:1 / / ext4", "2 1 8:2 / /var xfs", "3 1 0:9 / /data zfs"], ["/", "/data", "/var"]],
  [
    "none of the kernel, in memory, of packages or of containers",
    [
      ...["1 0 8:1 / / ext4", "2 1 0:2 / /proc proc", "3 1 0:3 / /dev/shm tmpfs", "4 1 7:0 / /snap/core squashfs"],
      ...["5 1 0:5 / /var/lib/docker/overlay2/0a/merged overlay", "6 1 8:6 / /var/lib/kubelet/pods/0a/volume ext4"],
      ...["7 1 8:7 / /run/media/me/stick vfat", "8 1 0:8 / /sys/fs/cgroup cgroup2"],
    ],
    ["/"],
  ],
  ["a disk of its own for containers", ["1 0 8:1 / / ext4", "2 1 8:2 / /var/lib/docker xfs"], ["/", "/var/lib/docker"]],
  [
    "no network file system, nor what is mounted below one or by an automount: a look could wait for ever",
    [
      ...["1 0 8:1 / / ext4", "2 1 0:2 / /net nfs4", "3 2 8:3 / /net/one/disk ext4", "4 3 8:4 / /net/one/disk/x xfs"],
      ...["5 1 0:5 / /efi autofs", "6 5 8:6 / /efi vfat", "7 1 0:7 / /s3 fuse.s3fs", "8 1 0:8 / /share cifs"],
    ],
    ["/"],
  ],
  [
    "each file system once, by its shortest path, and no bind mount",
    ["1 0 8:1 / / ext4", "2 1 8:2 / /srv/data ext4", "3 1 8:2 / /data ext4", "4 1 8:1 /var/www /www ext4"],
    ["/", "/data"],
  ],
  ["subvolumes of btrfs once", ["1 0 0:30 /@ / btrfs", "2 1 0:30 /@home /home btrfs"], ["/"]],
  ["the mount that covers an earlier one", ["1 0 8:1 / / ext4", "2 1 8:2 / /a ext4", "3 2 0:3 / /a tmpfs"], ["/"]],
  ["names with blanks as they are", ["1 0 8:1 / /my\\040disk ext4"], ["/my disk"]],
  ["nothing in a text that is no list of mounts", ["hello", ""], []],
])("watches %s", (_, mounts, expected) => {
  expect(pathsOfMounts(mountinfo(...mounts))).toEqual(expected);
});

test("use is counted as df counts it: blocks kept for root are neither used nor free", () => {
  // 1000 blocks, 400 of them free, 350 of these for everybody: 600 / (600 + 350).
  const space = { blocks: 1000, bfree: 400, bavail: 350, files: 200, ffree: 150 };
  expect(metricsOfMount("/var", space)).toEqual([
    ["disk_used_percent:/var", expect.closeTo(63.1578947, 6)],
    ["disk_inodes_used_percent:/var", 25],
  ]);
});

test("a file system without a fixed number of inodes has no such metric, and one of no size none at all", () => {
  const space = { blocks: 10, bfree: 5, bavail: 5, files: 0, ffree: 0 };
  expect(metricsOfMount("/my disk", space)).toEqual([["disk_used_percent:/my_disk", 50]]);
  expect(metricsOfMount("/none", { blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 })).toEqual([]);
});

describe("on Linux", () => {
  let root: string;
  let lines: string[];
  let now: number;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "fleetwarden-mounts-"));
    lines = [];
    now = 0;
    mkdirSync(join(root, "proc/1"), { recursive: true });
    writeFileSync(join(root, "proc/loadavg"), "1 2 3 1/2 3");
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const mountAt = (...mounts: readonly string[]) => writeFileSync(join(root, "proc/1/mountinfo"), mountinfo(...mounts));
  const open = () => openCollector({ platform: "linux", root, clock: () => now, log: (line) => lines.push(line) });

  const disks = ({ names, row }: Sample) =>
    names.flatMap((name, i) => (name.startsWith("disk_used") ? [[name.slice(18), row[i] !== null]] : []));

  test("a mount that appears changes the names; one that goes keeps them for two hours, without values", async () => {
    mkdirSync(join(root, "data"));
    mountAt("1 0 8:1 / / ext4");
    const collect = await open();
    const alone = await collect();
    mountAt("1 0 8:1 / / ext4", "2 1 8:2 / /data ext4");
    const together = await collect();
    mountAt("1 0 8:1 / / ext4");
    now = 2 * HOUR;
    const gone = await collect();
    now = 2 * HOUR + 1;
    expect([alone, together, gone, await collect()].map(disks)).toEqual([
      [["/", true]],
      [
        ["/", true],
        ["/data", true],
      ],
      [
        ["/", true],
        ["/data", false],
      ],
      [["/", true]],
    ]);
    // The same names are the same list, so that a record goes on.
    expect([together.names === alone.names, gone.names === together.names]).toEqual([false, true]);
  });

  test("mounts with a new name each time push those that are gone out, oldest first", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `/snapshot-${10 + i}`);
    mountAt("1 0 8:1 / / ext4");
    const collect = await open();
    for (const name of names) {
      mkdirSync(join(root, name));
      mountAt("1 0 8:1 / / ext4", `2 1 8:2 / ${name} ext4`);
      await collect();
    }
    expect(disks(await collect()).map(([mount]) => mount)).toEqual(["/", ...names.slice(-15)]);
  });

  test("the first 16 of many mounts are measured, and one line names the first that is not", async () => {
    const mounts = Array.from({ length: 20 }, (_, i) => `/m${String(i).padStart(2, "0")}`);
    for (const mount of mounts) mkdirSync(join(root, mount));
    mountAt(...mounts.map((mount, i) => `${i + 1} 0 8:${i} / ${mount} xfs`));
    const collect = await open();
    await collect();
    const { names } = await collect();
    expect(names.filter((name) => name.startsWith("disk_used"))).toEqual(
      mounts.slice(0, 16).map((mount) => `disk_used_percent:${mount}`),
    );
    expect(lines).toEqual(["20 file systems are mounted: the agent measures the first 16, not /m16 and later"]);
  });

  test("df says the same of this machine's disks", async () => {
    symlinkSync("/tmp", join(root, "tmp"));
    mountAt("1 0 8:1 / /tmp ext4");
    const { names, row } = await (await open())();
    const columns = execFileSync("df", ["-P", "/tmp"], { encoding: "utf8" }).trim().split("\n")[1]!.split(/\s+/);
    // df rounds up to whole percents.
    const used = row[names.indexOf("disk_used_percent:/tmp")]!;
    expect(Math.abs(Math.ceil(used) - Number.parseInt(columns[4]!, 10))).toBeLessThanOrEqual(1);
  });
});
