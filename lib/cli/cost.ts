import { Command, Option } from "commander";
import { billOf, totalOf } from "../cost/bill.ts";
import { billMarkdown, billTable, limitsMarkdown, limitsTable } from "../cost/bill-text.ts";
import { SCALE_MAX, TARGET, type Term } from "../cost/capacity.ts";
import { consumedMetrics, consumedUsage, NOT_CONSUMED } from "../cost/consumed.ts";
import { MONTH_MS } from "../cost/expected-usage.ts";
import { type FleetBill, fleetBill, type SizedBill } from "../cost/fleet-bill.ts";
import { PRICES } from "../cost/prices.ts";
import { scaled, type Usage } from "../cost/usage.ts";
import { duration } from "../notify/time.ts";
import { STREAM } from "../resources.ts";
import type { Stores } from "../store/stores.ts";
import { MINUTE_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { KEPT_MS, readKept, readMetrics, stackNames, withLogGroups } from "./cloud-watch.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { readMeter } from "./read-meter.ts";
import { type Target, type TargetOptions, withTarget } from "./target.ts";

interface Options extends TargetOptions {
  readonly hosts?: readonly number[];
  readonly interval: number;
  readonly flush: number;
  readonly refitEvery: number;
  readonly stacks?: number;
  readonly shards?: number;
  readonly capacity: "on-demand" | "provisioned";
  readonly reserved?: Term;
  readonly last: number;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

export function costCommand(): Command {
  return withTarget(new Command("cost"))
    .option("--hosts <n,…>", "compute the bill of fleets of so many hosts instead of asking the twin", hostsArgument)
    .addOption(durationOption("--interval <duration>", "with --hosts: time between two samples of a host", "10s"))
    .addOption(durationOption("--flush <duration>", "with --hosts: time between two records of a host", "60s"))
    .addOption(durationOption("--refit-every <duration>", "with --hosts: time between two refits of a host", "1d"))
    .option("--stacks <n>", "with --hosts: stacks that share them (default: as many as the limits need)", countArgument)
    .option("--shards <n>", "with --hosts: shards of each stream (default: as many as the records need)", countArgument)
    .addOption(
      new Option("--capacity <mode>", "with --hosts: the option capacity of the stack")
        .choices(["on-demand", "provisioned"])
        .default("on-demand"),
    )
    .addOption(
      new Option(
        "--reserved <term>",
        "with --capacity provisioned: the term for which you reserve that capacity",
      ).choices(Object.keys(PRICES.reserved.saved)),
    )
    .addOption(durationOption("--last <duration>", "with --stack: the time that CloudWatch sums up", "24h"))
    .option("--markdown", "print a table of Markdown")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  fleetwarden cost --hosts 1000 --interval 10s --flush 60s\n" +
        "  fleetwarden cost --stack Fleetwarden --last 24h",
    )
    .action(async (options: Options) => {
      const { fleets, about, sized } = await billsFor(options);
      print(options.json, { prices: PRICES, about, fleets: fleets.map(withTotal) }, () =>
        (options.markdown
          ? [billMarkdown(fleets), ...(sized ? [limitsMarkdown(sized)] : [])]
          : [billTable(fleets), `${about} ${PRICED}`, ...(sized ? [limitsTable(sized), LIMITS] : [])]
        ).join("\n\n"),
      );
    });
}

async function billsFor(options: Options): Promise<Bills> {
  const { hosts, stack, last } = options;
  if (hosts && stack !== undefined)
    throw new UserError("--hosts computes a fleet and --stack reads a stack: name one of them");
  if (hosts) return computed(options, hosts);
  if (last > KEPT_MS) throw new UserError(`--last is longer than ${duration(KEPT_MS)}: CloudWatch keeps no more`);
  return withStores(options, (stores, target) =>
    target.isTwin ? metered(stores, target) : consumed(stores, target, last),
  );
}

const PRICED = `Prices of ${PRICES.region}, ${PRICES.asOf}, without the free tier. Mails, texts and posts come on top.`;

const CAPACITY =
  `A calm fleet uses ${100 * TARGET} % of what is provisioned: ` +
  "the hosts table, and the history where that is cheaper. " +
  `Trouble may scale it up to ${SCALE_MAX} times for a while.`;

const LIMITS =
  "The shares are those of one stack; --stacks asks for fewer or more. " +
  "Beyond 100 % of the refits, hosts wait longer for theirs than configured. " +
  "Beyond 100 % of the models, scorers read some again (docs/deploying.md#sizing).";

function hostsArgument(text: string): readonly number[] {
  return text.split(",").map((one) => countArgument(one));
}

interface Bills {
  readonly fleets: readonly FleetBill[];
  /** How far computed fleets use a stack. */
  readonly sized?: readonly SizedBill[];
  /** Where the figures come from: sentences. */
  readonly about: string;
}

function computed(
  { interval: intervalMs, flush: flushMs, refitEvery: refitEveryMs, stacks, shards, capacity, reserved }: Options,
  counts: readonly number[],
): Bills {
  if (flushMs < intervalMs)
    throw new UserError(
      "--flush is shorter than --interval: a record has at least one sample, so give the same or more",
    );
  if (reserved && capacity !== "provisioned")
    throw new UserError("--reserved needs --capacity provisioned: DynamoDB reserves no capacity of tables on demand");
  const sized = {
    ...(stacks === undefined ? {} : { stacks }),
    ...(shards === undefined ? {} : { shards }),
    ...(reserved === undefined ? {} : { reserved }),
  };
  const fleets = counts.map((hosts) => fleetBill({ hosts, intervalMs, flushMs, refitEveryMs, capacity, ...sized }));
  const provisioned = capacity === "provisioned" ? ` ${CAPACITY}` : "";
  const pace = `38 metrics every ${duration(intervalMs)} and a record every ${duration(flushMs)}`;
  const about = `Computed for ${pace}.${provisioned}`;
  return { fleets, about, sized: fleets };
}

/** The twin's usage since it started, at most in the last hour, scaled to a month. */
async function metered(stores: Stores, target: Target): Promise<Bills> {
  const { where } = target;
  const { from = 0, to = 0, usage = {} } = (await readMeter(target)) ?? {};
  if (to - from < MINUTE_MS)
    throw new UserError(`${where} has metered for less than a minute: ask again later, or give --hosts`);
  const hosts = await hostsIn(stores, where);
  const month: Usage = scaled(usage, MONTH_MS / (to - from));
  const about = `${meteredWords(`${where} metered`, to - from)} What the tables store is not in it.`;
  return { fleets: [{ hosts, bill: billOf(month, STREAM.shards) }], about: capital(about) };
}

/** What CloudWatch counted of a stack, as if a month were like that. */
async function consumed(stores: Stores, target: Target, last: number): Promise<Bills> {
  const { env, where } = target;
  const names = await withLogGroups(env, stackNames(target));
  const [hosts, { readings, from, to }, kept] = await Promise.all([
    hostsIn(stores, where),
    readMetrics(env, consumedMetrics(names), last, Date.now()),
    readKept(env, names),
  ]);
  if (from >= to)
    throw new UserError(`CloudWatch has no data of ${where} in the last ${duration(last)}: give a longer --last`);
  const usage = consumedUsage(readings.map(({ of, amount }) => [of, amount]));
  const { storedBytes, backedUpBytes } = kept;
  const month = { ...scaled(usage, MONTH_MS / (to - from)), storedBytes, backedUpBytes };
  const about = `${meteredWords(`CloudWatch counted in ${where}`, to - from)} ${NOT_CONSUMED}`;
  return { fleets: [{ hosts, bill: billOf(month, kept.shards, kept.provisioned) }], about };
}

function meteredWords(who: string, ms: number): string {
  return `${who} this for ${duration(ms)}; a month is ${Math.round(MONTH_MS / ms)} times that.`;
}

async function hostsIn({ hosts }: Stores, where: string): Promise<number> {
  let count = 0;
  for await (const { retired } of hosts.all()) if (!retired) count++;
  if (count === 0) throw new UserError(`no host has sent anything to ${where} yet: give --hosts to compute a fleet`);
  return count;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function withTotal(fleet: FleetBill): FleetBill & { readonly total: number; readonly perHost: number } {
  const total = totalOf(fleet.bill);
  return { ...fleet, total, perHost: total / fleet.hosts };
}
