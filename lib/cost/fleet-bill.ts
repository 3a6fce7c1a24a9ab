import { type BillLine, billOf } from "./bill.ts";
import { provisionedFor } from "./capacity.ts";
import { expectedUsage, type Fleet } from "./expected-usage.ts";
import { type Limit, limitsOf, shardsFor } from "./sizing.ts";

/** The bill of one fleet. */
export interface FleetBill {
  readonly hosts: number;
  readonly bill: readonly BillLine[];
}

/** With what the fleet uses of a stack's limits. */
export interface SizedBill extends FleetBill {
  readonly shards: number;
  readonly limits: readonly Limit[];
}

interface Billed extends Omit<Fleet, "shards"> {
  /** As many as the records need, unless given. */
  readonly shards?: number;
  /** Whether tables are provisioned where the stack's option says so. */
  readonly capacity?: "on-demand" | "provisioned";
}

/** Computes a month of a fleet. */
export function fleetBill({ shards, capacity, ...fleet }: Billed): SizedBill {
  const sized = { ...fleet, shards: shards ?? shardsFor(fleet) };
  const provisioned = capacity === "provisioned" ? provisionedFor(sized) : undefined;
  const bill = billOf(expectedUsage(sized), sized.shards, provisioned);
  return { hosts: fleet.hosts, shards: sized.shards, bill, limits: limitsOf(sized) };
}
