import { SECOND_MS } from "../time.ts";
import { type BillLine, billOf } from "./bill.ts";
import { expectedUsage, type Fleet } from "./expected-usage.ts";

/** The bill of one fleet. */
export interface FleetBill {
  readonly hosts: number;
  readonly bill: readonly BillLine[];
}

/** Computes a month of a fleet; without `shards`, the stream has as many as the records need. */
export function fleetBill({ shards, ...fleet }: Omit<Fleet, "shards"> & { readonly shards?: number }): FleetBill {
  const sized = { ...fleet, shards: shards ?? shardsFor(fleet) };
  return { hosts: fleet.hosts, bill: billOf(expectedUsage(sized), sized.shards) };
}

/** A shard takes 1,000 records a second; a quarter more leaves room for peaks. */
function shardsFor({ hosts, flushMs }: Pick<Fleet, "hosts" | "flushMs">): number {
  return Math.max(1, Math.ceil((1.25 * hosts * SECOND_MS) / flushMs / 1_000));
}
