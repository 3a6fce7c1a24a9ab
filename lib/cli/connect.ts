import { createStores } from "../store/aws.ts";
import { openTarget, type Target, type TargetOptions } from "./target.ts";

export type Stores = ReturnType<typeof createStores>;

/** Runs `work` with the stores of the target, and closes them. */
export async function withStores<T>(
  options: TargetOptions,
  work: (stores: Stores, target: Target) => Promise<T>,
): Promise<T> {
  const target = await openTarget(options, process.env);
  const stores = createStores(target.env, Date.now, Math.random);
  try {
    return await work(stores, target);
  } finally {
    stores.close();
  }
}
