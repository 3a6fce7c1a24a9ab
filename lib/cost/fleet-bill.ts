import { type BillLine, billOf } from "./bill.ts";
import { type Provisioned, provisionedFor, reservable, savedDollars, type Term } from "./capacity.ts";
import { expectedUsage, type Fleet } from "./expected-usage.ts";
import { PRICES } from "./prices.ts";
import { type Limit, limitsOf, shardsFor, stacksFor } from "./sizing.ts";

/** The bill of one fleet. */
export interface FleetBill {
  readonly hosts: number;
  readonly bill: readonly BillLine[];
}

/** With its stacks, the shards of each, and how far each is used. */
export interface SizedBill extends FleetBill {
  readonly stacks: number;
  readonly shards: number;
  readonly limits: readonly Limit[];
}

interface Billed extends Omit<Fleet, "shards"> {
  /** As many as the limits of one stack ask for, unless given. */
  readonly stacks?: number;
  /** The shards of each stack: as many as its records need, unless given. */
  readonly shards?: number;
  /** Whether tables are provisioned where the stack's option says so. */
  readonly capacity?: "on-demand" | "provisioned";
  /** The term for which the capacity of provisioned tables is reserved, with all stacks in one region. */
  readonly reserved?: Term;
}

/** Computes a month of a fleet, whose stacks have equally many hosts. */
export function fleetBill({ shards, stacks: given, capacity, reserved, ...fleet }: Billed): SizedBill {
  const stacks = given ?? stacksFor(fleet);
  const share = { ...fleet, hosts: fleet.hosts / stacks };
  const sized = { ...share, shards: shards ?? shardsFor(share) };
  const provisioned = capacity === "provisioned" ? provisionedFor(sized) : undefined;
  const bill = billOf(expectedUsage(sized), sized.shards, provisioned).map((line) => ({
    ...line,
    dollars: stacks * line.dollars,
  }));
  const saved = provisioned && reserved ? [reservedLine(provisioned, stacks, reserved)] : [];
  return { hosts: fleet.hosts, stacks, shards: sized.shards, bill: [...bill, ...saved], limits: limitsOf(sized) };
}

function reservedLine(provisioned: Provisioned, stacks: number, term: Term): BillLine {
  const units = reservable(provisioned, stacks);
  return {
    what: "reserved capacity",
    price: `at most ${100 * PRICES.reserved.saved[term]} % less, for blocks of ${PRICES.reserved.blockUnits} units`,
    dollars: -savedDollars(units, term),
  };
}
