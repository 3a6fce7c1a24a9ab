/** The parts that we use of two emulators without types. */

declare module "dynalite" {
  import type { Server } from "node:http";

  /** Without a path the data live in memory. */
  function dynalite(options: { path?: string; createTableMs: number; updateTableMs: number }): Server;
  export = dynalite;
}

declare module "dynalite/db/index.js" {
  interface Database {
    /** Rejects with a cause of code LEVEL_LOCKED when another process has the folder open. */
    open(): Promise<void>;
    close(): Promise<void>;
    /** An iterator over all values. */
    values(): object;
  }

  /** Without a path the data live in memory. */
  export function create(options: { path?: string }): { db: Database };
}

declare module "kinesalite" {
  import type { Server } from "node:http";

  /** Without a path the data live in memory. */
  function kinesalite(options: {
    path?: string;
    createStreamMs: number;
    updateStreamMs: number;
    shardLimit: number;
  }): Server;
  export = kinesalite;
}
