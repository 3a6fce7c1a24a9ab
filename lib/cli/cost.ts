import { Command } from "commander";
import { billOf, totalOf } from "../cost/bill.ts";
import { billMarkdown, billTable } from "../cost/bill-text.ts";
import { MONTH_MS } from "../cost/expected-usage.ts";
import { type FleetBill, fleetBill } from "../cost/fleet-bill.ts";
import { PRICES } from "../cost/prices.ts";
import { scaled, type Usage } from "../cost/usage.ts";
import { duration } from "../notify/time.ts";
import { STREAM } from "../resources.ts";
import { MINUTE_MS } from "../time.ts";
import { UserError } from "../user-error.ts";
import { countArgument, durationOption } from "./arguments.ts";
import { withStores } from "./connect.ts";
import { print } from "./output.ts";
import { readMeter } from "./read-meter.ts";
import { DEFAULT_PORT } from "./target.ts";

interface Options {
  readonly hosts?: readonly number[];
  readonly interval: number;
  readonly flush: number;
  readonly refitEvery: number;
  readonly shards?: number;
  readonly endpoint?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

export function costCommand(): Command {
  return new Command("cost")
    .option("--hosts <n,…>", "compute the bill of fleets of so many hosts instead of asking the twin", hostsArgument)
    .addOption(durationOption("--interval <duration>", "with --hosts: time between two samples of a host", "10s"))
    .addOption(durationOption("--flush <duration>", "with --hosts: time between two records of a host", "60s"))
    .addOption(durationOption("--refit-every <duration>", "with --hosts: time between two refits of a host", "1d"))
    .option("--shards <n>", "with --hosts: shards of the stream (default: as many as the records need)", countArgument)
    .option("--endpoint <url>", `where the twin listens (default: http://127.0.0.1:${DEFAULT_PORT})`)
    .option("--markdown", "print a table of Markdown")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  fleetwarden cost --hosts 1000 --interval 10s --flush 60s")
    .action(async (options: Options) => {
      const { fleets, about } = options.hosts ? computed(options, options.hosts) : await metered(options);
      print(options.json, { prices: PRICES, about, fleets: fleets.map(withTotal) }, () =>
        options.markdown ? billMarkdown(fleets) : `${billTable(fleets)}\n\n${about} ${PRICED}`,
      );
    });
}

const PRICED = `Prices of ${PRICES.region}, ${PRICES.asOf}, without the free tier. Mails, texts and posts come on top.`;

function hostsArgument(text: string): readonly number[] {
  return text.split(",").map((one) => countArgument(one));
}

interface Bills {
  readonly fleets: readonly FleetBill[];
  /** Where the figures come from: sentences. */
  readonly about: string;
}

function computed(
  { interval: intervalMs, flush: flushMs, refitEvery: refitEveryMs, shards }: Options,
  counts: readonly number[],
): Bills {
  if (flushMs < intervalMs)
    throw new UserError(
      "--flush is shorter than --interval: a record has at least one sample, so give the same or more",
    );
  const sized = shards === undefined ? {} : { shards };
  const fleets = counts.map((hosts) => fleetBill({ hosts, intervalMs, flushMs, refitEveryMs, ...sized }));
  const about = `Computed for 38 metrics every ${duration(intervalMs)} and a record every ${duration(flushMs)}.`;
  return { fleets, about };
}

/** What the twin counted since it started, at most in the last hour, as if a month were like that. */
async function metered({ endpoint }: Options): Promise<Bills> {
  return withStores({ ...(endpoint === undefined ? {} : { endpoint }) }, async (stores, target) => {
    const { where } = target;
    const { from = 0, to = 0, usage = {} } = (await readMeter(target)) ?? {};
    if (to - from < MINUTE_MS)
      throw new UserError(`${where} has metered for less than a minute: ask again later, or give --hosts`);
    let hosts = 0;
    for await (const { retired } of stores.hosts.all()) if (!retired) hosts++;
    if (hosts === 0) throw new UserError(`no host has sent anything to ${where} yet: give --hosts to compute a fleet`);
    const month: Usage = scaled(usage, MONTH_MS / (to - from));
    const about =
      `${where} metered this for ${duration(to - from)}; a month is ${Math.round(MONTH_MS / (to - from))} times that. ` +
      "What the tables store is not in it.";
    return { fleets: [{ hosts, bill: billOf(month, STREAM.shards) }], about: capital(about) };
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function withTotal({ hosts, bill }: FleetBill): FleetBill & { readonly total: number; readonly perHost: number } {
  const total = totalOf(bill);
  return { hosts, bill, total, perHost: total / hosts };
}
