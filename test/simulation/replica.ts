import type { TableName } from "../../lib/resources.ts";
import type { Item } from "../../lib/store/item-table.ts";
import { MemoryTable } from "../../lib/store/memory-table.ts";

/** A copy of a table that lags behind it: what a read that is not consistent may see. */
export class Replica {
  readonly #table: MemoryTable;
  readonly #lag: number;
  readonly #clock: () => number;
  readonly #filled: Promise<void>;
  readonly #waiting: { readonly at: number; readonly write: () => Promise<unknown> }[] = [];

  /** `lag` is in milliseconds. */
  constructor(name: TableName, original: MemoryTable, lag: number, clock: () => number) {
    this.#table = new MemoryTable(name);
    this.#lag = lag;
    this.#clock = clock;
    this.#filled = this.#fill(original);
  }

  /** Copies a write that was done, once the lag has passed. */
  noted(done: boolean, item: Item, fate: "stored" | "deleted" = "stored"): boolean {
    const write = () => (fate === "stored" ? this.#table.put(item) : this.#table.delete(item));
    if (done) this.#waiting.push({ at: this.#clock() + this.#lag, write });
    return done;
  }

  async read(): Promise<MemoryTable> {
    await this.#filled;
    while (this.#waiting[0] && this.#waiting[0].at <= this.#clock()) await this.#waiting.shift()!.write();
    return this.#table;
  }

  async #fill(original: MemoryTable): Promise<void> {
    for await (const item of original.scan()) await this.#table.put(item);
  }
}
