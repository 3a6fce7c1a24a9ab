import {
  busyCpu,
  type Change,
  fillingDisk,
  flood,
  heavierRelease,
  leak,
  saturatedDisk,
  slowDependency,
} from "../lib/demo/fault.ts";
import { HOUR_MS, MINUTE_MS } from "../lib/time.ts";

/** A way to break hosts, one button each. */
export interface Breakage {
  readonly id: string;
  /** On the button. */
  readonly title: string;
  /** One sentence about the fault, for the button's tooltip. */
  readonly story: string;
  /** The chosen host, all of its group, or half of that. */
  readonly scope: "host" | "group" | "half";
  /** In milliseconds. */
  readonly lasts: number;
  /** Absent: the hosts send nothing. */
  readonly change?: Change;
}

export const BREAKAGES: readonly Breakage[] = [
  {
    id: "cpu",
    title: "CPU hog",
    story: "A process keeps all cores of the host busy for 15 minutes.",
    scope: "host",
    lasts: 15 * MINUTE_MS,
    change: busyCpu,
  },
  {
    id: "leak",
    title: "Memory leak",
    story: "A process takes all memory of the host within an hour. Then somebody restarts it.",
    scope: "host",
    lasts: HOUR_MS,
    change: leak,
  },
  {
    id: "disk",
    title: "Disk filling up",
    story: "A log fills the disk of the host within an hour. Then somebody deletes it.",
    scope: "host",
    lasts: HOUR_MS,
    change: fillingDisk,
  },
  {
    id: "slow-disk",
    title: "Slow disk",
    story: "A backup keeps the disk of the host busy for 20 minutes.",
    scope: "host",
    lasts: 20 * MINUTE_MS,
    change: saturatedDisk,
  },
  {
    id: "flood",
    title: "Network flood",
    story: "The host gets thirty times its usual traffic for 15 minutes.",
    scope: "host",
    lasts: 15 * MINUTE_MS,
    change: flood,
  },
  {
    id: "release",
    title: "New release",
    story: "A new release takes more memory and answers more slowly until you repair it.",
    scope: "host",
    lasts: Number.POSITIVE_INFINITY,
    change: heavierRelease,
  },
  {
    id: "down",
    title: "Host down",
    story: "The host sends nothing for 20 minutes.",
    scope: "host",
    lasts: 20 * MINUTE_MS,
  },
  {
    id: "half",
    title: "Half a group down",
    story: "Half of the hosts of its group send nothing for 20 minutes.",
    scope: "half",
    lasts: 20 * MINUTE_MS,
  },
  {
    id: "slow",
    title: "Slow dependency",
    story: "A service that all hosts of its group need answers slowly for 20 minutes.",
    scope: "group",
    lasts: 20 * MINUTE_MS,
    change: slowDependency,
  },
];
