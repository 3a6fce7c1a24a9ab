import { type BillLine, billOf } from "./bill.ts";
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

/** Computes a month of a fleet; without `shards`, the stream has as many as the records need. */
export function fleetBill({ shards, ...fleet }: Omit<Fleet, "shards"> & { readonly shards?: number }): SizedBill {
  const sized = { ...fleet, shards: shards ?? shardsFor(fleet) };
  const bill = billOf(expectedUsage(sized), sized.shards);
  return { hosts: fleet.hosts, shards: sized.shards, bill, limits: limitsOf(sized) };
}
