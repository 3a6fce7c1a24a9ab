import type { StatsFs } from "node:fs";
import type { Metric } from "./metric-names.ts";

/** Every other file system is in memory, read-only by nature, part of the kernel, or on another machine. */
const ON_DISK = new Set([
  ...["bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "jfs", "nilfs2", "ntfs3", "reiserfs", "vfat"],
  ...["xfs", "zfs"],
]);
/** A look at what is mounted below another type may wait for a server that is away, or keep an automount mounted. */
const NEVER_BLOCKS = new Set([...ON_DISK, "devtmpfs", "erofs", "overlay", "ramfs", "rootfs", "squashfs", "tmpfs"]);
/** Mounts of the system and of single containers, whose names change with each container. */
const NOBODY_WATCHES = /^\/(dev|proc|run|sys)(\/|$)|^\/var\/lib\/(containerd|containers|docker|kubelet|lxc|lxd)\//;

/** Each brings two metrics, and a record holds 256 (docs/wire-format.md). */
export const MOUNTS_MAX = 16;
/** A record's names have at most 256 characters, the metric's own included. */
const MOUNT_LENGTH_MAX = 200;

/** A line of /proc/<pid>/mountinfo (https://docs.kernel.org/filesystems/proc.html §3.5). */
interface Mount {
  readonly id: string;
  readonly parent: string;
  /** Major and minor number. */
  readonly device: string;
  /** The folder of the file system that is mounted: other than `/` for a bind mount or a subvolume of btrfs. */
  readonly folder: string;
  readonly path: string;
  readonly type: string;
}

/** The paths of the mounted file systems on disks of this machine, one for each, in the order of their paths. */
export function pathsOfMounts(mountinfo: string | null): readonly string[] {
  const mounts = (mountinfo ?? "").split("\n").flatMap((line) => parseMount(line) ?? []);
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  /** A later mount on the same path covers the earlier one. */
  const visible = new Map(mounts.map((mount) => [mount.path, mount]));
  const paths = new Map<string, string>();
  for (const mount of visible.values()) {
    if (!isWatched(mount) || mayBlock(mount, byId)) continue;
    const known = paths.get(mount.device);
    if (known === undefined || mount.path.length < known.length) paths.set(mount.device, mount.path);
  }
  return [...paths.values()].sort();
}

function isWatched({ type, folder, path }: Mount): boolean {
  // A bind mount of a folder, or of a file such as a container's /etc/hosts, is no file system of its own.
  const isWhole = folder === "/" || type === "btrfs";
  return ON_DISK.has(type) && isWhole && !NOBODY_WATCHES.test(path) && path.length <= MOUNT_LENGTH_MAX;
}

function mayBlock(mount: Mount, byId: ReadonlyMap<string, Mount>): boolean {
  const seen = new Set<Mount>();
  for (let above = byId.get(mount.parent); above && !seen.has(above); above = byId.get(above.parent)) {
    if (!NEVER_BLOCKS.has(above.type)) return true;
    seen.add(above);
  }
  return false;
}

function parseMount(line: string): Mount | null {
  const [left = "", right] = line.split(" - ");
  const [id, parent, device, folder, path] = left.split(" ");
  const [type] = right?.split(" ") ?? [];
  return id && parent && device && folder && path && type
    ? { id, parent, device, folder: unescaped(folder), path: unescaped(path), type }
    : null;
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The used part of a mount, for programs without root rights, as `df` counts it. */
export function metricsOfMount(path: string, space: Pick<StatsFs, "blocks" | "bfree" | "bavail" | "files" | "ffree">) {
  const name = path.replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, "_");
  const used = space.blocks - space.bfree;
  const metrics: [Metric, number][] = [];
  if (used + space.bavail > 0) metrics.push([`disk_used_percent:${name}`, (100 * used) / (used + space.bavail)]);
  if (space.files > 0) {
    metrics.push([`disk_inodes_used_percent:${name}`, (100 * (space.files - space.ffree)) / space.files]);
  }
  return metrics;
}
