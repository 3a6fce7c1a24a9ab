import type { Stores } from "../store/stores.ts";

/** What the page reads and writes: the same over the twin and over AWS. */
export type PageStores = Pick<Stores, "hosts" | "baselines" | "history" | "incidents">;
